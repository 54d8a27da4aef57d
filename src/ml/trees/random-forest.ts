/**
 * Random forest over binned columns (Breiman, "Random Forests", Machine Learning 45, 2001): trees on draws of the rows,
 * each split choosing from a draw of the features. The same seed and rows give the same model, byte for byte.
 */

import { forestConflicts, refuseConflicts } from '../../schema/forest-conflicts.ts';
import type { JsonObject } from '../../schema/json.ts';
import type { ParamInput } from '../../schema/param.ts';
import type { Estimator } from '../estimator.ts';
import { smallestLeaf } from '../forest/defaults.ts';
import { trainForest } from '../forest/train-forest.ts';
import { requiredParams } from '../required-params.ts';
import { randomForestParams } from './random-forest-params.ts';

export const RANDOM_FOREST = 'random_forest';

/** Throws a `RangeError` that names every bad parameter. */
export function randomForest(params: ParamInput<typeof randomForestParams> = {}): Estimator {
  const values = requiredParams(RANDOM_FOREST, randomForestParams, params);
  refuseConflicts(RANDOM_FOREST, forestConflicts(values, true));
  return {
    name: RANDOM_FOREST,
    params: values as JsonObject,
    accepts: { missing: true, categorical: true },
    fit: (x, y, context) =>
      trainForest(
        RANDOM_FOREST,
        {
          ...values,
          isRandom: false,
          minSamplesLeaf: (rows) => values.min_samples_leaf ?? smallestLeaf(rows),
          maxFeatures: (features, kind) => values.max_features ?? (kind === 'regression' ? 1 / 3 : 1 / Math.sqrt(Math.max(features, 1))),
        },
        x,
        y,
        context,
      ),
  };
}
