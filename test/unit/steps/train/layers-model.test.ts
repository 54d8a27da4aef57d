/** What a `LayersModel` must be like, told before it is trained; names and bytes that do not hang on the process. */
import { beforeAll, expect, test } from 'vitest';
import type { FeatureMatrix, Target } from '../../../../src/ml/estimator.ts';
import { foreignRows } from '../../../../src/steps/train/foreign-rows.ts';
import { adaptLayersModel, isLayersModel, restoreLayersModel } from '../../../../src/steps/train/layers-model.ts';
import { plainName, withoutCounters } from '../../../../src/steps/train/layers-names.ts';
import { LayersMaker, WHERE } from '../../../support/foreign-estimators.ts';
import { complaint } from '../../../support/trained-model.ts';

const layers = new LayersMaker();
beforeAll(() => layers.load());

const x: FeatureMatrix = {
  rowCount: 4,
  features: [
    { name: 'a', kind: 'numeric' },
    { name: 'b', kind: 'categorical', levels: 2 },
  ],
  columns: [Float64Array.of(1, 2, 3, 4), Float64Array.of(0, 1, Number.NaN, 7)],
};
const numbers: Target = { kind: 'regression', values: Float64Array.of(1, 2, 3, 4) };
const kinds: Target = { kind: 'classification', codes: Int32Array.of(0, 1, 2, 0), classes: ['a', 'b', 'c'] };
const trained = (outputs: number, features: number, y: Target, params: object = {}) =>
  adaptLayersModel(layers.network(outputs, features), { epochs: 1, backend: 'cpu', ...params }, WHERE).fit(x, y, { seed: 1 });

test('a missing category is one more category', () => {
  expect(foreignRows(x)).toEqual([
    [1, 0],
    [2, 1],
    [3, 2],
    [4, 2],
  ]);
});

test.each([
  [
    'another number of features',
    () => trained(1, 5, numbers),
    'takes inputs of shape [null,5], and a row has 2 features | write `inputShape: [2]` in the first layer',
  ],
  ['several outputs for a number', () => trained(2, 2, numbers), 'has 2 outputs | a number is one output: end with `dense({ units: 1 })`'],
  [
    'too few outputs for the classes',
    () => trained(2, 2, kinds),
    "has 2 outputs | end with `dense({ units: 3, activation: 'softmax' })`: one output for each of the 3 classes",
  ],
])('%s', async (_, attempt, told) => {
  expect(await complaint(attempt() as Promise<unknown>)).toBe(`step-failed: the \`LayersModel\` of ${WHERE} ${told}`);
});

test('settings of the training that are none', async () => {
  expect(await complaint((async () => trained(1, 2, numbers, { epochs: 0 }))())).toBe(
    `step-failed: the \`LayersModel\` of ${WHERE} cannot be trained: \`epochs\` must be an integer of at least 1 and at most 100000; found \`0\` | correct \`estimator_params\`, which say how it is trained`,
  );
});

test('one that is not compiled, and other objects', async () => {
  const model = layers.network(1, 2) as { optimizer?: unknown };
  expect(isLayersModel(model)).toBe(true);
  for (const other of [undefined, null, {}, [], { layers: [], fit() {} }]) expect(isLayersModel(other)).toBe(false);
  const bare = new Proxy(model, { get: (target, key) => (key === 'optimizer' ? undefined : Reflect.get(target, key)) });
  expect(await complaint((async () => adaptLayersModel(bare as never, {}, WHERE).fit(x, numbers, { seed: 1 }))())).toBe(
    `step-failed: the \`LayersModel\` of ${WHERE} is not compiled | call \`model.compile({ optimizer: 'adam', loss: 'meanSquaredError' })\` before you return it`,
  );
});

test('other layers than were trained are told', async () => {
  const fitted = await trained(1, 2, numbers);
  expect(await complaint(restoreLayersModel(layers.network(3, 2), fitted.toJSON(), undefined, WHERE))).toBe(
    `step-failed: the layers that ${WHERE} returns now are not those that were trained | return the same layers as before, or train again: \`recipe run --force train\``,
  );
  expect(fitted.describe()).toMatchObject({
    backend: 'cpu',
    epochs: 1,
    epochs_run: 1,
    total_parameters: 25,
    opt_name: 'Adam',
    opt_beta_1: 0.9,
  });
  expect(fitted.modelSummary?.()).toContain('dense_1 (Dense)');
});

test('names without the counters of the library', () => {
  expect(['dense_Dense12', 'batch_normalization_BatchNormalization3', 'model7', 'sequential_2', 'price', 'out put'].map(plainName)).toEqual(
    ['dense_0', 'batch_normalization_1', 'model_2', 'sequential_3', 'price', 'out put'],
  );
  expect(withoutCounters({ config: { name: 'sequential_9', layers: [{ config: { name: 'dense_Dense4', units: 4 } }] } })).toEqual({
    config: { name: 'sequential_0', layers: [{ config: { name: 'dense_0', units: 4 } }] },
  });
});
