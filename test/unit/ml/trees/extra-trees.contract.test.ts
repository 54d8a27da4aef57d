import { restoreForest } from '../../../../src/ml/forest/forest-model.ts';
import { extraTrees } from '../../../../src/ml/trees/extra-trees.ts';
import { extraTreesParams } from '../../../../src/ml/trees/extra-trees-params.ts';
import { estimatorContract } from '../../../contracts/estimator.ts';

estimatorContract({
  name: 'extra_trees',
  create: extraTrees,
  restore: (json) => restoreForest('extra_trees', json),
  params: extraTreesParams,
  tasks: ['regression', 'binary', 'multiclass'],
  quick: { n_estimators: 20 },
  exact: { min_samples_leaf: 1, max_features: 1 },
});
