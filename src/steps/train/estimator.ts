/** The unfitted estimator that the recipe asks for: one of ours, or what the user's function returns. */
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import type { Estimator } from '../../ml/estimator.ts';
import { linear } from '../../ml/linear/linear.ts';
import { gradientBoosting } from '../../ml/trees/gradient-boosting.ts';
import { randomForest } from '../../ml/trees/random-forest.ts';
import type { JsonObject } from '../../schema/json.ts';
import type { StepContext } from '../define.ts';
import { adaptForeign, type ForeignEstimator, isForeignEstimator, isOwnEstimator } from './foreign-estimator.ts';
import type { TrainParams, UserMethod } from './params.ts';

const OURS: Readonly<Record<Exclude<TrainParams['using'], 'custom'>, (params: JsonObject) => Estimator>> = {
  gradient_boosting: (params) => gradientBoosting(params),
  random_forest: (params) => randomForest(params),
  linear: (params) => linear(params),
};

export async function makeEstimator(context: StepContext, params: TrainParams): Promise<Estimator> {
  if (params.using !== 'custom') return OURS[params.using](params.estimator_params);
  const returned = await callEstimatorMethod(context, params.method as UserMethod, params.estimator_params);
  return isOwnEstimator(returned) ? returned : adaptForeign(returned, params.estimator_params);
}

/** Calls the user's function and makes sure that something usable came back. */
export async function callEstimatorMethod(context: Pick<StepContext, 'userFunction'>, method: UserMethod, estimatorParams: JsonObject): Promise<Estimator | ForeignEstimator> {
  const estimatorFn = (await context.userFunction(method.file, method.name)) as (params: JsonObject) => unknown;
  const returned = await estimatorFn(estimatorParams);
  if (isOwnEstimator(returned) || isForeignEstimator(returned)) return returned;
  throw new DiagnosticError({
    code: 'step-failed',
    severity: 'error',
    message: `\`${method.name}\` in ${method.file} must return an unfitted estimator; it returned ${describe(returned)}`,
    hint: "return one of mlrecipe's, such as `gradientBoosting({ n_estimators: 200 })`, or an object with `train` (or `fit`), `predict` and `toJSON`",
  });
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (typeof value === 'object') return `an object with ${Object.keys(value).slice(0, 5).map((key) => `\`${key}\``).join(', ') || 'no properties'}`;
  return `a ${typeof value}`;
}
