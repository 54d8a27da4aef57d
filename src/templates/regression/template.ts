/** `regression/v1`: predict a number. */
import { evaluate } from '../../steps/evaluate.ts';
import { ingest } from '../../steps/ingest.ts';
import { ingestScoring } from '../../steps/ingest-scoring.ts';
import { predict } from '../../steps/predict.ts';
import { register } from '../../steps/register.ts';
import { split } from '../../steps/split.ts';
import { train } from '../../steps/train.ts';
import { transform } from '../../steps/transform.ts';
import { lenientLimit, type Template } from '../template.ts';

export const regression: Template = {
  id: 'regression/v1',
  task: 'regression',
  steps: [ingest, split, transform, train, evaluate, register],
  scoring: [ingestScoring, predict],
  headlineMetrics: ['root_mean_squared_error', 'mean_absolute_error', 'r2_score', 'mean_absolute_percentage_error', 'max_error'],
  suggestedCriteria: (metrics) => {
    const rmse = metrics['test_root_mean_squared_error'];
    return rmse === undefined ? [] : [{ metric: 'root_mean_squared_error', threshold: lenientLimit(rmse, false) }];
  },
};
