/**
 * Extremely randomised trees over binned columns (Geurts, Ernst and Wehenkel, Machine Learning 63, 2006): each split
 * chooses from a draw of the features, at one drawn threshold each: a bin of those between the lowest and the highest in
 * the node, so that a few values far out draw no more thresholds than others. The same seed and rows give the same model, byte for
 * byte.
 */

import { forestConflicts, refuseConflicts } from '../../schema/forest-conflicts.ts';
import type { JsonObject } from '../../schema/json.ts';
import type { ParamInput } from '../../schema/param.ts';
import type { Estimator } from '../estimator.ts';
import { smallestLeaf } from '../forest/defaults.ts';
import { trainForest } from '../forest/train-forest.ts';
import { requiredParams } from '../required-params.ts';
import { extraTreesParams } from './extra-trees-params.ts';

export const EXTRA_TREES = 'extra_trees';

/** Throws a `RangeError` that names every bad parameter. */
export function extraTrees(params: ParamInput<typeof extraTreesParams> = {}): Estimator {
  const values = requiredParams(EXTRA_TREES, extraTreesParams, params);
  refuseConflicts(EXTRA_TREES, forestConflicts(values, false));
  return {
    name: EXTRA_TREES,
    params: values as JsonObject,
    accepts: { missing: true, categorical: true },
    fit: (x, y, context) =>
      trainForest(
        EXTRA_TREES,
        {
          ...values,
          isRandom: true,
          minSamplesLeaf: (rows) => values.min_samples_leaf ?? smallestLeaf(rows),
          maxFeatures: (features, kind) => values.max_features ?? (kind === 'regression' ? 1 : 1 / Math.sqrt(Math.max(features, 1))),
        },
        x,
        y,
        context,
      ),
  };
}
