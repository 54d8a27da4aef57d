import { restoreForest } from '../../../../src/ml/forest/forest-model.ts';
import { randomForest } from '../../../../src/ml/trees/random-forest.ts';
import { randomForestParams } from '../../../../src/ml/trees/random-forest-params.ts';
import { estimatorContract } from '../../../contracts/estimator.ts';

estimatorContract({
  name: 'random_forest',
  create: randomForest,
  restore: (json) => restoreForest('random_forest', json),
  params: randomForestParams,
  tasks: ['regression', 'binary', 'multiclass'],
  quick: { n_estimators: 20 },
  // A leaf counts rows and a bootstrap draws rows, whatever their weight.
  exact: { min_samples_leaf: 1, bootstrap: false, max_features: 1 },
});
