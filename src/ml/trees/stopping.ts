/**
 * When boosting stops. A validation set of a few rows says little about the best iteration, and
 * stopping by it costs more accuracy than it saves, so small ones are not asked.
 */

/** Below this many rows the validation loss does not decide. */
export const MIN_VALIDATION_ROWS = 200;

export class EarlyStopping {
  readonly #rounds: number;
  #best = Number.POSITIVE_INFINITY;
  #bestIteration = 0;

  /** `rounds` iterations without a better loss end the training. */
  constructor(rounds: number) {
    this.#rounds = rounds;
  }

  /** The number of iterations to keep. */
  get bestIteration(): number {
    return this.#bestIteration;
  }

  /** Whether to stop after this iteration, counted from 1. */
  shouldStop(iteration: number, loss: number): boolean {
    if (loss < this.#best) {
      this.#best = loss;
      this.#bestIteration = iteration;
    }
    return iteration - this.#bestIteration >= this.#rounds;
  }
}
