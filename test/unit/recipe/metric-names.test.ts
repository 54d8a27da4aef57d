import { expect, it } from 'vitest';
import { METRICS } from '../../../src/ml/metrics/registry.ts';
import { METRIC_NAMES } from '../../../src/recipe/metric-names.ts';

it('a recipe may name what the metrics compute, and nothing else', () => {
  const computed = (tasks: readonly string[]): readonly string[] =>
    [...new Set(METRICS.filter(({ task, usableInCriteria }) => usableInCriteria && tasks.includes(task)).map(({ name }) => name))].sort();
  expect([...METRIC_NAMES.regression].sort()).toEqual(computed(['regression']));
  expect([...METRIC_NAMES.classification].sort()).toEqual(computed(['binary', 'multiclass', 'classification']));
});
