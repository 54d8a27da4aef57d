/**
 * Probabilities of a model that learned from a sample of the classes, as those of all rows: Saerens, Latinne and
 * Decaestecker, "Adjusting the Outputs of a Classifier to New a Priori Probabilities", Neural Computation 14 (2002),
 * equation 2.4; for two classes Elkan, "The Foundations of Cost-Sensitive Learning", IJCAI 2001, theorem 2.
 */

/**
 * `p(k) / kept(k)`, made to sum to 1. `scores` is row-major `rows × classes` and is not changed; `kept` is the share of
 * each class that was learned from, above 0.
 */
export function toBaseRate(scores: Float64Array, kept: ArrayLike<number>): Float64Array {
  const classCount = kept.length;
  const corrected = new Float64Array(scores.length);
  for (let start = 0; start < scores.length; start += classCount) {
    let sum = 0;
    for (let code = 0; code < classCount; code++) {
      const value = (scores[start + code] as number) / (kept[code] as number);
      corrected[start + code] = value;
      sum += value;
    }
    for (let code = 0; code < classCount; code++) corrected[start + code] = (corrected[start + code] as number) / sum;
  }
  return corrected;
}
