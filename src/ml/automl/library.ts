/** The best models so far, a bounded number of them, with what they predict on the validation rows. */
import type { FeatureMatrix, FittedModel } from '../estimator.ts';

/** Models whose predictions are kept for a mean. */
export const LIBRARY = 12;

export interface Kept {
  /** Of its trial. */
  readonly number: number;
  readonly loss: number;
  readonly model: FittedModel;
  /** Values of a regression, else probabilities, or class codes where there are none. */
  readonly output: Float64Array;
}

export class Library {
  #kept: readonly Kept[] = [];

  keep(entry: Kept): void {
    this.#kept = [...this.#kept, entry].sort((a, b) => a.loss - b.loss || a.number - b.number).slice(0, LIBRARY);
  }

  find(number: number): Kept | undefined {
    return this.#kept.find((entry) => entry.number === number);
  }
}

export interface Output {
  readonly prediction: Float64Array;
  readonly scores: Float64Array | undefined;
}

export function outputOf(model: FittedModel, x: FeatureMatrix): Output {
  return { prediction: model.predict(x), scores: model.predictProba?.(x) };
}

/** The code of the largest probability of each row; of equals the first. */
export function largestOf(probabilities: Float64Array, classCount: number): Float64Array {
  return new Float64Array(probabilities.length / classCount).map((_, row) => {
    const at = row * classCount;
    let best = 0;
    for (let code = 1; code < classCount; code++)
      if ((probabilities[at + code] as number) > (probabilities[at + best] as number)) best = code;
    return best;
  });
}
