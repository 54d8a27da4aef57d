/** The libraries of the mljs family themselves, under the contract of estimators: each as its user would return it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FeatureMatrix, Target } from '../../src/ml/estimator.ts';
import type { JsonObject } from '../../src/schema/json.ts';
import type { ForeignClass } from '../../src/steps/train/foreign-class.ts';
import { adaptForeign, type ForeignEstimator, restoreForeign } from '../../src/steps/train/foreign-estimator.ts';
import type { MatrixModule } from '../../src/steps/train/foreign-matrix.ts';
import { adaptLayersModel, restoreLayersModel } from '../../src/steps/train/layers-model.ts';
import { type Check, estimatorContract, type Task } from '../contracts/estimator.ts';
import { FOREIGN_SKIPPED, LAYERS_SKIPPED, LayersMaker, WHERE } from '../support/foreign-estimators.ts';
import { installOptional, type OptionalPackages } from '../support/optional-package.ts';
import { complaint } from '../support/trained-model.ts';

type Returned = ForeignEstimator | ForeignClass;
type Library = Readonly<Record<string, new (options?: object) => ForeignEstimator>>;

let optional: OptionalPackages;
const layers = new LayersMaker();
beforeAll(async () => {
  optional = await installOptional('mljs');
  await layers.load();
});
afterAll(() => optional?.remove());

const library = (name: string): Library => optional.require(name) as Library;
const made = (name: string, type: string, options: object): ForeignEstimator => new (library(name)[type] as Library[string])(options);
const classOf = (name: string, type?: string): ForeignClass => {
  const module = library(name) as unknown as Readonly<Record<string, ForeignClass>>;
  return (type === undefined ? (module['default'] ?? module) : module[type]) as ForeignClass;
};
const matrix = (): MatrixModule => optional.require('ml-matrix') as MatrixModule;

/** It divides by the standard deviation of each feature in each class. */
const NO_SPREAD = { 'one class': 'a class without rows has no spread', 'constant features': 'they have no spread' };

/** How `estimator_fn` would end. */
const RETURNED: readonly {
  readonly of: string;
  readonly tasks: readonly Task[];
  readonly estimator: () => Returned;
  readonly params?: JsonObject;
  readonly skip?: { readonly [check in Check]?: string };
}[] = [
  {
    of: 'ml-random-forest, regression',
    tasks: ['regression'],
    estimator: () => made('ml-random-forest', 'RandomForestRegression', { seed: 3, nEstimators: 10, noOOB: true }),
  },
  {
    of: 'ml-random-forest, classes',
    tasks: ['binary', 'multiclass'],
    estimator: () => made('ml-random-forest', 'RandomForestClassifier', { seed: 3, nEstimators: 10, noOOB: true }),
    skip: { 'one class': 'a class that is not counted from 0 is none to it' },
  },
  { of: 'ml-cart, regression', tasks: ['regression'], estimator: () => made('ml-cart', 'DecisionTreeRegression', { maxDepth: 6 }) },
  { of: 'ml-cart, classes', tasks: ['binary', 'multiclass'], estimator: () => made('ml-cart', 'DecisionTreeClassifier', { maxDepth: 6 }) },
  {
    of: 'ml-cart, the class',
    tasks: ['regression'],
    estimator: () => classOf('ml-cart', 'DecisionTreeRegression'),
    params: { maxDepth: 6 },
  },
  { of: 'ml-knn', tasks: ['binary', 'multiclass'], estimator: () => classOf('ml-knn'), params: { k: 5 } },
  { of: 'ml-naivebayes', tasks: ['binary', 'multiclass'], estimator: () => classOf('ml-naivebayes', 'GaussianNB'), skip: NO_SPREAD },
  { of: 'ml-regression-multivariate-linear', tasks: ['regression'], estimator: () => classOf('ml-regression-multivariate-linear') },
  {
    of: 'ml-logistic-regression',
    // Without an intercept it has no line between three classes.
    tasks: ['binary'],
    skip: { 'one class': 'a class that is not counted from 0 is none to it' },
    estimator: () => new (classOf('ml-logistic-regression') as unknown as Library[string])({ numSteps: 300, learningRate: 5e-3 }),
  },
];

for (const { of, tasks, estimator, params = {}, skip } of RETURNED) {
  estimatorContract({
    name: 'custom',
    title: of,
    create: () => {
      const outline = { name: 'custom', params, accepts: { missing: false, categorical: false, sampleWeight: false } };
      return { ...outline, fit: (x, y, context) => adaptForeign(estimator(), params, WHERE, matrix()).fit(x, y, context) };
    },
    restore: (state, classCount) => restoreForeign(estimator(), state, classCount, WHERE, matrix()),
    params: {},
    tasks,
    skip: { ...FOREIGN_SKIPPED, ...skip },
  });
}

estimatorContract({
  name: 'custom',
  title: 'a LayersModel with one output',
  create: (params) => ({
    name: 'custom',
    params,
    accepts: { missing: false, categorical: false, sampleWeight: false },
    fit: (x, y, context) => adaptLayersModel(layers.network(1, x.features.length), params, WHERE).fit(x, y, context),
  }),
  restore: (state, classCount) => restoreLayersModel(layers.network(1, 2), state, classCount, WHERE),
  params: {},
  tasks: ['regression'],
  quick: { epochs: 4, batch_size: 32, backend: 'cpu' },
  unwatched: { early_stopping: false },
  skip: LAYERS_SKIPPED,
});

const y: Target = { kind: 'regression', values: Float64Array.of(3, 5, 7, 9) };
const one: FeatureMatrix = { rowCount: 4, features: [{ name: 'a', kind: 'numeric' }], columns: [Float64Array.of(1, 2, 3, 4)] };

test('a regression over one number learns from the only feature, and says so when there are more', async () => {
  const simple = classOf('ml-regression-simple-linear', 'SimpleLinearRegression') ?? classOf('ml-regression-simple-linear');
  const fitted = await adaptForeign(simple, {}, WHERE).fit(one, y, { seed: 1 });
  expect(Array.from(fitted.predict(one))).toEqual([3, 5, 7, 9]);
  expect(Array.from(restoreForeign(simple, fitted.toJSON(), undefined, WHERE).predict(one))).toEqual([3, 5, 7, 9]);
  const two = { ...one, features: [...one.features, ...one.features], columns: [...one.columns, ...one.columns] };
  expect(await complaint((async () => adaptForeign(simple, {}, WHERE).fit(two, y, { seed: 1 }))())).toBe(
    'step-failed: `SimpleLinearRegression` of `estimator_fn` in steps/train.ts learns from one feature, and there are 2 | keep one column in `steps.transform`, or return an estimator for several, such as `linear({})`',
  );
});
