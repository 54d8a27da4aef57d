import { gradientBoosting } from '../../../../src/ml/trees/gradient-boosting.ts';
import { restoreGradientBoosting } from '../../../../src/ml/trees/gradient-boosting-model.ts';
import { gradientBoostingParams } from '../../../../src/ml/trees/gradient-boosting-params.ts';
import { estimatorContract } from '../../../contracts/estimator.ts';

estimatorContract({
  name: 'gradient_boosting',
  create: gradientBoosting,
  restore: restoreGradientBoosting,
  params: gradientBoostingParams,
  tasks: ['regression', 'binary', 'multiclass'],
  quick: { n_estimators: 60, learning_rate: 0.2 },
  unwatched: { early_stopping_rounds: 0 },
  stopsWithin: { params: { n_estimators: 400, early_stopping_rounds: 5, learning_rate: 0.2 }, iterations: 200 },
  // A leaf counts rows and a sample draws rows, whatever their weight.
  exact: { min_samples_leaf: 1, subsample: 1, max_depth: 3, n_estimators: 10 },
});
