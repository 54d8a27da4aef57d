import { linear } from '../../../../src/ml/linear/linear.ts';
import { restoreLinear } from '../../../../src/ml/linear/linear-model.ts';
import { linearParams } from '../../../../src/ml/linear/linear-params.ts';
import { estimatorContract } from '../../../contracts/estimator.ts';

estimatorContract({
  name: 'linear',
  create: linear,
  restore: restoreLinear,
  params: linearParams,
  tasks: ['regression', 'binary', 'multiclass'],
});
