import fc from 'fast-check';
import { expect, test } from 'vitest';
import { summariseFolds } from '../../../../src/ml/validation/fold-summary.ts';
import { assignFolds, foldRows } from '../../../../src/ml/validation/folds.ts';

test('rows of one key stay together, order and repeats matter not, folds are of equal size', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 120 }),
      fc.integer({ min: 2, max: 7 }),
      fc.nat(99),
      (keys, folds, seed) => {
        const key = Float64Array.from(keys, (value) => value * 1e12 + 5);
        const assigned = assignFolds({ key, folds, seed });
        const foldOf = new Map(keys.map((value, row) => [value, assigned[row] as number]));
        expect(keys.map((value) => foldOf.get(value))).toEqual([...assigned]);
        expect(assigned.every((fold) => fold >= 0 && fold < folds)).toBe(true);
        const backwards = assignFolds({ key: Float64Array.from(key).reverse(), folds, seed });
        expect([...backwards].reverse()).toEqual([...assigned]);
      },
    ),
    { numRuns: 60, seed: 1 },
  );
});

test('without duplicates each fold has the same number of rows, to one, and of every class', () => {
  const key = Float64Array.from({ length: 103 }, (_, row) => row * 7_919);
  const strata = Int32Array.from({ length: 103 }, (_, row) => (row % 10 === 0 ? 1 : 0));
  const sizes = (assigned: Int32Array, of: (row: number) => boolean) =>
    [0, 1, 2, 3, 4].map((fold) => [...assigned.keys()].filter((row) => assigned[row] === fold && of(row)).length);
  const plain = assignFolds({ key, folds: 5, seed: 0 });
  expect(Math.max(...sizes(plain, () => true)) - Math.min(...sizes(plain, () => true))).toBeLessThanOrEqual(1);
  const stratified = assignFolds({ key, folds: 5, seed: 0, strata });
  for (const code of [0, 1]) {
    const found = sizes(stratified, (row) => strata[row] === code);
    expect(Math.max(...found) - Math.min(...found)).toBeLessThanOrEqual(1);
  }
  expect(assignFolds({ key, folds: 5, seed: 0, repeat: 1 })).not.toEqual(plain);
  expect(assignFolds({ key, folds: 5, seed: 1 })).not.toEqual(plain);
});

test('a key with rows of several classes is of the one that it has most rows of', () => {
  const key = Float64Array.of(1, 1, 1, 2, 3);
  const assigned = assignFolds({ key, folds: 2, seed: 0, strata: Int32Array.of(0, 1, 1, 0, 1) });
  expect(new Set(assigned.subarray(0, 3)).size).toBe(1);
});

test('the rows of a fold and the others', () => {
  const { training, heldOut } = foldRows(Int32Array.of(0, 1, 0, 2), 0);
  expect([[...training], [...heldOut]]).toEqual([
    [1, 3],
    [0, 2],
  ]);
});

test('mean and spread of what the folds measured', () => {
  const summary = summariseFolds([
    new Map([
      ['f1_score', { value: 0.5 }],
      ['roc_auc', { missing: 'only one class occurs' }],
    ]),
    new Map([
      ['f1_score', { value: 0.7 }],
      ['roc_auc', { value: 0.6 }],
    ]),
    new Map([
      ['f1_score', { value: 0.6 }],
      ['roc_auc', { value: 0.8 }],
    ]),
  ]);
  expect(summary.get('f1_score')?.mean).toBeCloseTo(0.6, 12);
  expect(summary.get('f1_score')?.std).toBeCloseTo(0.1, 12);
  expect(summary.get('roc_auc')?.folds).toBe(2);
  expect(summariseFolds([new Map([['f1_score', { value: 1 }]])]).size).toBe(0);
});
