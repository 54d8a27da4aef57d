/** What automl gives: one model, or the weighted mean of several, with how it was found. */
import type { Json, JsonObject } from '../../schema/json.ts';
import type { Contributions, FeatureMatrix, FittedModel } from '../estimator.ts';
import { largestOf } from './library.ts';

export const AUTOML = 'automl';

export interface Member {
  /** Sums to 1 over the members. */
  readonly weight: number;
  readonly params: JsonObject;
  readonly model: FittedModel;
}

interface State {
  readonly version: 1;
  /** Classes; 0 for regression. */
  readonly class_count: number;
  readonly trials: number;
  readonly members: readonly { readonly weight: number; readonly estimator: string; readonly params: JsonObject; readonly state: Json }[];
}

export interface AutomlModel extends FittedModel {
  readonly members: readonly Member[];
}

export function automlModel(members: readonly Member[], classCount: number, trials: number): AutomlModel {
  const [only] = members.length === 1 ? members : [];
  /** The mean of what each member gives. */
  const mean = (of: (model: FittedModel) => Float64Array): Float64Array => {
    let sum: Float64Array | undefined;
    for (const { weight, model } of members) {
      const own = of(model);
      sum ??= new Float64Array(own.length);
      for (let k = 0; k < own.length; k++) sum[k] = (sum[k] as number) + weight * (own[k] as number);
    }
    return sum as Float64Array;
  };
  const hasProbabilities = members.every(({ model }) => model.predictProba !== undefined);
  const probabilities = (x: FeatureMatrix): Float64Array => mean((model) => model.predictProba?.(x) as Float64Array);
  const contributions = contributionsOf(members);
  return {
    estimator: AUTOML,
    members,
    predict(x) {
      if (only !== undefined) return only.model.predict(x);
      return classCount === 0 ? mean((model) => model.predict(x)) : largestOf(probabilities(x), classCount);
    },
    ...(hasProbabilities && {
      predictProba: (x) => (only === undefined ? probabilities(x) : (only.model.predictProba?.(x) as Float64Array)),
    }),
    ...(members.every(({ model }) => model.featureImportance !== undefined) && {
      featureImportance: () => mean((model) => model.featureImportance?.() as Float64Array),
    }),
    ...(contributions !== undefined && { contributions, contributionWork: workOf(members) }),
    toJSON: () => {
      const state: State = {
        version: 1,
        class_count: classCount,
        trials,
        members: members.map(({ weight, params, model }) => ({ weight, estimator: model.estimator, params, state: model.toJSON() })),
      };
      return state as unknown as Json;
    },
    describe: () => ({
      trials,
      best_estimator: members[0]?.model.estimator ?? null,
      models: members.length,
      shares: members.map(({ weight, model }) => `${model.estimator} ${Number((100 * weight).toFixed(1))} %`).join(', '),
    }),
  };
}

/** Read what `toJSON` gave; `restore` reads the members. Throws a TypeError for anything else. */
export function restoreAutoml(json: Json, restore: (name: string, state: Json) => FittedModel): AutomlModel {
  const state = json as unknown as Partial<State> | null;
  if (typeof state !== 'object' || state === null || state.version !== 1 || !Array.isArray(state.members) || state.members.length === 0)
    throw new TypeError('this is not a saved model of automl of version 1');
  const { members, class_count: classCount, trials } = state as State;
  return automlModel(
    members.map(({ weight, params, estimator, state: own }) => ({ weight, params, model: restore(estimator, own) })),
    classCount,
    trials,
  );
}

function workOf(members: readonly Member[]): number {
  return members.reduce((sum, { model }) => sum + (model.contributionWork ?? 0), 0);
}

/** Means of predictions are means of contributions, where all explain the same score. */
function contributionsOf(members: readonly Member[]): ((x: FeatureMatrix) => Contributions) | undefined {
  if (members.some(({ model }) => model.contributions === undefined)) return undefined;
  if (members.length > 1 && members.some(({ model }) => model.predictProba !== undefined)) return undefined;
  return (x) => {
    const parts = members.map(({ weight, model }) => ({ weight, own: model.contributions?.(x) as Contributions }));
    const [first] = parts;
    if (first === undefined || parts.length === 1) return first?.own as Contributions;
    const blend = (of: (own: Contributions) => Float64Array): Float64Array =>
      of(first.own).map((_, k) => parts.reduce((sum, { weight, own }) => sum + weight * (of(own)[k] as number), 0));
    return { ...first.own, expected: blend((own) => own.expected), values: blend((own) => own.values) };
  };
}
