/**
 * Where the model is weak: the mean loss of the rows with one level of a category or one range of a
 * number. The worst of many slices looks worse than it is, so the ranking uses shrunken means, the
 * intervals allow for the number of slices, and that number is part of the result.
 */
import type { Feature, FeatureMatrix } from '../estimator.ts';
import { argsort } from '../metrics/argsort.ts';
import { standardErrors } from './normal.ts';
import { equalRuns } from './quantile.ts';

export type SliceCondition =
  | { readonly kind: 'level'; readonly code: number }
  /** Both ends belong to it. */
  | { readonly kind: 'range'; readonly from: number; readonly to: number }
  | { readonly kind: 'missing' };

export interface Slice {
  readonly feature: string;
  readonly where: SliceCondition;
  readonly rows: number;
  /** Mean loss of its rows. */
  readonly loss: number;
  /** Interval of `loss`, adjusted for the number of slices examined (Bonferroni). */
  readonly low: number;
  readonly high: number;
  /** The mean loss pulled towards the overall mean by as much as its noise explains. */
  readonly shrunken: number;
  /** Part of the loss of all rows that falls into it. */
  readonly shareOfLoss: number;
  /** The whole interval is worse than the mean of all rows. */
  readonly isWeak: boolean;
}

export interface SliceReport {
  /** Mean loss of all rows. */
  readonly overall: number;
  /** Slices with enough rows, and those without. */
  readonly examined: number;
  readonly tooSmall: number;
  /** Worst first by `shrunken`; at most `limit`. */
  readonly slices: readonly Slice[];
}

export interface SliceOptions {
  /** Default 30. */
  readonly minRows?: number | undefined;
  /** Ranges of a number, of about equally many rows. Default 5. */
  readonly ranges?: number | undefined;
  /** Default 20. */
  readonly limit?: number | undefined;
  /** Of the intervals, before the adjustment. Default 0.95. */
  readonly level?: number | undefined;
}

/** A slice's variance counts as known from this many rows of the whole, so that 30 equal losses do not look certain. */
const PRIOR_ROWS = 10;

/** `losses` has one finite number a row, larger is worse: absolute or squared errors, log losses, 0/1 errors. */
export function oneWaySlices(x: FeatureMatrix, losses: Float64Array, options: SliceOptions = {}): SliceReport {
  const { minRows = 30, ranges = 5, limit = 20, level = 0.95 } = options;
  const all = momentsOf(losses, Int32Array.from(losses.keys()));
  const measured: { feature: string; where: SliceCondition; rows: number; mean: number; noise: number }[] = [];
  let tooSmall = 0;
  x.features.forEach((feature, index) => {
    const parts = partition(feature, x.columns[index] as Float64Array, ranges);
    // One part is all rows: no slice.
    if (parts.length < 2) return;
    for (const { where, rows } of parts) {
      if (rows.length < minRows) {
        tooSmall++;
        continue;
      }
      const { mean, squares } = momentsOf(losses, rows);
      const variance = (squares + PRIOR_ROWS * (all.squares / losses.length)) / (rows.length - 1 + PRIOR_ROWS);
      measured.push({ feature: feature.name, where, rows: rows.length, mean, noise: variance / rows.length });
    }
  });

  // Variance between slices by moments; what is left of a deviation after its noise
  // (Morris, "Parametric Empirical Bayes Inference", JASA 78 (1983) 47).
  const rowSum = measured.reduce((sum, slice) => sum + slice.rows, 0);
  const excess = measured.reduce((sum, slice) => sum + slice.rows * ((slice.mean - all.mean) ** 2 - slice.noise), 0);
  const between = Math.max(0, excess / rowSum);
  const z = standardErrors(1 - (1 - level) / Math.max(1, measured.length));
  const total = all.mean * losses.length;
  const slices = measured.map(({ feature, where, rows, mean, noise }): Slice => {
    const half = z * Math.sqrt(noise);
    const kept = between > 0 ? between / (between + noise) : 0;
    return {
      feature,
      where,
      rows,
      loss: mean,
      low: mean - half,
      high: mean + half,
      shrunken: all.mean + kept * (mean - all.mean),
      shareOfLoss: total > 0 ? (mean * rows) / total : 0,
      isWeak: mean - half > all.mean,
    };
  });
  slices.sort((a, b) => b.shrunken - a.shrunken || b.loss - a.loss);
  return { overall: all.mean, examined: measured.length, tooSmall, slices: slices.slice(0, limit) };
}

/** The rows that a condition selects, ascending. */
export function rowsOfSlice(feature: Feature, column: Float64Array, where: SliceCondition): Int32Array {
  const selects = (value: number): boolean => {
    if (where.kind === 'level') return value === where.code;
    if (where.kind === 'range') return value >= where.from && value <= where.to;
    return feature.kind === 'categorical' ? !isLevel(value, feature.levels ?? 0) : Number.isNaN(value);
  };
  return Int32Array.from(column.keys()).filter((row) => selects(column[row] as number));
}

interface Part {
  readonly where: SliceCondition;
  readonly rows: Int32Array;
}

function partition(feature: Feature, column: Float64Array, ranges: number): readonly Part[] {
  const order = argsort(column);
  const parts: Part[] = [];
  const add = (where: SliceCondition, rows: Int32Array): void => {
    if (rows.length > 0) parts.push({ where, rows });
  };
  if (feature.kind === 'categorical') {
    const levels = feature.levels ?? 0;
    const missing = order.filter((row) => !isLevel(column[row] as number, levels));
    const known = order.filter((row) => isLevel(column[row] as number, levels));
    for (let start = 0; start < known.length; ) {
      const code = column[known[start] as number] as number;
      let end = start + 1;
      while (end < known.length && column[known[end] as number] === code) end++;
      add({ kind: 'level', code }, known.subarray(start, end));
      start = end;
    }
    add({ kind: 'missing' }, missing);
    return parts;
  }
  let present = order.length;
  while (present > 0 && Number.isNaN(column[order[present - 1] as number])) present--;
  let start = 0;
  for (const end of equalRuns(column, order.subarray(0, present), ranges)) {
    add(
      { kind: 'range', from: column[order[start] as number] as number, to: column[order[end - 1] as number] as number },
      order.subarray(start, end),
    );
    start = end;
  }
  add({ kind: 'missing' }, order.subarray(present));
  return parts;
}

function isLevel(code: number, levels: number): boolean {
  return Number.isInteger(code) && code >= 0 && code < levels;
}

/** Mean and sum of squared deviations. */
function momentsOf(values: Float64Array, rows: Int32Array): { readonly mean: number; readonly squares: number } {
  let sum = 0;
  for (const row of rows) sum += values[row] as number;
  const mean = rows.length > 0 ? sum / rows.length : 0;
  let squares = 0;
  for (const row of rows) squares += ((values[row] as number) - mean) ** 2;
  return { mean, squares };
}
