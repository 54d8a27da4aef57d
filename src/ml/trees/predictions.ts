/**
 * From probabilities to classes and from gains to importances, the same for all tree models.
 */

/** The code of the largest probability of each row; of equal ones the first. */
export function mostLikely(probabilities: Float64Array, classCount: number): Float64Array {
  const codes = new Float64Array(probabilities.length / classCount);
  for (let row = 0; row < codes.length; row++) {
    let best = 0;
    for (let k = 1; k < classCount; k++) {
      if ((probabilities[row * classCount + k] as number) > (probabilities[row * classCount + best] as number)) best = k;
    }
    codes[row] = best;
  }
  return codes;
}

/** Row-major probabilities of two classes from those of the second. */
export function binaryProbabilities(positive: Float64Array): Float64Array {
  const probabilities = new Float64Array(2 * positive.length);
  for (let row = 0; row < positive.length; row++) {
    probabilities[2 * row] = 1 - (positive[row] as number);
    probabilities[2 * row + 1] = positive[row] as number;
  }
  return probabilities;
}

/** Parts of 1, or all 0. */
export function shares(amounts: Float64Array): Float64Array {
  const total = amounts.reduce((sum, amount) => sum + amount, 0);
  return total > 0 ? amounts.map((amount) => amount / total) : new Float64Array(amounts.length);
}

/** Note of contributions where a model was saved before it kept the training weights of its leaves. */
export const COVERS_UNKNOWN =
  'the model was saved by a version that kept row counts and no weights of leaves, so a row counts as one; train it again for exact values';
