import { expect, test } from 'vitest';
import { fitBestFeature } from '../../../src/ml/best-feature.ts';
import type { FeatureMatrix, Target } from '../../../src/ml/estimator.ts';
import { Random } from '../../../src/ml/random.ts';

const random = new Random(5);
const rows = 800;
const useful = Float64Array.from({ length: rows }, () => random.normal());
const noise = Float64Array.from({ length: rows }, () => random.normal());
const id = Float64Array.from({ length: rows }, (_, row) => row);
const x: FeatureMatrix = {
  rowCount: rows,
  features: [
    { name: 'noise', kind: 'numeric' },
    { name: 'id', kind: 'categorical', levels: rows },
    { name: 'useful', kind: 'numeric' },
  ],
  columns: [noise, id, useful],
};

test('numbers: the feature that says most of the target, and means of its groups', () => {
  const y: Target = { kind: 'regression', values: useful.map((value, row) => 3 * value + 0.1 * (noise[row] as number)) };
  const best = fitBestFeature(x, y, { seed: 0 });
  expect(best?.feature.name).toBe('useful');
  expect(best?.predictProba).toBeUndefined();
  const error = best?.predict(x).reduce((sum, value, row) => sum + (value - (y.values[row] as number)) ** 2 / rows, 0) ?? Number.NaN;
  expect(error).toBeLessThan(1);
});

test('classes: shares that sum to 1; an id with as many levels as rows does not win', () => {
  const y: Target = { kind: 'classification', codes: Int32Array.from(useful, (value) => (value > 0.8 ? 1 : 0)), classes: ['no', 'yes'] };
  const best = fitBestFeature(x, y, { seed: 0 });
  expect(best?.feature.name).toBe('useful');
  const shares = best?.predictProba?.(x) ?? new Float64Array(0);
  for (let row = 0; row < rows; row++) expect((shares[2 * row] as number) + (shares[2 * row + 1] as number)).toBeCloseTo(1, 12);
  const right = best?.predict(x).filter((code, row) => code === y.codes[row]).length ?? 0;
  expect(right / rows).toBeGreaterThan(0.95);
});

test('missing values and unknown categories are a group of their own', () => {
  const y: Target = { kind: 'regression', values: Float64Array.from({ length: 90 }, (_, row) => row % 3) };
  const column = Float64Array.from({ length: 90 }, (_, row) => (row % 3 === 2 ? Number.NaN : row % 3));
  for (const feature of [{ name: 'a', kind: 'numeric' } as const, { name: 'a', kind: 'categorical', levels: 2 } as const]) {
    const best = fitBestFeature({ rowCount: 90, features: [feature], columns: [column] }, y, { seed: 0 });
    const [zero, missing] = best?.predict({ rowCount: 2, features: [feature], columns: [Float64Array.of(0, Number.NaN)] }) ?? [];
    // 30 rows of the group and 10 of the mean, which is 1.
    expect([zero, missing].map((value) => Number(value?.toFixed(12)))).toEqual([0.25, 1.75]);
  }
});

test('weights count, and of many rows a sample is looked at', () => {
  const few: FeatureMatrix = { rowCount: 2, features: [{ name: 'a', kind: 'numeric' }], columns: [Float64Array.of(1, 1)] };
  const y: Target = { kind: 'regression', values: Float64Array.of(0, 4) };
  expect(fitBestFeature(few, y, { seed: 0, sampleWeight: Float64Array.of(1, 3) })?.predict(few)[0]).toBeCloseTo(3, 12);
  expect(fitBestFeature(few, y, { seed: 0, sampleWeight: new Float64Array(2) })).toBeUndefined();
  expect(fitBestFeature({ rowCount: 2, features: [], columns: [] }, y, { seed: 0 })).toBeUndefined();
  const many = Float64Array.from({ length: 60_000 }, (_, row) => row % 100);
  const long: FeatureMatrix = { rowCount: many.length, features: [{ name: 'a', kind: 'numeric' }], columns: [many] };
  const target: Target = { kind: 'regression', values: many };
  expect(fitBestFeature(long, target, { seed: 0 })?.predict(long)).toEqual(fitBestFeature(long, target, { seed: 0 })?.predict(long));
  expect(fitBestFeature(long, target, { seed: 0 })?.predict(long)).not.toEqual(fitBestFeature(long, target, { seed: 1 })?.predict(long));
});
