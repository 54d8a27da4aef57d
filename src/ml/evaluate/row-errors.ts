/** How wrong the model is on single rows, and which rows those are. */
import type { Target } from '../estimator.ts';
import { argsort } from '../metrics/argsort.ts';

/**
 * The error of each row. Regression: prediction − target. Classification: 1 − probability of the true
 * class, or without probabilities 1 for a wrong class and 0 for the right one.
 */
export function rowErrors(target: Target, prediction: Float64Array, scores?: Float64Array | undefined): Float64Array {
  if (target.kind === 'regression') return prediction.map((value, row) => value - (target.values[row] as number));
  const { codes, classes } = target;
  return prediction.map((code, row) => {
    const truth = codes[row] as number;
    return scores === undefined ? Number(code !== truth) : 1 - (scores[row * classes.length + truth] as number);
  });
}

/** The rows with the largest |error|, worst first; equal ones in the order of the rows. */
export function worstRows(errors: Float64Array, limit = 100): Int32Array {
  return argsort(errors.map((error) => -Math.abs(error))).slice(0, limit);
}
