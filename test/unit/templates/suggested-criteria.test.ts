import fc from 'fast-check';
import { expect, test } from 'vitest';
import { templateOf } from '../../../src/templates/catalog.ts';
import { classification } from '../../../src/templates/classification/template.ts';
import { regression } from '../../../src/templates/regression/template.ts';
import { lenientLimit } from '../../../src/templates/template.ts';

test.each([
  [534.1, false, 590],
  [0.9412, true, 0.89],
  [1, true, 0.95],
  [-0.5, true, -0.53],
  [0.0123, false, 0.014],
  [9.99e-7, false, 0.0000011],
  [95, false, 110],
  [1.5e9, false, 1.7e9],
  [0, true, 0],
  [0, false, 0],
])('the limit for %s (greater is better: %s) is %s', (value, greaterIsBetter, limit) => {
  expect(lenientLimit(value, greaterIsBetter)).toBe(limit);
});

test('a limit is one that the value meets, has two digits, and is no more than a fifth away', () => {
  const value = fc.double({ min: -1e12, max: 1e12, noNaN: true }).filter((number) => number === 0 || Math.abs(number) > 1e-9);
  fc.assert(
    fc.property(value, fc.boolean(), (number, greaterIsBetter) => {
      const limit = lenientLimit(number, greaterIsBetter);
      expect(greaterIsBetter ? number >= limit : number <= limit).toBe(true);
      expect(Number(limit.toPrecision(2))).toBe(limit);
      expect(Math.abs(limit - number)).toBeLessThanOrEqual(0.21 * Math.abs(number));
    }),
    { numRuns: 300 },
  );
});

test('what a template suggests comes from the test rows; without a value, nothing', () => {
  const suggest = { regression: regression.suggestedCriteria, classification: classification.suggestedCriteria };
  expect(suggest.regression({ test_root_mean_squared_error: 534.1, val_root_mean_squared_error: 1 })).toEqual([
    { metric: 'root_mean_squared_error', threshold: 590 },
  ]);
  expect(suggest.classification({ test_f1_score: 0.9, test_f1_score_macro: 0.8 })).toEqual([{ metric: 'f1_score', threshold: 0.85 }]);
  expect(suggest.classification({ test_f1_score_macro: 0.8 })).toEqual([{ metric: 'f1_score_macro', threshold: 0.76 }]);
  expect([suggest.regression({}), suggest.classification({ training_f1_score: 1 })]).toEqual([[], []]);
});

test('templates by their ids, with `@` for `/` as in MLflow', () => {
  expect([templateOf('regression/v1'), templateOf('regression@v1')]).toEqual([regression, regression]);
  expect(templateOf('classification@v1')).toBe(classification);
  expect(templateOf('ranking/v1')).toBeUndefined();
});
