/**
 * Raw feature values to bins of one byte. A feature has at most 255 value bins and, after them, one
 * bin for missing values. Trees are grown on bins and applied to raw values, so the cuts here are
 * the only thresholds that a model can have.
 */
import type { Feature, FeatureMatrix } from '../estimator.ts';
import { Random } from '../random.ts';
import { quantileCuts } from './quantile-cuts.ts';

/** Slots that a feature takes in a histogram, used or not: a byte's worth, so that a bin needs no offset table. */
export const SLOTS = 256;
/** Value bins that fit in a byte beside the bin of missing values. */
export const MAX_VALUE_BINS = 255;
/** Quantiles of so many rows are as good as those of all of them, and sorting is not free. */
const ROWS_FOR_CUTS = 32_768;

export type BinnedFeature =
  | {
      readonly kind: 'numeric';
      /** Without the bin of missing values, whose index this is. */
      readonly binCount: number;
      /** Ascending, `binCount` − 1 of them. A value goes to the first bin whose cut is not below it. */
      readonly cuts: Float64Array;
    }
  | {
      readonly kind: 'categorical';
      readonly binCount: number;
      /** Code → bin. The rarest categories share the last bin when there are more than 255. */
      readonly binOfCode: Uint8Array;
    };

/** Cuts into at most `maxBins` bins, for each of some columns, from the numbers in these rows. */
export type CutAll = (columns: readonly Float64Array[], rows: Int32Array, maxBins: number) => readonly Float64Array[];

/** Find the bins of every feature from the given rows. `seed` picks those that the cuts of a long table are taken from. */
export function planBins(
  x: FeatureMatrix,
  rows: Int32Array,
  maxBins: number,
  seed: number,
  cutAll: CutAll = cutEach,
): readonly BinnedFeature[] {
  const forCuts = rows.length > ROWS_FOR_CUTS ? spread(rows, ROWS_FOR_CUTS, new Random(seed)) : rows;
  const numbers = x.columns.filter((_, f) => x.features[f]?.kind === 'numeric');
  const cuts = cutAll(numbers, forCuts, Math.min(maxBins, MAX_VALUE_BINS)).values();
  return x.features.map((feature, f): BinnedFeature => {
    if (feature.kind !== 'numeric') return planCategories(feature, x.columns[f] as Float64Array, rows);
    const own = cuts.next().value as Float64Array;
    return { kind: 'numeric', binCount: own.length + 1, cuts: own };
  });
}

const cutEach: CutAll = (columns, rows, maxBins) =>
  columns.map((column) => {
    // Typed arrays sort by value, with NaN at the end.
    const sorted = pick(column, rows, new Float64Array(rows.length)).sort();
    let present = sorted.length;
    while (present > 0 && Number.isNaN(sorted[present - 1])) present--;
    return quantileCuts(sorted.subarray(0, present), maxBins);
  });

/** The values of some rows, to an array of as many. */
export function pick(column: Float64Array, rows: Int32Array, values: Float64Array): Float64Array {
  for (let i = 0; i < rows.length; i++) values[i] = column[rows[i] as number] as number;
  return values;
}

/** `count` of the rows, one from each of as many ranges of the same length: ascending, and all different. */
function spread(rows: Int32Array, count: number, random: Random): Int32Array {
  const chosen = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const begin = Math.floor((i * rows.length) / count);
    const end = Math.floor(((i + 1) * rows.length) / count);
    chosen[i] = rows[begin + random.integer(end - begin)] as number;
  }
  return chosen;
}

/** A column of bins for each feature: what reads one feature at a time wants. */
export function binColumns(features: readonly BinnedFeature[], x: FeatureMatrix): readonly Uint8Array[] {
  return features.map((feature, f) => binColumn(feature, x.columns[f] as Float64Array));
}

/** `bins[row × features + feature]`: what reads all features of a row wants. */
export function rowMajor(columns: readonly Uint8Array[], rowCount: number): Uint8Array {
  const width = columns.length;
  const bins = new Uint8Array(rowCount * width);
  for (const [f, column] of columns.entries()) {
    for (let row = 0, at = f; row < rowCount; row++, at += width) bins[at] = column[row] as number;
  }
  return bins;
}

/** The bin of each value. */
export function binColumn(feature: BinnedFeature, column: Float64Array): Uint8Array {
  const bins = new Uint8Array(column.length);
  const missing = feature.binCount;
  if (feature.kind === 'categorical') {
    const { binOfCode } = feature;
    for (let row = 0; row < column.length; row++) bins[row] = binOfCode[column[row] as number] ?? missing;
    return bins;
  }
  const { cuts } = feature;
  for (let row = 0; row < column.length; row++) {
    const value = column[row] as number;
    bins[row] = Number.isNaN(value) ? missing : firstNotBelow(cuts, value);
  }
  return bins;
}

function firstNotBelow(cuts: Float64Array, value: number): number {
  let low = 0;
  let high = cuts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value <= (cuts[middle] as number)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function planCategories(feature: Feature, column: Float64Array, rows: Int32Array): BinnedFeature {
  const levels = feature.levels ?? 0;
  if (levels <= MAX_VALUE_BINS) {
    return { kind: 'categorical', binCount: Math.max(levels, 1), binOfCode: Uint8Array.from({ length: levels }, (_, code) => code) };
  }
  const counts = new Float64Array(levels);
  for (const row of rows) {
    const code = column[row] as number;
    if (code >= 0 && code < levels) counts[code] = (counts[code] as number) + 1;
  }
  // Ties by code, or the bins would hang on the sorting algorithm.
  const byCount = Array.from(counts.keys()).sort((a, b) => (counts[b] as number) - (counts[a] as number) || a - b);
  const binOfCode = new Uint8Array(levels).fill(MAX_VALUE_BINS - 1);
  for (let bin = 0; bin < MAX_VALUE_BINS - 1; bin++) binOfCode[byCount[bin] as number] = bin;
  return { kind: 'categorical', binCount: MAX_VALUE_BINS, binOfCode };
}
