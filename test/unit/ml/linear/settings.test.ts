import { describe, expect, test } from 'vitest';
import { linear } from '../../../../src/ml/linear/linear.ts';

type Input = NonNullable<Parameters<typeof linear>[0]>;
const x = { rowCount: 2, features: [{ name: 'a', kind: 'numeric' as const }], columns: [Float64Array.of(1, 2)] };

describe('parameters that do not go together', () => {
  test.each<[Input, string]>([
    [{ l1_ratio: 0.5 }, '`l1_ratio` belongs to `penalty: elasticnet`'],
    [{ loss: 'hinge' }, '`loss` belongs to `solver: sgd`'],
    [{ eta0: 1, average: true }, '`eta0` belongs to `solver: sgd`; `average` belongs to `solver: sgd`'],
    [{ l2: 1, alpha: 1 }, '`l2` and `alpha` say the same strength; keep one of them'],
    [{ penalty: 'none', C: 1 }, '`C` is the strength of a penalty, and there is none'],
    [{ penalty: 'l1', l2: 1 }, '`l2` is the strength of `penalty: l2` alone; write `alpha`'],
    [{ solver: 'sgd', l2: 1 }, '`l2` is the strength of `penalty: l2` alone, where `solver: auto` finds the minimum; write `alpha`'],
    [{ solver: 'sgd', C: 1 }, '`C` is no parameter of `solver: sgd`; write `alpha`'],
    [{ solver: 'sgd', epsilon: 1 }, '`epsilon` belongs to `loss: huber`'],
    [{ solver: 'sgd', learning_rate: 'constant', power_t: 1 }, '`power_t` belongs to `learning_rate: invscaling`'],
    [{ solver: 'sgd', learning_rate: 'optimal', eta0: 1 }, '`eta0` has no place in `learning_rate: optimal`, which begins by itself'],
  ])('%j', (input, message) => {
    expect(() => linear(input)).toThrow(new RangeError(`\`linear\`: ${message}`));
  });

  test('`C` for numbers', () => {
    expect(() => linear({ C: 2 }).fit(x, { kind: 'regression', values: Float64Array.of(1, 2) }, { seed: 0 })).toThrow(
      new RangeError('`linear`: `C` is a parameter of a classification; write `alpha`'),
    );
  });

  test('a bad value is told by itself', () => {
    expect(() => linear({ l1_ratio: 2 })).toThrow(
      new RangeError('`linear`: `l1_ratio` must be a number of at least 0 and at most 1; found `2`'),
    );
  });
});

test('what is logged is what was used', () => {
  const common = { fit_intercept: true, standardize: true };
  expect(linear({ penalty: 'none' }).params).toEqual({ ...common, penalty: 'none', solver: 'auto', max_iter: 100, tolerance: 1e-8 });
  expect(linear({ alpha: 0.5 }).params).toEqual({ ...common, penalty: 'l2', alpha: 0.5, solver: 'auto', max_iter: 100, tolerance: 1e-8 });
  expect(linear({ penalty: 'elasticnet' }).params).toEqual({
    ...common,
    penalty: 'elasticnet',
    l1_ratio: 0.5,
    solver: 'auto',
    max_iter: 10_000,
    tolerance: 1e-8,
  });
  expect(linear({ solver: 'sgd', loss: 'hinge' }).params).toEqual({
    ...common,
    penalty: 'l2',
    solver: 'sgd',
    loss: 'hinge',
    alpha: 0.0001,
    max_iter: 1000,
    tolerance: 0.001,
  });
});
