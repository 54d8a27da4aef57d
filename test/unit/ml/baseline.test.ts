import { describe, expect, test } from 'vitest';
import { fitBaseline, restoreBaseline } from '../../../src/ml/baseline.ts';
import type { FeatureMatrix, Target } from '../../../src/ml/estimator.ts';

const x: FeatureMatrix = { rowCount: 2, features: [], columns: [] };
const numbers: Target = { kind: 'regression', values: Float64Array.of(1, 2, 3, 10) };
const labels: Target = { kind: 'classification', codes: Int32Array.of(1, 1, 0, 2), classes: ['a', 'b', 'c'] };

describe('baselines', () => {
  test.each([
    ['mean', 4],
    ['median', 2.5],
  ] as const)('%s', (strategy, value) => {
    const model = fitBaseline(numbers, { strategy });
    expect([...model.predict(x)]).toEqual([value, value]);
    expect(model.predictProba).toBeUndefined();
    expect(model.describe()).toEqual({ strategy, prediction: value });
  });

  test('prior and majority', () => {
    const prior = fitBaseline(labels);
    expect([...prior.predict(x)]).toEqual([1, 1]);
    expect([...(prior.predictProba?.(x) ?? [])]).toEqual([0.25, 0.5, 0.25, 0.25, 0.5, 0.25]);
    expect([...(fitBaseline(labels, { strategy: 'majority' }).predictProba?.(x) ?? [])]).toEqual([0, 1, 0, 0, 1, 0]);
  });

  test('weights', () => {
    expect(fitBaseline(numbers, { sampleWeight: Float64Array.of(0, 1, 1, 0) }).predict(x)[0]).toBe(2.5);
    expect(fitBaseline(labels, { sampleWeight: Float64Array.of(1, 1, 5, 1) }).predict(x)[0]).toBe(0);
  });

  test('saved and restored', () => {
    for (const model of [fitBaseline(numbers), fitBaseline(labels)]) {
      const restored = restoreBaseline(JSON.parse(JSON.stringify(model.toJSON())));
      expect(restored.predict(x)).toEqual(model.predict(x));
      expect(restored.predictProba?.(x)).toEqual(model.predictProba?.(x));
    }
    expect(() => restoreBaseline({})).toThrow(new TypeError('this is not a saved baseline of version 1'));
  });

  test('bad input is refused', () => {
    expect(() => fitBaseline(numbers, { strategy: 'prior' })).toThrow(new RangeError('`prior` is no baseline of a regression'));
    expect(() => fitBaseline(labels, { strategy: 'mean' })).toThrow(new RangeError('`mean` is no baseline of a classification'));
    expect(() => fitBaseline({ kind: 'regression', values: new Float64Array(0) })).toThrow(
      new RangeError('a baseline needs a row with a positive weight'),
    );
  });
});
