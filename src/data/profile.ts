/**
 * Column statistics of a relation in a bounded number of passes: however many rows and columns there
 * are, each column is read at most seven times. Counts, bounds and most frequent values are of all rows;
 * histograms, moments and what needs all values at once in memory come from a sample in a large table,
 * and the profile says so. The same bytes for any number of threads.
 */
import { describeColumns } from './column-type.ts';
import type { DataEngine } from './engine.ts';
import { type ColumnProfile, medianOf, QUANTILES } from './profile/column-profile.ts';
import { countDistinct, EXACT_DISTINCT_ROWS } from './profile/distinct.ts';
import { findQuantiles, type Ranged } from './profile/quantiles.ts';
import { type Sample, takeSample } from './profile/sample.ts';
import { findShapes, type Shape } from './profile/shapes.ts';
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
  readonly limits?: Partial<ProfileLimits>;
  /** What `sampleLarge` took of the relation, where others need it too. */
  readonly sample?: Sample;
}

/** The sizes up to which every figure is exact. */
export interface ProfileLimits {
  readonly distinctRows: number;
  readonly quantileRows: number;
  /** Of the sample that gives the quantiles of more rows. */
  readonly sampleRows: number;
  readonly shapeRows: number;
  /** Of the sample that gives histogram, moments and signs of more rows. */
  readonly shapeSampleRows: number;
}

export const PROFILE_LIMITS: ProfileLimits = {
  distinctRows: EXACT_DISTINCT_ROWS,
  quantileRows: 1_000_000,
  sampleRows: 100_000,
  shapeRows: 5_000_000,
  shapeSampleRows: 500_000,
};

/** Values of the sample: one of all columns of a wide table is shorter. */
const SAMPLE_VALUES = 20_000_000;

/** Every column of some rows of a large table, of a small one all rows. To be released. */
export async function sampleLarge(engine: DataEngine, relation: string, changed: Partial<ProfileLimits> = {}): Promise<Sample> {
  const limits = { ...PROFILE_LIMITS, ...changed };
  const rows = await countRows(engine, relation);
  const name = '__mlrecipe_sample';
  if (rows <= limits.shapeRows) return takeSample(engine, relation, { rows, wanted: rows, columns: [], name });
  const columns = (await describeColumns(engine, relation)).map((column) => column.name);
  const wanted = Math.min(limits.shapeSampleRows, Math.floor(SAMPLE_VALUES / Math.max(1, columns.length)));
  return takeSample(engine, relation, { rows, wanted, columns, name });
}

async function countRows(engine: DataEngine, relation: string): Promise<number> {
  return Number((await engine.query(`SELECT count(*) AS n FROM ${relation}`))[0]?.['n'] ?? 0);
}

/** Profile the columns of what may stand after FROM, in order. */
export async function profileRelation(
  engine: DataEngine,
  relation: string,
  options: ProfileOptions = {},
): Promise<readonly ColumnProfile[]> {
  if (options.sample !== undefined) return profileWith(engine, relation, options.sample, options);
  const sample = await sampleLarge(engine, relation, options.limits);
  try {
    return await profileWith(engine, relation, sample, options);
  } finally {
    await sample.release();
  }
}

async function profileWith(
  engine: DataEngine,
  relation: string,
  sample: Sample,
  { bins = 30, top = 20, shapes = true, limits: changed = {} }: ProfileOptions,
): Promise<readonly ColumnProfile[]> {
  const limits = { ...PROFILE_LIMITS, ...changed };
  const columns = await describeColumns(engine, relation);
  const rows = sample.isWhole ? sample.rows : await countRows(engine, relation);
  const ranges = await findRanges(engine, relation, columns);
  const forms = await findForms(engine, relation, columns, rows, shapes);
  const counts = await countDistinct(engine, relation, columns, { rows, ranges, sample, exactRows: limits.distinctRows });
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
  return shapes && rows > 0 ? withShapes(engine, relation, plain, { bins, top, limits, sample }) : plain;
}

async function withShapes(
  engine: DataEngine,
  relation: string,
  profiles: readonly ColumnProfile[],
  { bins, top, limits, sample }: { readonly bins: number; readonly top: number; readonly limits: ProfileLimits; readonly sample: Sample },
): Promise<readonly ColumnProfile[]> {
  const rows = profiles[0]?.rows ?? 0;
  const ranged = profiles.flatMap(({ name, type, range }): Ranged[] => (range === undefined ? [] : [{ name, type, range }]));
  const { shapes, quantiles, isLong, quantilesFrom, shapesFrom } = await measure(engine, relation, profiles, ranged, {
    bins,
    limits,
    sample,
  });
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
          ...(shapesFrom !== undefined && { shapeFrom: shapesFrom }),
          ...(isLong.has(profile.name) && { quantilesFrom }),
        },
      }),
      ...(most !== undefined && { top: most }),
    };
  });
}

interface Measured {
  readonly shapes: ReadonlyMap<string, Shape>;
  /** Rows of the sample that gave the shapes; absent when all. */
  readonly shapesFrom?: number;
  readonly quantiles: ReadonlyMap<string, readonly number[]>;
  /** Columns whose quantiles come from a sample. */
  readonly isLong: ReadonlySet<string>;
  /** Rows of that sample. */
  readonly quantilesFrom: number;
}

/** Quantiles and shapes of columns of numbers, in a large table from one sample. */
async function measure(
  engine: DataEngine,
  relation: string,
  profiles: readonly ColumnProfile[],
  columns: readonly Ranged[],
  { bins, limits, sample }: { readonly bins: number; readonly limits: ProfileLimits; readonly sample: Sample },
): Promise<Measured> {
  const rows = profiles[0]?.rows ?? 0;
  const isLong = new Set(profiles.filter(({ missing }) => rows - missing > limits.quantileRows).map(({ name }) => name));
  const [long, short] = [columns.filter(({ name }) => isLong.has(name)), columns.filter(({ name }) => !isLong.has(name))];
  const exact = await findQuantiles(engine, relation, short, rows);
  const { sampled, from } = await sampledQuantiles(engine, sample, long, limits.sampleRows);
  const quantiles = new Map([...exact, ...sampled]);
  const centre = (name: string): number => quantiles.get(name)?.[QUANTILES.indexOf(0.5)] ?? 0;
  const shapes = await findShapes(engine, sample.relation, columns, { bins, centre });
  const measured = { quantiles, isLong, quantilesFrom: from };
  if (sample.isWhole) return { ...measured, shapes };
  const present = (name: string): number => rows - (profiles.find((one) => one.name === name)?.missing ?? 0);
  return {
    ...measured,
    shapes: new Map([...shapes].map(([name, shape]) => [name, withWholeSigns(shape, present(name))])),
    shapesFrom: sample.rows,
  };
}

async function sampledQuantiles(
  engine: DataEngine,
  { relation, rows }: Pick<Sample, 'relation' | 'rows'>,
  columns: readonly Ranged[],
  wanted: number,
): Promise<{ readonly sampled: ReadonlyMap<string, readonly number[]>; readonly from: number }> {
  if (columns.length === 0) return { sampled: new Map(), from: rows };
  const names = columns.map(({ name }) => name);
  const sample = await takeSample(engine, relation, { rows, wanted, columns: names, name: '__mlrecipe_quantiles' });
  try {
    return { sampled: await findQuantiles(engine, sample.relation, columns, sample.rows), from: sample.rows };
  } finally {
    await sample.release();
  }
}

/** How many of all values are 0 and negative, by their share in the sample. */
function withWholeSigns({ histogram, numbers }: Shape, present: number): Shape {
  const seen = histogram.counts.reduce((sum, count) => sum + count, 0);
  const whole = (count: number): number => (seen === 0 ? 0 : Math.round((count * present) / seen));
  return { histogram, numbers: { ...numbers, zeros: whole(numbers.zeros), negatives: whole(numbers.negatives) } };
}
