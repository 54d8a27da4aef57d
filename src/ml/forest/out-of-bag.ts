/**
 * A score of each row by the trees that were grown without it (Breiman, "Out-of-bag Estimation", 1996): what a validation
 * set would say, without one.
 */
import type { FeatureMatrix, FitContext, Target } from '../estimator.ts';
import { threadCount } from '../kernels/threads.ts';
import { mostLikely } from '../trees/predictions.ts';
import { weightedMean } from '../trees/weighted.ts';
import type { Forest } from './forest.ts';
import { probabilities } from './forest-model.ts';
import { ForestWalker } from './forest-walker.ts';

interface Fitted {
  readonly x: FeatureMatrix;
  readonly y: Target;
  readonly centre: number;
  readonly active: Int32Array;
  readonly sampleWeight: Float64Array | undefined;
}

/** R² for numbers and accuracy for classes, over the rows that some tree was grown without; `null` when there is none. */
export function outOfBagScore(forest: Forest, inBag: Uint8Array, fitted: Fitted, { threads }: Pick<FitContext, 'threads'>): number | null {
  const { x, y, active, sampleWeight } = fitted;
  const { outputs } = forest.parts;
  const sums = new Float64Array(x.rowCount * outputs);
  const counts = new Uint32Array(x.rowCount);
  const walker = new ForestWalker(forest.parts, { threads: threads ?? threadCount() });
  walker.addTo(x, sums, { inBag, bytes: inBag.length / forest.treeCount, counts });
  walker.close();
  const rows = active.filter((row) => (counts[row] as number) > 0);
  if (rows.length === 0) return null;
  const means = sums.map((sum, i) => sum / Math.max(1, counts[Math.floor(i / outputs)] as number));
  const weights = sampleWeight === undefined ? undefined : Float64Array.from(rows, (row) => sampleWeight[row] as number);
  if (y.kind === 'classification') {
    const predicted = mostLikely(probabilities(means, outputs, y.classes.length), y.classes.length);
    return weightedMean(
      Float64Array.from(rows, (row) => (predicted[row] === y.codes[row] ? 1 : 0)),
      weights,
    );
  }
  const actual = Float64Array.from(rows, (row) => y.values[row] as number);
  const mean = weightedMean(actual, weights);
  const errors = Float64Array.from(rows, (row, i) => ((actual[i] as number) - fitted.centre - (means[row] as number)) ** 2);
  const spread = weightedMean(
    actual.map((value) => (value - mean) ** 2),
    weights,
  );
  return spread > 0 ? 1 - weightedMean(errors, weights) / spread : null;
}
