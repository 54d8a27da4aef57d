import { expect, test } from 'vitest';
import { reasonText } from '../../../src/app/reason-text.ts';

test('changed parameters are told with their values, those of other sections once and in words', () => {
  const changes = [
    { path: 'estimator_params.max_leaves', old: 31, new: 63 },
    { path: 'cross_validation.transform.operations.0.columns', old: ['a'], new: ['b'] },
    { path: 'cross_validation.transform.operations.0.name', old: 'scale', new: 'bin' },
    { path: 'cross_validation.folds', old: 5, new: 3 },
    { path: 'fold_key.roles.id', new: 'id' },
  ];
  expect(reasonText({ kind: 'params-changed', changes })).toBe(
    'parameter changed: estimator_params.max_leaves 31 → 63, how the folds are transformed, cross_validation.folds 5 → 3, which rows the folds keep together',
  );
});
