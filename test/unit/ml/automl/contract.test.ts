import { automl, automlParams } from '../../../../src/ml/automl/automl.ts';
import { restoreAutoml } from '../../../../src/ml/automl/automl-model.ts';
import { restoreModel } from '../../../../src/ml/restore.ts';
import { estimatorContract } from '../../../contracts/estimator.ts';

estimatorContract({
  name: 'automl',
  create: automl,
  restore: (json) => restoreAutoml(json, restoreModel),
  params: automlParams,
  tasks: ['regression', 'binary', 'multiclass'],
  quick: { max_trials: 3 },
  // Which model is chosen is for the validation rows to say.
  unwatched: { max_trials: 1 },
  skip: {
    'another seed': 'the seed changes the order of the search, and the best of three may be the same',
    weights: 'which model is best may change with the last digits; each of them is held to it by itself',
  },
});
