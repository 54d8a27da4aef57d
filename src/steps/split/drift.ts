/**
 * Whether a column is distributed in validation and test as it is in train. How far apart they are is the
 * population stability index; whether chance explains it is a test, whose p is adjusted for the number of
 * tests on the card.
 */
import type { ColumnInfo } from '../../data/column-type.ts';
import type { DataEngine } from '../../data/engine.ts';
import { hasIdName, MOSTLY_DISTINCT } from '../../data/id-like.ts';
import { type Codable, type CodedColumn, heldRows, readCoded } from '../../data/profile/coded-columns.ts';
import { type Sample, takeSample } from '../../data/profile/sample.ts';
import { hasRange } from '../../data/profile/summary.ts';
import { findTopValues } from '../../data/profile/top-values.ts';
import { benjaminiHochberg } from '../../ml/statistics/false-discovery.ts';
import { countGroups, equalCuts, type Groups, groupCodes, placeNumbers } from '../../ml/statistics/groups.ts';
import { chiSquareTest, kolmogorovSmirnov, stabilityIndex } from '../../ml/statistics/two-samples.ts';

export interface Drift {
  /** The columns in their order. */
  readonly columns: readonly ColumnDrift[];
  /** How many tests the adjusted p are adjusted for. */
  readonly tests: number;
  /** Rows of each part that were looked at; absent when all. */
  readonly sampledRows?: readonly number[];
}

export interface ColumnDrift {
  readonly name: string;
  readonly type: ColumnInfo['type'];
  /** Of validation and of test beside train. */
  readonly parts: readonly PartDrift[];
  /** Numbers: counts of the three parts between common edges. */
  readonly histogram?: { readonly edges: readonly number[]; readonly counts: readonly (readonly number[])[] };
}

export interface PartDrift {
  /** Absent where a part has no rows. */
  readonly psi?: number;
  readonly test: 'Kolmogorov–Smirnov' | 'chi-square';
  /** Absent where there is nothing to compare. */
  readonly statistic?: number;
  readonly p?: number;
  readonly adjusted?: number;
}

/** Groups of numbers for the stability index, of equal size in train. */
const GROUPS = 10;
/** Texts that have a group of their own. */
const LEVELS = 20;
const BINS = 30;
/** Of a part: more rows find smaller shifts, and small ones are not told. */
const MOST_ROWS = 20_000;

/** `relations` are train, validation and test, `rows` their sizes. */
export async function findDrift(
  engine: DataEngine,
  relations: readonly string[],
  rows: readonly number[],
  columns: readonly ColumnInfo[],
  mostRows: number = Math.min(MOST_ROWS, heldRows(columns.length)),
): Promise<Drift> {
  const names = columns.map(({ name }) => name);
  const samples: Sample[] = [];
  try {
    for (const [part, relation] of relations.entries())
      samples.push(
        await takeSample(engine, relation, { rows: rows[part] ?? 0, wanted: mostRows, columns: names, name: `__mlrecipe_drift_${part}` }),
      );
    const codable = await withLevels(engine, samples[0]?.relation ?? '', columns, samples[0]?.rows ?? 0);
    const parts: (readonly CodedColumn[])[] = [];
    for (const { relation } of samples) parts.push(await readCoded(engine, relation, codable));
    const found = columns.flatMap((column, index) => {
      const coded = parts.map((part) => part[index] as CodedColumn);
      return isId(column, coded[0]) ? [] : [compare(column, coded)];
    });
    return {
      ...adjust(found),
      ...(samples.some(({ isWhole }) => !isWhole) && { sampledRows: samples.map((sample) => sample.rows) }),
    };
  } finally {
    for (const sample of samples) await sample.release();
  }
}

/** A number that names the row is another one in every part. */
function isId({ name, type }: ColumnInfo, train: CodedColumn | undefined): boolean {
  if (type !== 'integer' || train === undefined || !hasIdName(name)) return false;
  return new Set(train.values).size >= MOSTLY_DISTINCT * train.values.length;
}

async function withLevels(engine: DataEngine, train: string, columns: readonly ColumnInfo[], rows: number): Promise<readonly Codable[]> {
  const texts = columns.filter((column) => !hasRange(column)).map((column) => ({ ...column, distinct: rows }));
  const tops = await findTopValues(engine, train, texts, LEVELS);
  return columns.map((column) => ({ ...column, levels: (tops.get(column.name) ?? []).map(({ value }) => value) }));
}

function compare({ name, type }: ColumnInfo, parts: readonly CodedColumn[]): ColumnDrift {
  const [train, ...others] = parts as [CodedColumn, ...CodedColumn[]];
  if (train.codes !== undefined) {
    const [before, ...after] = parts.map(({ values, codes = 0 }) => countGroups(groupCodes(values, codes))) as [number[], ...number[][]];
    return { name, type, parts: after.map((counts) => ofCategories(before, counts)) };
  }
  const cuts = equalCuts(train.values, GROUPS);
  const grouped = (values: Float64Array): Groups => placeNumbers(values, cuts);
  const before = countGroups(grouped(train.values));
  return {
    name,
    type,
    parts: others.map(({ values }) => ofNumbers(train.values, values, before, countGroups(grouped(values)))),
    ...histogramOf(parts),
  };
}

function ofCategories(before: readonly number[], after: readonly number[]): PartDrift {
  const psi = stabilityIndex(before, after);
  return { ...(psi !== undefined && { psi }), test: 'chi-square', ...chiSquareTest(before, after) };
}

/** The last group holds the missing values; where there are any their share is tested too, and the better p counts twice (Bonferroni). */
function ofNumbers(train: Float64Array, other: Float64Array, before: readonly number[], after: readonly number[]): PartDrift {
  const psi = stabilityIndex(before, after);
  const values = kolmogorovSmirnov(train, other);
  const [gapsBefore, gapsAfter] = [before.at(-1) ?? 0, after.at(-1) ?? 0];
  const gaps = chiSquareTest([train.length - gapsBefore, gapsBefore], [other.length - gapsAfter, gapsAfter]);
  const p = gaps === undefined ? values?.p : Math.min(1, 2 * Math.min(gaps.p, values?.p ?? 1));
  return {
    ...(psi !== undefined && { psi }),
    test: 'Kolmogorov–Smirnov',
    ...(values !== undefined && { statistic: values.statistic }),
    ...(p !== undefined && { p }),
  };
}

function histogramOf(parts: readonly CodedColumn[]): Pick<ColumnDrift, 'histogram'> {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { values } of parts) {
    for (const value of values) {
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  const width = max / BINS - min / BINS;
  if (!(width > 0) || !Number.isFinite(width)) return {};
  const edges = Array.from({ length: BINS + 1 }, (_, edge) => (edge === BINS ? max : min + edge * width));
  const cuts = Float64Array.from(edges.slice(1, -1));
  return { histogram: { edges, counts: parts.map(({ values }) => countGroups(placeNumbers(values, cuts)).slice(0, BINS)) } };
}

function adjust(columns: readonly ColumnDrift[]): Pick<Drift, 'columns' | 'tests'> {
  const p = columns.flatMap(({ parts }) => parts.flatMap((part) => (part.p === undefined ? [] : [part.p])));
  const adjusted = benjaminiHochberg(p);
  let next = 0;
  return {
    tests: p.length,
    columns: columns.map((column) => ({
      ...column,
      parts: column.parts.map((part) => (part.p === undefined ? part : { ...part, adjusted: adjusted[next++] as number })),
    })),
  };
}
