/** What a search has found, as an estimator: fits the same models again, on any rows, and takes the same mean of them. */
import type { JsonObject } from '../../schema/json.ts';
import type { Estimator, FeatureMatrix } from '../estimator.ts';
import { CREATE } from './automl.ts';
import { AUTOML, type AutomlModel, automlModel } from './automl-model.ts';

export interface BlendMember {
  readonly estimator: string;
  readonly params: JsonObject;
  /** Sums to 1 over the members. */
  readonly weight: number;
}

export interface Blend {
  /** The largest share first. */
  readonly members: readonly BlendMember[];
  readonly trials: number;
  /** The model that the search made, and the rows of which: they need no second fit. */
  readonly ready?: { readonly x: FeatureMatrix; readonly seed: number; readonly model: AutomlModel };
}

export function blendEstimator({ members, trials, ready }: Blend): Estimator {
  const [first] = members;
  return {
    name: AUTOML,
    params: { best_estimator: first?.estimator ?? null, ...first?.params, models: members.length },
    accepts: { missing: true, categorical: true },
    async fit(x, y, context) {
      if (ready !== undefined && x === ready.x && context.seed === ready.seed) return ready.model;
      const { checkpoints: _, onIteration, ...shared } = context;
      const fitted = [];
      for (const { estimator, params, weight } of members) {
        const create = CREATE[estimator] as (params: JsonObject) => Estimator;
        // Of several models no curve is that of the mean.
        const watched = members.length === 1 && onIteration !== undefined ? { ...shared, onIteration } : shared;
        fitted.push({ weight, params, model: await create(params).fit(x, y, watched) });
      }
      return automlModel(fitted, y.kind === 'classification' ? y.classes.length : 0, trials);
    },
  };
}
