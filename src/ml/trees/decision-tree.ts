/**
 * One tree over binned columns, grown on all rows (Breiman et al., "Classification and Regression Trees", 1984). The same
 * seed and rows give the same model, byte for byte.
 */
import type { JsonObject } from '../../schema/json.ts';
import type { ParamInput } from '../../schema/param.ts';
import type { Estimator } from '../estimator.ts';
import { treeLeaf } from '../forest/defaults.ts';
import { trainForest } from '../forest/train-forest.ts';
import { requiredParams } from '../required-params.ts';
import { decisionTreeParams } from './decision-tree-params.ts';

export const DECISION_TREE = 'decision_tree';

/** Throws a `RangeError` that names every bad parameter. */
export function decisionTree(params: ParamInput<typeof decisionTreeParams> = {}): Estimator {
  const values = requiredParams(DECISION_TREE, decisionTreeParams, params);
  return {
    name: DECISION_TREE,
    params: values as JsonObject,
    accepts: { missing: true, categorical: true },
    fit: (x, y, context) =>
      trainForest(
        DECISION_TREE,
        {
          ...values,
          n_estimators: 1,
          bootstrap: false,
          max_samples: 1,
          oob_score: false,
          isRandom: values.splitter === 'random',
          minSamplesLeaf: (rows) => values.min_samples_leaf ?? treeLeaf(rows),
          maxFeatures: () => values.max_features,
        },
        x,
        y,
        context,
      ),
  };
}
