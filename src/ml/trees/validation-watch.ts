/**
 * Follows the validation loss while trees are added, and says when to stop. A validation set of a few
 * rows says little about the best iteration, and stopping by it costs more accuracy than it saves, so
 * small ones are scored and do not decide.
 */
import type { FeatureMatrix, Target } from '../estimator.ts';
import { binTable } from './bin-table.ts';
import type { BinnedFeature } from './binning.ts';
import type { GrownTree } from './grown-tree.ts';
import type { ValidationMetric } from './validation-metric.ts';
import type { Workshop } from './workshop.ts';

/** Below this many rows the validation loss does not decide. */
export const MIN_VALIDATION_ROWS = 200;

/** Whether a validation set decides when to stop. */
export function decides(validation: { readonly x: FeatureMatrix; readonly y: Target } | undefined, rounds: number): boolean {
  return validation !== undefined && validation.x.rowCount >= MIN_VALIDATION_ROWS && rounds > 0;
}

export class ValidationWatch {
  readonly #workshop: Workshop;
  readonly #rowCount: number;
  readonly #scores: Float64Array;
  readonly #metric: ValidationMetric;
  readonly #patience: number;
  #best = Number.POSITIVE_INFINITY;
  #bestIteration = 0;

  /** The workshop has room for the table. `patience` iterations without a better loss are enough; infinite never stops. */
  constructor(
    workshop: Workshop,
    features: readonly BinnedFeature[],
    x: FeatureMatrix,
    metric: ValidationMetric,
    start: Float64Array,
    patience: number,
  ) {
    const { machine, validation } = workshop;
    binTable(workshop, features, x, { ...validation, columnBytes: 0 });
    const rows = machine.integers(validation.rows, x.rowCount);
    for (let row = 0; row < rows.length; row++) rows[row] = row;
    this.#scores = machine.numbers(validation.scores, x.rowCount * start.length);
    start.forEach((score, output) => {
      this.#scores.fill(score, output * x.rowCount, (output + 1) * x.rowCount);
    });
    this.#workshop = workshop;
    this.#rowCount = x.rowCount;
    this.#metric = metric;
    this.#patience = patience;
  }

  /** Iterations to keep of those trained. */
  keep(trained: number): number {
    return this.#patience === Number.POSITIVE_INFINITY ? trained : this.#bestIteration;
  }

  addTree(tree: GrownTree, leafValues: Float64Array, output: number): void {
    const { rows, bins, scores } = this.#workshop.validation;
    tree.walk(rows, this.#rowCount, bins, scores + 8 * this.#rowCount * output, leafValues);
  }

  /** What is measured after an iteration, counted from 1, and whether to stop. */
  judge(iteration: number): { readonly metrics: Readonly<Record<string, number>>; readonly shouldStop: boolean } {
    const { value, metrics } = this.#metric.measure(this.#scores);
    const toLessen = this.#metric.greaterIsBetter ? -value : value;
    if (toLessen < this.#best) {
      this.#best = toLessen;
      this.#bestIteration = iteration;
    }
    return { metrics, shouldStop: iteration - this.#bestIteration >= this.#patience };
  }
}
