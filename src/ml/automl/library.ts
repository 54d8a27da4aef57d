/** The best models so far, and the best of each estimator, with what they predict on the validation rows: a bounded number of them. */
import type { FeatureMatrix, FittedModel } from '../estimator.ts';

/** Models whose predictions are kept for a mean. */
export const LIBRARY = 12;

export interface Kept {
  /** Of its trial. */
  readonly number: number;
  readonly estimator: string;
  readonly loss: number;
  readonly model: FittedModel;
  /** Values of a regression, else probabilities, or class codes where there are none. */
  readonly output: Float64Array;
}

export class Library {
  #kept: readonly Kept[] = [];

  keep(entry: Kept): void {
    const order = [...this.#kept, entry].sort((a, b) => a.loss - b.loss || a.number - b.number);
    this.#kept = order.filter((one, rank) => rank < LIBRARY || order.findIndex(({ estimator }) => estimator === one.estimator) === rank);
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
