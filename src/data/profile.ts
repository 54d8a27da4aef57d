/**
 * Column statistics of a relation in a bounded number of passes: however many rows and columns there
 * are, each column is read at most seven times. Histograms, moments and most frequent values are counted
 * from all rows; what needs all values at once in memory comes from a sample in a large table, and the
 * profile says so. The same bytes for any number of threads.
 */
import { describeColumns } from './column-type.ts';
import type { DataEngine } from './engine.ts';
import { type ColumnProfile, medianOf, QUANTILES } from './profile/column-profile.ts';
import { countDistinct, EXACT_DISTINCT_ROWS } from './profile/distinct.ts';
import { findQuantiles, type Ranged } from './profile/quantiles.ts';
import { takeSample } from './profile/sample.ts';
import { findShapes } from './profile/shapes.ts';
import { findForms, findRanges } from './profile/summary.ts';
import { findTopValues } from './profile/top-values.ts';

export type { ColumnProfile, Histogram, NumberStatistics } from './profile/column-profile.ts';
export { countHistogram } from './profile/shapes.ts';
export { EXACT_DISTINCT_ROWS, medianOf, QUANTILES };

export interface ProfileOptions {
  readonly bins?: number;
  /** Most frequent values; also the different ones up to which numbers have theirs counted. */
  readonly top?: number;
  /** False leaves out everything but counts and ranges. */
  readonly shapes?: boolean;
  readonly limits?: ProfileLimits;
}

/** The sizes up to which every figure is exact. */
export interface ProfileLimits {
  readonly distinctRows: number;
  readonly quantileRows: number;
  /** Of the sample that gives the quantiles of more rows. */
  readonly sampleRows: number;
}

export const PROFILE_LIMITS: ProfileLimits = { distinctRows: EXACT_DISTINCT_ROWS, quantileRows: 1_000_000, sampleRows: 100_000 };

/** Profile the columns of what may stand after FROM, in order. */
export async function profileRelation(
  engine: DataEngine,
  relation: string,
  { bins = 30, top = 20, shapes = true, limits = PROFILE_LIMITS }: ProfileOptions = {},
): Promise<readonly ColumnProfile[]> {
  const columns = await describeColumns(engine, relation);
  const rows = Number((await engine.query(`SELECT count(*) AS n FROM ${relation}`))[0]?.['n'] ?? 0);
  const ranges = await findRanges(engine, relation, columns);
  const forms = await findForms(engine, relation, columns, rows, shapes);
  const counts = await countDistinct(engine, relation, columns, rows, limits.distinctRows);
  const plain = columns.map(({ name, type, sqlType }, index): ColumnProfile => {
    const { present = 0, distinct = 0, isExact = true } = counts[index] ?? {};
    const range = ranges.get(name);
    return {
      name,
      type,
      sqlType,
      rows,
      missing: rows - present,
      distinct,
      distinctIsExact: isExact,
      ...(range !== undefined && { range }),
      ...(present > 0 && forms.get(name)),
    };
  });
  return shapes && rows > 0 ? withShapes(engine, relation, plain, { bins, top, limits }) : plain;
}

async function withShapes(
  engine: DataEngine,
  relation: string,
  profiles: readonly ColumnProfile[],
  { bins, top, limits }: Required<Omit<ProfileOptions, 'shapes'>>,
): Promise<readonly ColumnProfile[]> {
  const rows = profiles[0]?.rows ?? 0;
  const ranged = profiles.flatMap(({ name, type, range }): Ranged[] => (range === undefined ? [] : [{ name, type, range }]));
  const isLong = new Set(profiles.filter(({ missing }) => rows - missing > limits.quantileRows).map(({ name }) => name));
  const { quantiles, from } = await quantilesOf(engine, relation, ranged, isLong, rows, limits.sampleRows);
  const centre = (name: string): number => quantiles.get(name)?.[QUANTILES.indexOf(0.5)] ?? 0;
  const shapes = await findShapes(engine, relation, ranged, { bins, centre });
  const counted = profiles.filter(({ range, missing, distinct }) => {
    const present = rows - missing;
    // Of values that are all different none is frequent.
    return present > 0 && (distinct <= top || (range === undefined && distinct < present));
  });
  const tops = await findTopValues(engine, relation, counted, top);
  return profiles.map((profile): ColumnProfile => {
    const shape = shapes.get(profile.name);
    const most = tops.get(profile.name);
    return {
      ...profile,
      ...(shape !== undefined && {
        histogram: shape.histogram,
        numbers: {
          ...shape.numbers,
          quantiles: quantiles.get(profile.name) ?? [],
          ...(isLong.has(profile.name) && { quantilesFrom: from }),
        },
      }),
      ...(most !== undefined && { top: most }),
    };
  });
}

/** Of the columns in `isLong` from a sample, of the others from all their values. */
async function quantilesOf(
  engine: DataEngine,
  relation: string,
  columns: readonly Ranged[],
  isLong: ReadonlySet<string>,
  rows: number,
  sampleRows: number,
): Promise<{ readonly quantiles: ReadonlyMap<string, readonly number[]>; readonly from: number }> {
  const long = columns.filter(({ name }) => isLong.has(name));
  const short = columns.filter(({ name }) => !isLong.has(name));
  const exact = await findQuantiles(engine, relation, short, rows);
  if (long.length === 0) return { quantiles: exact, from: rows };
  const names = long.map(({ name }) => name);
  const sample = await takeSample(engine, relation, { rows, wanted: sampleRows, columns: names, name: '__mlrecipe_quantiles' });
  try {
    const sampled = await findQuantiles(engine, sample.relation, long, sample.rows);
    return { quantiles: new Map([...exact, ...sampled]), from: sample.rows };
  } finally {
    await sample.release();
  }
}
