import { RandomForestClassifier, RandomForestRegression } from 'ml-random-forest';
import { expect, test } from 'vitest';
import type { FeatureMatrix, Target } from '../../../../src/ml/estimator.ts';
import type { Json } from '../../../../src/schema/json.ts';
import { adaptForeign, type ForeignEstimator, isForeignEstimator, restoreForeign } from '../../../../src/steps/train/foreign-estimator.ts';
import { complaint } from '../../../support/trained-model.ts';

const WHERE = '`estimator_fn` in steps/train.ts';
const OPTIONS = { seed: 3, nEstimators: 10, maxFeatures: 2, replacement: true, useSampleBagging: true, noOOB: true };

const ROWS = 60;
const x: FeatureMatrix = {
  rowCount: ROWS,
  features: [
    { name: 'a', kind: 'numeric' },
    { name: 'b', kind: 'numeric' },
  ],
  columns: [Float64Array.from({ length: ROWS }, (_, row) => row % 20), Float64Array.from({ length: ROWS }, (_, row) => (row * 7) % 5)],
};
const [a, b] = x.columns as [Float64Array, Float64Array];
const numbers: Target = { kind: 'regression', values: a.map((value, row) => 10 * value + (b[row] ?? 0)) };
const kinds: Target = {
  kind: 'classification',
  classes: ['low', 'mid', 'high'],
  codes: Int32Array.from(a, (value) => Math.floor(value / 7)),
};
const none: FeatureMatrix = { ...x, rowCount: 0, columns: [new Float64Array(0), new Float64Array(0)] };
const context = { seed: 1 };

const adapt = (foreign: object) => adaptForeign(foreign as ForeignEstimator, { trees: 10 }, WHERE);

test('the real ml-random-forest, regression: learns, and comes back from its JSON with the same predictions', async () => {
  const make = () => new RandomForestRegression(OPTIONS);
  expect(isForeignEstimator(make())).toBe(true);
  const estimator = adapt(make());
  expect(estimator).toMatchObject({ name: 'custom', params: { trees: 10 }, accepts: { missing: false, categorical: false } });
  const fitted = await estimator.fit(x, numbers, context);
  const predicted = fitted.predict(x);
  const errors = predicted.map((value, row) => Math.abs(value - (numbers.values[row] ?? 0)));
  expect(Math.max(...errors)).toBeLessThan(40);
  expect(fitted.predictProba).toBeUndefined();
  const state = JSON.parse(JSON.stringify(fitted.toJSON())) as Json;
  expect(restoreForeign(make(), state, undefined, WHERE).predict(x)).toEqual(predicted);
});

test('the real ml-random-forest, three classes: predictions are codes; without `predictProba` there are no probabilities', async () => {
  const make = () => new RandomForestClassifier(OPTIONS);
  const fitted = await adapt(make()).fit(x, kinds, context);
  const predicted = fitted.predict(x);
  expect(predicted.filter((code, row) => code === kinds.codes[row]).length).toBeGreaterThan(ROWS * 0.9);
  expect(fitted).toMatchObject({ estimator: 'custom' });
  expect(fitted.predictProba).toBeUndefined();
  expect(restoreForeign(make(), fitted.toJSON(), 3, WHERE).predict(x)).toEqual(predicted);
});

test('no rows: the library is not asked', async () => {
  const fitted = await adapt(new RandomForestRegression(OPTIONS)).fit(x, numbers, context);
  expect(fitted.predict(none)).toEqual(new Float64Array(0));
});

/** The simplest estimator there is: the mean, kept as data. */
class Mean {
  value = 0;
  fit(_: number[][], y: number[]): void {
    this.value = y.reduce((sum, one) => sum + one, 0) / y.length;
  }
  predict(rows: number[][]): unknown {
    return rows.map(() => this.value);
  }
  toJSON(): unknown {
    return { value: this.value };
  }
  static load(state: { value: number }): Mean {
    return Object.assign(new Mean(), state);
  }
}

test('`fit` may stand for `train`, and may return the trained model', async () => {
  const mean = await adapt(new Mean()).fit(x, numbers, context);
  expect(mean.toJSON()).toEqual({ value: 97 });
  const other = { train: () => Object.assign(new Mean(), { value: 5 }), predict: () => [], load: Mean.load };
  expect((await adapt(other).fit(x, numbers, context)).predict(x)[0]).toBe(5);
});

test('`load` may be a method of the object itself', () => {
  const foreign = { train() {}, predict: () => [], load: (state: Json) => Mean.load(state as { value: number }) };
  expect(restoreForeign(foreign, { value: 4 }, undefined, WHERE).predict(x)[1]).toBe(4);
});

test('rows are copies: an estimator that changes them changes nothing of ours', async () => {
  const greedy = Object.assign(new Mean(), { predict: (rows: number[][]) => rows.map((row) => row.splice(0).length) });
  const fitted = await adapt(greedy).fit(x, numbers, context);
  expect(fitted.predict(x)[0]).toBe(2);
  expect(x.columns[0]?.[1]).toBe(1);
});

test('without `toJSON` or `load` training ends with what to add', async () => {
  const noJson = { train() {}, predict: () => [], load() {} };
  expect(await complaint(adapt(noJson).fit(x, numbers, context) as Promise<unknown>)).toBe(
    'step-failed: the estimator of `estimator_fn` in steps/train.ts has no `toJSON`, so the trained model cannot be kept | ' +
      'add a method `toJSON` that returns the trained model as data',
  );
  const hint = 'give its class a static method `load` that makes the trained model from what `toJSON` returned';
  const noLoad = { train() {}, predict: () => [], toJSON: () => ({}) };
  expect(await complaint(adapt(noLoad).fit(x, numbers, context) as Promise<unknown>)).toBe(
    `step-failed: the estimator of \`estimator_fn\` in steps/train.ts has no \`load\`, so the trained model cannot be used again | ${hint}`,
  );
  expect(await complaint(Promise.resolve().then(() => restoreForeign({ ...noLoad, load: () => undefined }, null, undefined, WHERE)))).toBe(
    `step-failed: the estimator of \`estimator_fn\` in steps/train.ts has a \`load\` that returned nothing, so the trained model cannot be used again | ${hint}`,
  );
  const empty = { train() {}, predict: () => [], toJSON: () => undefined, load() {} };
  const fitted = await adapt(empty).fit(x, numbers, context);
  expect(await complaint(Promise.resolve().then(() => fitted.toJSON()))).toBe(
    'step-failed: `toJSON` of the estimator of `estimator_fn` in steps/train.ts returned nothing | return the trained model as data',
  );
});

test.each([
  ['a promise', async () => [], 'returned a promise | return a number for each row, in an array, at once: it must not be asynchronous'],
  ['nothing', () => undefined, 'returned nothing | return a number for each row, in an array'],
  ['too few values', () => [1, 2], 'returned 2 values for 60 rows | return a number for each row, in an array'],
  [
    'a value that is no number',
    (rows: number[][]) => rows.map((_, row) => (row === 4 ? Number.NaN : 1)),
    'returned NaN for row 4 | a prediction is a finite number; missing values reach the estimator as NaN unless `steps.transform.impute` fills them',
  ],
  [
    'texts',
    (rows: number[][]) => rows.map(() => '7'),
    'returned 7 for row 0 | a prediction is a finite number; missing values reach the estimator as NaN unless `steps.transform.impute` fills them',
  ],
])('`predict` that returns %s', async (_, predict, told) => {
  const fitted = await adapt(Object.assign(new Mean(), { predict })).fit(x, numbers, context);
  expect(await complaint(Promise.resolve().then(() => fitted.predict(x)))).toBe(
    `step-failed: \`predict\` of the estimator of \`estimator_fn\` in steps/train.ts ${told}`,
  );
});

test.each([[3], [-1], [0.5]])('a classifier that predicts %s of three classes', async (code) => {
  const fitted = await adapt(Object.assign(new Mean(), { predict: (rows: number[][]) => rows.map(() => code) })).fit(x, kinds, context);
  expect(await complaint(Promise.resolve().then(() => fitted.predict(x)))).toBe(
    `step-failed: \`predict\` of the estimator of \`estimator_fn\` in steps/train.ts returned ${code} for row 0 | ` +
      'classes are codes, from 0 to 2 here: return the codes that `train` was given',
  );
});

const withProba = (predictProba: unknown) => adapt(Object.assign(new Mean(), { predictProba })).fit(x, kinds, context);

test('probabilities become one row-major array', async () => {
  const fitted = await withProba((rows: number[][]) => rows.map(() => Float32Array.of(0.2, 0.3, 0.5)));
  const flat = fitted.predictProba?.(x);
  expect(flat?.length).toBe(ROWS * 3);
  expect(flat?.slice(3, 6)).toEqual(Float64Array.from(Float32Array.of(0.2, 0.3, 0.5)));
  expect(fitted.predictProba?.(none)).toEqual(new Float64Array(0));
});

test.each([
  ['two of three classes', () => [0.5, 0.5], 'returned 2 numbers for row 0 | return one probability for each of the 3 classes'],
  ['a number', () => 0.5, 'returned a number for row 0 | return one probability for each of the 3 classes'],
  ['a score beyond 1', () => [2, -0.5, -0.5], 'returned 2 for class 0 of row 0 | a probability is a number from 0 to 1'],
  ['no number', () => [0.5, Number.NaN, 0.5], 'returned NaN for class 1 of row 0 | a probability is a number from 0 to 1'],
  [
    'what does not sum to 1',
    () => [0.5, 0.5, 0.5],
    'returned probabilities that sum to 1.5 for row 0 | the probabilities of a row sum to 1',
  ],
])('`predictProba` that gives %s', async (_, probabilities, told) => {
  const fitted = await withProba((rows: number[][]) => rows.map(probabilities as () => unknown));
  expect(await complaint(Promise.resolve().then(() => fitted.predictProba?.(x)))).toBe(
    `step-failed: \`predictProba\` of the estimator of \`estimator_fn\` in steps/train.ts ${told}`,
  );
});

test('what is no estimator', () => {
  for (const value of [undefined, null, 3, {}, { predict() {} }, { train() {} }, RandomForestRegression])
    expect(isForeignEstimator(value)).toBe(false);
});
