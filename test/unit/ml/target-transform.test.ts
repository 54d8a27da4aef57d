import { expect, test } from 'vitest';
import type { FeatureMatrix, Target } from '../../../src/ml/estimator.ts';
import { linear } from '../../../src/ml/linear/linear.ts';
import { countOutside, inOriginalUnits, transformTarget } from '../../../src/ml/target-transform.ts';

const values = (...numbers: number[]): Target => ({ kind: 'regression', values: Float64Array.from(numbers) });

test('logarithms, and what has none', () => {
  expect(transformTarget(values(1, Math.E), 'log')).toEqual(values(0, 1));
  expect(transformTarget(values(0, 1e-20), 'log1p')).toEqual(values(0, 1e-20));
  expect([countOutside(values(0, 2, -1), 'log'), countOutside(values(0, 2, -1), 'log1p')]).toEqual([2, 1]);
  expect(() => transformTarget(values(0), 'log')).toThrow(RangeError);
  expect(() => transformTarget({ kind: 'classification', codes: Int32Array.of(0), classes: ['a'] }, 'log')).toThrow(RangeError);
});

test('a model of the logarithm predicts in the units of the target, and is stored as it was learned', async () => {
  const x: FeatureMatrix = {
    rowCount: 40,
    features: [{ name: 'a', kind: 'numeric' }],
    columns: [Float64Array.from({ length: 40 }, (_, row) => row / 8)],
  };
  const y: Target = { kind: 'regression', values: x.columns[0]?.map((a) => 3 * 2 ** a) ?? new Float64Array() };
  const learned = await linear({ l2: 0 }).fit(x, transformTarget(y, 'log'), { seed: 0 });
  const model = inOriginalUnits(learned, 'log');
  model.predict(x).forEach((value, row) => {
    expect(value).toBeCloseTo(3 * 2 ** (row / 8), 6);
  });
  expect(model.toJSON()).toEqual(learned.toJSON());
  expect(model.featureImportance?.()).toEqual(learned.featureImportance?.());
  expect(inOriginalUnits(learned, undefined)).toBe(learned);
});
