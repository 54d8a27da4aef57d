/** What cross-validation says of a metric: the mean over folds and how far they spread. */
import type { MetricValues } from '../metrics/outcome.ts';

export interface FoldSummary {
  readonly mean: number;
  /** Sample standard deviation (n − 1) of the folds. Folds share training rows, so this is no standard error of the mean. */
  readonly std: number;
  /** Folds in which the metric has a value. */
  readonly folds: number;
}

/** Metrics with a value in at least two folds, in the order of the first. */
export function summariseFolds(measured: readonly MetricValues[]): ReadonlyMap<string, FoldSummary> {
  const names = [...new Set(measured.flatMap((metrics) => [...metrics.keys()]))];
  const found = new Map<string, FoldSummary>();
  for (const name of names) {
    const values = measured.flatMap((metrics) => metrics.get(name)?.value ?? []);
    if (values.length < 2) continue;
    const mean = values.reduce((sum, value) => sum + value / values.length, 0);
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    found.set(name, { mean, std: Math.sqrt(squares / (values.length - 1)), folds: values.length });
  }
  return found;
}
