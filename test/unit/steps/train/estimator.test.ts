import { expect, test } from 'vitest';
import type { Estimator } from '../../../../src/ml/estimator.ts';
import { gradientBoosting } from '../../../../src/ml/trees/gradient-boosting.ts';
import { makeEstimator } from '../../../../src/steps/train/estimator.ts';
import type { TrainParams } from '../../../../src/steps/train/params.ts';
import { complaint, ESTIMATOR_METHOD } from '../../../support/trained-model.ts';

const PARAMS: TrainParams = {
  using: 'custom',
  method: ESTIMATOR_METHOD,
  estimator_params: { n_estimators: 3 },
  target: 'y',
  task: 'regression',
  custom_metrics: [],
  predict_prefix: 'predicted_',
  predict_scores_for_all_classes: true,
};

const make = (returned: unknown) => makeEstimator({ userFunction: async () => () => returned }, PARAMS);

test.each([
  ['gradient_boosting', { n_estimators: 3 }],
  ['random_forest', { n_estimators: 3 }],
  ['extra_trees', { n_estimators: 3 }],
  ['decision_tree', { max_depth: 3 }],
  ['linear', { l2: 2 }],
  ['neural_network', { epochs: 3 }],
] as const)('`using: %s` takes the parameters of the recipe', async (using, estimator_params) => {
  const userFunction = () => Promise.reject(new Error('no function is asked for'));
  const estimator = await makeEstimator({ userFunction }, { ...PARAMS, using, estimator_params });
  expect(estimator.name).toBe(using);
  expect(estimator.params).toMatchObject(estimator_params);
});

test("the user's function gets `estimator_params`, and may be asynchronous", async () => {
  const context = { userFunction: async () => async (params: object) => gradientBoosting(params) };
  expect((await makeEstimator(context as never, PARAMS)).params).toMatchObject({ n_estimators: 3 });
});

const HINT =
  "return one of mlrecipe's, such as `gradientBoosting({ n_estimators: 200 })`, or an object with `train` (or `fit`), `predict`, `toJSON` and a static `load`";

class Forest {}

test.each([
  ['nothing', undefined, 'nothing'],
  ['null', null, 'nothing'],
  ['a number', 3, 'a number'],
  ['a class', Forest, 'a function'],
  ['an array', [1], 'an array of numbers'],
  ['an empty object', {}, 'an object'],
  ['half an estimator', { predict() {}, score() {} }, 'an object with `predict`, `score`'],
  ['many properties', { a: 1, b: 1, c: 1, d: 1, e: 1, f: 1 }, 'an object with `a`, `b`, `c`, `d`, `e`'],
  ['an estimator without params', { name: 'mine', accepts: {}, fit() {} }, 'an object with `name`, `accepts`, `fit`'],
])('a function that returns %s', async (_, returned, told) => {
  expect(await complaint(make(returned))).toBe(
    `step-failed: \`estimator_fn\` in steps/train.ts must return an unfitted estimator; it returned ${told} | ${HINT}`,
  );
});

const x = { rowCount: 4, features: [{ name: 'a', kind: 'numeric' as const }], columns: [Float64Array.of(1, 2, 3, 4)] };
const y = { kind: 'regression' as const, values: Float64Array.of(1, 2, 3, 4) };

test('a wrapper of our contract around one of ours is kept; a model that nobody can read back is refused when it is made', async () => {
  const ours = gradientBoosting({ n_estimators: 2 });
  const wrapper: Estimator = { ...ours, name: 'mine', fit: (...args) => ours.fit(...args) };
  const made = await make(wrapper);
  expect(made.name).toBe('mine');
  expect((await made.fit(x, y, { seed: 1 })).estimator).toBe('gradient_boosting');
  const told =
    'step-failed: the estimator `mine` of `estimator_fn` in steps/train.ts gave a model that mlrecipe cannot read back | ' +
    "return the model of one of mlrecipe's estimators, or make it an object with `train`, `predict`, `toJSON` and a static `load`";
  for (const fitted of [{ estimator: 'mine' }, undefined]) {
    const own = await make({ ...wrapper, fit: () => fitted });
    expect(await complaint(Promise.resolve(own.fit(x, y, { seed: 1 })))).toBe(told);
  }
});
