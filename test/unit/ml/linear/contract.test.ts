import { linear } from '../../../../src/ml/linear/linear.ts';
import { restoreLinear } from '../../../../src/ml/linear/linear-model.ts';
import { linearParams } from '../../../../src/ml/linear/linear-params.ts';
import { estimatorContract } from '../../../contracts/estimator.ts';

const contract = { name: 'linear', create: linear, restore: restoreLinear, params: linearParams } as const;
const skip = { 'another seed': 'nothing is drawn' };

estimatorContract({ ...contract, tasks: ['regression', 'binary', 'multiclass'], skip });

estimatorContract({
  ...contract,
  tasks: ['regression', 'binary', 'multiclass'],
  quick: { penalty: 'elasticnet', alpha: 0.001 },
  skip,
});

estimatorContract({
  ...contract,
  tasks: ['regression', 'binary', 'multiclass'],
  quick: { solver: 'sgd', alpha: 0.001 },
  skip: { weights: 'a row of weight 2 is one step of twice the length, and the row twice two steps' },
});
