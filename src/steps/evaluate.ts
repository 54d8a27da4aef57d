/**
 * The `evaluate` step: score the whole model on the raw test rows, check the validation
 * criteria and say how sure the numbers are.
 */
import { defineStep, type StepDefinition } from './define.ts';

export const evaluate: StepDefinition = defineStep({
  name: 'evaluate',
  summary: 'Score the model on the test rows and check the validation criteria.',
  inputs: {
    model: { step: 'train', output: 'model' },
    training_metrics: { step: 'train', output: 'metrics.json' },
    test_data: { step: 'split', output: 'test.parquet' },
  },
  outputs: {
    model_validation_status: 'model_validation_status',
    test_metrics: 'metrics.json',
    predicted_test_data: 'predicted_test_data.parquet',
    feature_contributions: 'feature_contributions.parquet',
  },
  load: async () => (await import('./evaluate/run.ts')).runEvaluate,
});
