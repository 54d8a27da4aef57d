/**
 * Weights of models for their mean, chosen greedily with replacement: the model that helps most is added, again and again
 * (Caruana, Niculescu-Mizil, Crew and Ksikes, "Ensemble Selection from Libraries of Models", ICML 2004).
 */

/** Additions. The share of a model is a multiple of one of them. */
const ROUNDS = 20;
/** The library begins with as many of the best: it keeps the choice from fitting the validation rows. */
const BEGIN_WITH = 2;

/**
 * `outputs[m]` are the predictions or probabilities of model m, best model first; `lossOf` measures a mean of them.
 * Returns one weight a model, summing to 1, and the loss of their mean; infinite where no mean has one.
 */
export function selectEnsemble(
  outputs: readonly Float64Array[],
  lossOf: (mean: Float64Array) => number | undefined,
): { readonly weights: Float64Array; readonly loss: number } {
  const counts = new Float64Array(outputs.length);
  const sum = new Float64Array(outputs[0]?.length ?? 0);
  const trial = new Float64Array(sum.length);
  let size = 0;
  const add = (model: number): void => {
    const own = outputs[model] as Float64Array;
    for (let k = 0; k < sum.length; k++) sum[k] = (sum[k] as number) + (own[k] as number);
    counts[model] = (counts[model] as number) + 1;
    size++;
  };
  for (let model = 0; model < Math.min(BEGIN_WITH, outputs.length); model++) add(model);
  const measured = (values: Float64Array): number => lossOf(values) ?? Number.POSITIVE_INFINITY;
  let best = { loss: measured(sum.map((value) => value / size)), counts: counts.slice(), size };
  while (size < ROUNDS) {
    let [next, least] = [0, Number.POSITIVE_INFINITY];
    outputs.forEach((own, model) => {
      for (let k = 0; k < sum.length; k++) trial[k] = ((sum[k] as number) + (own[k] as number)) / (size + 1);
      const loss = measured(trial);
      if (loss < least) [next, least] = [model, loss];
    });
    if (!Number.isFinite(least)) break;
    add(next);
    if (least < best.loss) best = { loss: least, counts: counts.slice(), size };
  }
  return { weights: best.counts.map((count) => count / best.size), loss: best.loss };
}
