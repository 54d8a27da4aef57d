import { describe, expect, test } from 'vitest';
import type { Target } from '../../../../src/ml/estimator.ts';
import { linear } from '../../../../src/ml/linear/linear.ts';

type Input = NonNullable<Parameters<typeof linear>[0]>;
const x = { rowCount: 2, features: [{ name: 'a', kind: 'numeric' as const }], columns: [Float64Array.of(1, 2)] };

describe('parameters that do not go together', () => {
  test.each<[Input, string]>([
    [{ l1_ratio: 0.5 }, '`l1_ratio` belongs to `penalty: elasticnet`; here it is `l2`; write `penalty: elasticnet`, or remove `l1_ratio`'],
    [{ loss: 'hinge' }, '`loss` belongs to `solver: sgd`; here it is `auto`; write `solver: sgd`, or remove `loss`'],
    [{ l2: 1, alpha: 1 }, '`l2` and `alpha` are both the strength of the penalty; remove `l2` or `alpha`'],
    [{ penalty: 'none', C: 1 }, '`C` is the strength of a penalty, and `penalty` is `none`; remove `C`'],
    [{ penalty: 'l1', l2: 1 }, '`l2` is the strength of `penalty: l2`; here it is `l1`; write `alpha`'],
    [{ solver: 'sgd', l2: 1 }, '`l2` is no parameter of `solver: sgd`; write `alpha`, the strength beside the mean loss'],
    [{ solver: 'sgd', C: 1 }, '`C` is no parameter of `solver: sgd`; write `alpha`, the strength beside the mean loss'],
    [
      { solver: 'sgd', epsilon: 1, loss: 'hinge' },
      '`epsilon` belongs to `loss: huber`; here it is `hinge`; write `loss: huber`, or remove `epsilon`',
    ],
    [
      { solver: 'sgd', learning_rate: 'optimal', eta0: 1, power_t: 1 },
      '`power_t` belongs to `learning_rate: invscaling`; here it is `optimal`; write `learning_rate: invscaling`, or remove `power_t`. ' +
        '`eta0` has no effect with `learning_rate: optimal`, which chooses its first step; remove `eta0`, or write another schedule',
    ],
  ])('%j', (input, message) => {
    expect(() => linear(input)).toThrow(new RangeError(`\`linear\`: ${message}`));
  });

  test.each<[Input, string]>([
    [{ C: 2 }, '`C` is a parameter of a classification; write `l2` or `alpha`'],
    [{ solver: 'sgd', loss: 'hinge' }, 'the loss `hinge` is for classes; this is a regression; write `squared_error` or `huber`'],
  ])('%j, for numbers', (input, message) => {
    const y: Target = { kind: 'regression', values: Float64Array.of(1, 2) };
    expect(() => linear(input).fit(x, y, { seed: 0 })).toThrow(new RangeError(`\`linear\`: ${message}`));
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
