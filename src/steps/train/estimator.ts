/** The unfitted estimator that the recipe asks for: one of ours, or what the user's function returns. */
import { describeValue } from '../../data/to-table.ts';
import type { Estimator, FittedModel } from '../../ml/estimator.ts';
import { linear } from '../../ml/linear/linear.ts';
import { derive } from '../../ml/random.ts';
import { ESTIMATOR_NAMES } from '../../ml/restore.ts';
import { decisionTree } from '../../ml/trees/decision-tree.ts';
import { extraTrees } from '../../ml/trees/extra-trees.ts';
import { gradientBoosting } from '../../ml/trees/gradient-boosting.ts';
import { randomForest } from '../../ml/trees/random-forest.ts';
import type { Json, JsonObject } from '../../schema/json.ts';
import type { StepContext } from '../define.ts';
import { problem } from '../problem.ts';
import { type ForeignClass, isForeignClass } from './foreign-class.ts';
import { adaptForeign, type ForeignEstimator, isForeignEstimator, restoreForeign } from './foreign-estimator.ts';
import { loadMatrix } from './foreign-matrix.ts';
import { adaptLayersModel, isLayersModel, isLayersState, type LayersModel, restoreLayersModel } from './layers-model.ts';
import { neuralNetwork } from './neural-network.ts';
import type { TrainParams, UserMethod } from './params.ts';
import { withSeededRandom } from './seeded-random.ts';

const OURS: Readonly<Record<Exclude<TrainParams['using'], 'custom' | 'automl'>, (params: JsonObject) => Estimator>> = {
  gradient_boosting: (params) => gradientBoosting(params),
  random_forest: (params) => randomForest(params),
  extra_trees: (params) => extraTrees(params),
  decision_tree: (params) => decisionTree(params),
  linear: (params) => linear(params),
  neural_network: (params) => neuralNetwork(params),
};

type UserFunctions = Pick<StepContext, 'userFunction'> & Partial<Pick<StepContext, 'seed'>>;

export async function makeEstimator(context: UserFunctions, params: TrainParams): Promise<Estimator> {
  // What a search has found is the estimator then, see `automl/`.
  if (params.using === 'automl') throw new Error('automl is searched for before it is made');
  if (params.using !== 'custom') return OURS[params.using](params.estimator_params);
  const method = params.method as UserMethod;
  const returned = await callEstimatorMethod(context, method, params.estimator_params);
  if (isOwnEstimator(returned)) return restorable(returned, place(method));
  if (isLayersModel(returned)) return adaptLayersModel(returned, params.estimator_params, place(method));
  return adaptForeign(returned, params.estimator_params, place(method), await loadMatrix());
}

/** The trained model of a foreign estimator again, by the class of what the user's function returns. */
export async function restoreByMethod(
  context: UserFunctions,
  method: UserMethod,
  saved: { readonly params: JsonObject; readonly state: Json; readonly classCount: number | undefined },
): Promise<FittedModel> {
  const returned = await callEstimatorMethod(context, method, saved.params);
  const { state, classCount } = saved;
  if (isLayersModel(returned) && isLayersState(state)) return restoreLayersModel(returned, state, classCount, place(method));
  return restoreForeign(returned as ForeignEstimator, state, classCount, place(method), await loadMatrix());
}

/** Calls the user's function and makes sure that something usable came back. */
async function callEstimatorMethod(
  context: UserFunctions,
  method: UserMethod,
  estimatorParams: JsonObject,
): Promise<Estimator | ForeignEstimator | ForeignClass | LayersModel> {
  const estimatorFn = (await context.userFunction(method.file, method.name)) as (params: JsonObject) => unknown;
  // The first weights of layers are drawn when they are made.
  const returned = await withSeededRandom(derive(context.seed ?? 0, 'estimator'), () => estimatorFn(estimatorParams));
  if (isOwnEstimator(returned) || isLayersModel(returned) || isForeignEstimator(returned) || isForeignClass(returned)) return returned;
  throw problem(
    'step-failed',
    `${place(method)} must return an unfitted estimator; it returned ${describe(returned)}`,
    "return one of mlrecipe's, such as `gradientBoosting({ n_estimators: 200 })`, or an object with `train` (or `fit`), `predict`, `toJSON` and a static `load`",
  );
}

function isOwnEstimator(value: unknown): value is Estimator {
  const candidate = value as Partial<Estimator> | null | undefined;
  return (
    typeof candidate?.fit === 'function' && typeof candidate.name === 'string' && isObject(candidate.accepts) && isObject(candidate.params)
  );
}

/** The same estimator, told apart at once from one whose model nobody could read back: `evaluate` would be too late. */
function restorable(estimator: Estimator, where: string): Estimator {
  const { name, params, accepts } = estimator;
  return {
    name,
    params,
    accepts,
    async fit(x, y, context) {
      const fitted: Partial<FittedModel> | undefined = await estimator.fit(x, y, context);
      if (fitted?.estimator !== undefined && ESTIMATOR_NAMES.includes(fitted.estimator)) return fitted as FittedModel;
      throw problem(
        'step-failed',
        `the estimator \`${name}\` of ${where} gave a model that mlrecipe cannot read back`,
        "return the model of one of mlrecipe's estimators, or make it an object with `train`, `predict`, `toJSON` and a static `load`",
      );
    },
  };
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function place({ file, name }: UserMethod): string {
  return `\`${name}\` in ${file}`;
}

function describe(value: unknown): string {
  const keys = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
  return keys.length === 0
    ? describeValue(value)
    : `an object with ${keys
        .slice(0, 5)
        .map((key) => `\`${key}\``)
        .join(', ')}`;
}
