/** The logarithmic loss of single rows. */

/**
 * Probabilities are kept this far from 0 and 1, so that one confident mistake costs 36 nats and not
 * infinity. It is the rounding unit of a double, as in scikit-learn.
 */
export const PROBABILITY_FLOOR: number = Number.EPSILON;

/**
 * −ln(probability of the true class), one a row, in nats. `scores` is row-major `rows × classCount`
 * with finite numbers; `codes` holds the true classes. Rows are not rescaled to sum to 1.
 */
export function rowLogLoss(codes: Int32Array, scores: Float64Array, classCount: number): Float64Array {
  const loss = new Float64Array(codes.length);
  for (let row = 0; row < codes.length; row++) {
    const p = scores[row * classCount + (codes[row] as number)] as number;
    loss[row] = -Math.log(Math.min(Math.max(p, PROBABILITY_FLOOR), 1 - PROBABILITY_FLOOR));
  }
  return loss;
}
