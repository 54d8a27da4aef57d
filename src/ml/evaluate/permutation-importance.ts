/**
 * Permutation importance (Breiman, Machine Learning 45 (2001), section 10): how much worse the model
 * gets when one feature is shuffled among the rows. Features that say the same hide each other, and a
 * contribution is not a cause.
 */
import type { FeatureMatrix } from '../estimator.ts';
import type { MetricValue } from '../metrics/outcome.ts';
import { derive, Random } from '../random.ts';

export interface PermutationOptions<P> {
  readonly x: FeatureMatrix;
  /** Called once as it is and `repeats` times for each feature. Must not change its input. */
  readonly predict: (x: FeatureMatrix) => P;
  readonly metric: (prediction: P) => MetricValue;
  readonly greaterIsBetter: boolean;
  readonly seed: number;
  /** Default 5. */
  readonly repeats?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface FeatureImportance {
  readonly feature: string;
  /** Mean loss of the metric, in its units; positive where the feature helps. */
  readonly mean: number;
  /** Spread over the shuffles: sample standard deviation, 0 for a single one. */
  readonly standardDeviation: number;
  readonly drops: readonly number[];
}

/**
 * One entry a feature, most important first, equal ones in the order of the features. Where a metric
 * is undefined, the reason instead. Each feature has its own random stream, so adding a column moves
 * no other's shuffles.
 */
export function permutationImportance<P>(options: PermutationOptions<P>): readonly FeatureImportance[] | { readonly missing: string } {
  const { x, predict, metric, greaterIsBetter, seed, repeats = 5 } = options;
  const baseline = metric(predict(x));
  if (baseline.value === undefined) return baseline;
  const importances: FeatureImportance[] = [];
  for (let index = 0; index < x.features.length; index++) {
    const feature = x.features[index]?.name as string;
    const random = new Random(derive(seed, `permutation ${feature}`));
    const drops: number[] = [];
    for (let repeat = 0; repeat < repeats; repeat++) {
      options.signal?.throwIfAborted();
      const shuffled = (x.columns[index] as Float64Array).slice();
      random.shuffle(shuffled);
      const found = metric(predict({ ...x, columns: x.columns.map((column, other) => (other === index ? shuffled : column)) }));
      if (found.value === undefined) return found;
      drops.push(greaterIsBetter ? baseline.value - found.value : found.value - baseline.value);
    }
    const mean = drops.reduce((sum, drop) => sum + drop, 0) / repeats;
    const squares = drops.reduce((sum, drop) => sum + (drop - mean) ** 2, 0);
    importances.push({ feature, mean, standardDeviation: repeats > 1 ? Math.sqrt(squares / (repeats - 1)) : 0, drops });
  }
  return importances.sort((a, b) => b.mean - a.mean);
}
