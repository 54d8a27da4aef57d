/**
 * Losses of the residual that a few wild targets cannot rule: absolute error, quantile, Huber. Their
 * gradients say little about how far a leaf should move, so its value is renewed from the residuals of
 * its rows (Friedman, "Greedy Function Approximation", Annals of Statistics 2001, algorithms 3 and 4),
 * which neither L1 nor L2 pulls on.
 */
import { meanLoss, type Objective } from './objective.ts';
import { weightedMedian, weightedQuantile } from './weighted.ts';

/** Rows that Huber's threshold comes from, at most. */
const THRESHOLD_ROWS = 16_384;

export function absoluteError(target: Float64Array, weight: Float64Array | undefined): Objective {
  return {
    ...residualLoss,
    kernel: { loss: 'residual', target, limits: () => [-1, 1, 0, 0.5] },
    start: () => Float64Array.of(weightedMedian(target, weight)),
    loss: (scores) => meanLoss(target.length, weight, (row) => Math.abs((scores[row] as number) - (target[row] as number))),
    leafValue: (rows, scores) => weightedMedian(residualsOf(target, rows, scores), weightsOf(weight, rows)),
  };
}

/**
 * The pinball loss (Koenker and Bassett, "Regression Quantiles", Econometrica 1978): its minimum is the value that a share
 * `level` of the targets does not exceed.
 */
export function quantileLoss(target: Float64Array, weight: Float64Array | undefined, level: number): Objective {
  return {
    ...residualLoss,
    kernel: { loss: 'residual', target, limits: () => [-level, 1 - level, 0, level] },
    start: () => Float64Array.of(weightedQuantile(target, weight, level)),
    loss: (scores) =>
      meanLoss(target.length, weight, (row) => {
        const above = (target[row] as number) - (scores[row] as number);
        return above > 0 ? level * above : (level - 1) * above;
      }),
    leafValue: (rows, scores) => weightedQuantile(residualsOf(target, rows, scores), weightsOf(weight, rows), level),
  };
}

/**
 * Squared for small residuals and absolute for large ones (Huber, "Robust Estimation of a Location Parameter", Annals of
 * Mathematical Statistics 1964). A share `level` of the residuals is small: the threshold follows the fit, so that what was usual
 * for a poor fit is an outlier for a good one. The value that is reported keeps the threshold of the best constant: values with
 * different thresholds cannot be compared.
 */
export function huberLoss(target: Float64Array, weight: Float64Array | undefined, level: number): Objective {
  let threshold = 0;
  let fixedThreshold: number | undefined;
  // A share is known well enough from so many rows.
  const sampled = everyFew(target.length, weight);
  const sampledWeight = weightsOf(weight, sampled);
  const sizes = new Float64Array(sampled.length);
  const thresholdAt = (scoreOf: (row: number) => number): number => {
    for (let i = 0; i < sizes.length; i++) {
      const row = sampled[i] as number;
      sizes[i] = Math.abs((target[row] as number) - scoreOf(row));
    }
    return weightedQuantile(sizes, sampledWeight, level);
  };
  const follow = (scores: Float64Array): void => {
    threshold = thresholdAt((row) => scores[row] as number);
  };
  return {
    ...residualLoss,
    kernel: {
      loss: 'residual',
      target,
      limits(scores) {
        follow(scores);
        return [-threshold, threshold, 1, 0.5];
      },
    },
    start: () => Float64Array.of(weightedMedian(target, weight)),
    loss(scores) {
      if (fixedThreshold === undefined) {
        const middle = weightedMedian(target, weight);
        fixedThreshold = thresholdAt(() => middle);
      }
      const most = fixedThreshold;
      return meanLoss(target.length, weight, (row) => {
        const size = Math.abs((scores[row] as number) - (target[row] as number));
        return size <= most ? (size * size) / 2 : most * (size - most / 2);
      });
    },
    leafValue(rows, scores) {
      const residuals = residualsOf(target, rows, scores);
      const own = weightsOf(weight, rows);
      const middle = weightedMedian(residuals, own);
      let sum = 0;
      let total = 0;
      for (let i = 0; i < residuals.length; i++) {
        const w = own === undefined ? 1 : (own[i] as number);
        sum += w * Math.max(-threshold, Math.min(threshold, (residuals[i] as number) - middle));
        total += w;
      }
      return middle + sum / total;
    },
  };
}

/** Rows that take part, evenly drawn. */
function everyFew(rowCount: number, weight: Float64Array | undefined): Int32Array {
  const all = Int32Array.from({ length: rowCount }, (_, row) => row).filter((row) => weight?.[row] !== 0);
  const every = Math.max(1, Math.ceil(all.length / THRESHOLD_ROWS));
  return all.filter((_, i) => i % every === 0);
}

const residualLoss = { outputs: 1, link: 'identity', hasUnitHessian: true, largestStep: Number.POSITIVE_INFINITY } as const;

function residualsOf(target: Float64Array, rows: Int32Array, scores: Float64Array): Float64Array {
  const residuals = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) residuals[i] = (target[rows[i] as number] as number) - (scores[rows[i] as number] as number);
  return residuals;
}

function weightsOf(weight: Float64Array | undefined, rows: Int32Array): Float64Array | undefined {
  if (weight === undefined) return undefined;
  const own = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) own[i] = weight[rows[i] as number] as number;
  return own;
}
