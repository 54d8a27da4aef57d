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
  /** Features that are shuffled as one, all rows in the same new order. Absent: each by itself. */
  readonly groups?: readonly { readonly label: string; readonly features: readonly number[] }[] | undefined;
  /** Default 5. */
  readonly repeats?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface FeatureImportance {
  /** Its name, or the label of the group. */
  readonly feature: string;
  /** Mean loss of the metric, in its units; positive where the feature helps. */
  readonly mean: number;
  /** Spread over the shuffles: sample standard deviation, 0 for a single one. */
  readonly standardDeviation: number;
  readonly drops: readonly number[];
}

/**
 * One entry a feature or group, most important first, equal ones in the order given. Where a metric
 * is undefined, the reason instead. Each has its own random stream, so adding a column moves
 * no other's shuffles.
 */
export function permutationImportance<P>(options: PermutationOptions<P>): readonly FeatureImportance[] | { readonly missing: string } {
  const { x, predict, metric, greaterIsBetter, seed, repeats = 5 } = options;
  const baseline = metric(predict(x));
  if (baseline.value === undefined) return baseline;
  const importances: FeatureImportance[] = [];
  const groups = options.groups ?? x.features.map(({ name }, index) => ({ label: name, features: [index] }));
  for (const { label: feature, features } of groups) {
    const random = new Random(derive(seed, `permutation ${feature}`));
    const drops: number[] = [];
    for (let repeat = 0; repeat < repeats; repeat++) {
      options.signal?.throwIfAborted();
      const order = Int32Array.from({ length: x.rowCount }, (_, row) => row);
      random.shuffle(order);
      const shuffled = x.columns.map((column, other) =>
        features.includes(other) ? Float64Array.from(order, (row) => column[row] as number) : column,
      );
      const found = metric(predict({ ...x, columns: shuffled }));
      if (found.value === undefined) return found;
      drops.push(greaterIsBetter ? baseline.value - found.value : found.value - baseline.value);
    }
    const mean = drops.reduce((sum, drop) => sum + drop, 0) / repeats;
    const squares = drops.reduce((sum, drop) => sum + (drop - mean) ** 2, 0);
    importances.push({ feature, mean, standardDeviation: repeats > 1 ? Math.sqrt(squares / (repeats - 1)) : 0, drops });
  }
  return importances.sort((a, b) => b.mean - a.mean);
}
