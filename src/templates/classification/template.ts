/** `classification/v1`: predict a class; the data decide between two classes and more. */
import { evaluate } from '../../steps/evaluate.ts';
import { ingest } from '../../steps/ingest.ts';
import { ingestScoring } from '../../steps/ingest-scoring.ts';
import { predict } from '../../steps/predict.ts';
import { register } from '../../steps/register.ts';
import { split } from '../../steps/split.ts';
import { train } from '../../steps/train.ts';
import { transform } from '../../steps/transform.ts';
import { lenientLimit, type Template } from '../template.ts';

export const classification: Template = {
  id: 'classification/v1',
  task: 'classification',
  steps: [ingest, split, transform, train, evaluate, register],
  scoring: [ingestScoring, predict],
  headlineMetrics: [
    'f1_score',
    'f1_score_macro',
    'f1_score_micro',
    'roc_auc',
    'precision_recall_auc',
    'accuracy_score',
    'precision_score',
    'recall_score',
    'log_loss',
  ],
  suggestedCriteria: (metrics) => {
    const metric = ['f1_score', 'f1_score_macro'].find((name) => metrics[`test_${name}`] !== undefined);
    return metric === undefined ? [] : [{ metric, threshold: lenientLimit(metrics[`test_${metric}`] ?? 0, true) }];
  },
};
