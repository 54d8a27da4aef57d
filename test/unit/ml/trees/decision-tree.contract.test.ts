import { restoreForest } from '../../../../src/ml/forest/forest-model.ts';
import { decisionTree } from '../../../../src/ml/trees/decision-tree.ts';
import { decisionTreeParams } from '../../../../src/ml/trees/decision-tree-params.ts';
import { estimatorContract } from '../../../contracts/estimator.ts';

estimatorContract({
  name: 'decision_tree',
  create: decisionTree,
  restore: (json) => restoreForest('decision_tree', json),
  params: decisionTreeParams,
  tasks: ['regression', 'binary', 'multiclass'],
  exact: { min_samples_leaf: 1 },
  skip: { 'another seed': 'all features are looked at, so the seed decides ties alone' },
});
