/**
 * How a regression errs: a residual is prediction − target, in units of the target, so a positive one
 * is too high a prediction. All inputs have one finite number a row.
 */
import { argsort } from '../metrics/argsort.ts';
import { type DensityGrid, densityGrid, equalEdges, type Histogram, histogram, mainRange } from './histogram.ts';
import { equalRuns, quantileSorted } from './quantile.ts';

/** prediction − target. */
export function residualsOf(target: Float64Array, prediction: Float64Array): Float64Array {
  return prediction.map((value, row) => value - (target[row] as number));
}

/** Counts of all but the outermost 0.5 % at each end, which are underflow and overflow. `undefined` without rows. */
export function residualHistogram(residuals: Float64Array, bins = 30): Histogram | undefined {
  const range = mainRange(residuals, 0.005);
  return range && histogram(residuals, equalEdges(range[0], range[1], bins));
}

export interface BandPoint {
  /** Median prediction of the run of rows. */
  readonly prediction: number;
  readonly rows: number;
  /** Quantiles of the residual in it. */
  readonly p10: number;
  readonly median: number;
  readonly p90: number;
}

/**
 * The residual along the prediction: runs of about equally many rows, at most `runs` and at least 20
 * rows each. A median away from 0 is a trend that the model missed; a widening band is uneven noise.
 */
export function residualBand(prediction: Float64Array, residuals: Float64Array, runs = 20): readonly BandPoint[] {
  const order = argsort(prediction);
  const ends = equalRuns(prediction, order, Math.max(1, Math.min(runs, Math.floor(order.length / 20))));
  return ends.map((end, run) => {
    const rows = order.subarray(ends[run - 1] ?? 0, end);
    const sorted = Float64Array.from(rows, (row) => residuals[row] as number).sort();
    const predictions = Float64Array.from(rows, (row) => prediction[row] as number);
    return {
      prediction: quantileSorted(predictions, 0.5),
      rows: rows.length,
      p10: quantileSorted(sorted, 0.1),
      median: quantileSorted(sorted, 0.5),
      p90: quantileSorted(sorted, 0.9),
    };
  });
}

export interface TargetGroup {
  /** Lowest and highest target in the group. */
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  /** Mean residual. */
  readonly bias: number;
  readonly meanAbsoluteError: number;
  readonly rootMeanSquaredError: number;
}

/** The error for each tenth of the rows by target; equal targets stay together, so there can be fewer groups. */
export function errorByTargetDecile(target: Float64Array, prediction: Float64Array, groups = 10): readonly TargetGroup[] {
  const order = argsort(target);
  const ends = equalRuns(target, order, groups);
  return ends.map((end, group) => {
    const rows = order.subarray(ends[group - 1] ?? 0, end);
    let sum = 0;
    let absolute = 0;
    let squared = 0;
    for (const row of rows) {
      const residual = (prediction[row] as number) - (target[row] as number);
      sum += residual;
      absolute += Math.abs(residual);
      squared += residual * residual;
    }
    return {
      from: target[rows[0] as number] as number,
      to: target[rows.at(-1) as number] as number,
      rows: rows.length,
      bias: sum / rows.length,
      meanAbsoluteError: absolute / rows.length,
      rootMeanSquaredError: Math.sqrt(squared / rows.length),
    };
  });
}

/**
 * Share of the whole squared error that the worst `share` of the rows make (at least one row): near
 * `share` when errors are alike, near 1 when a few rows decide the metric. 0 for a perfect prediction.
 */
export function worstErrorShare(residuals: Float64Array, share = 0.01): number {
  const squared = residuals.map((residual) => residual * residual).sort();
  const from = squared.length - Math.max(1, Math.ceil(share * squared.length));
  let total = 0;
  let worst = 0;
  squared.forEach((value, place) => {
    total += value;
    if (place >= from) worst += value;
  });
  return total > 0 ? worst / total : 0;
}

/** Actual (x) against predicted (y) on one range for both, so that the identity is the diagonal. `undefined` without rows. */
export function predictedAgainstActual(target: Float64Array, prediction: Float64Array, side = 20): DensityGrid | undefined {
  const targets = mainRange(target, 0.001);
  const predictions = mainRange(prediction, 0.001);
  if (targets === undefined || predictions === undefined) return undefined;
  const range: readonly [number, number] = [Math.min(targets[0], predictions[0]), Math.max(targets[1], predictions[1])];
  return densityGrid(target, prediction, { x: range, y: range }, side);
}

/** Predicted (x) against residual (y). `undefined` without rows. */
export function residualAgainstPredicted(prediction: Float64Array, residuals: Float64Array, side = 20): DensityGrid | undefined {
  const x = mainRange(prediction, 0.001);
  const y = mainRange(residuals, 0.001);
  return x && y && densityGrid(prediction, residuals, { x, y }, side);
}
