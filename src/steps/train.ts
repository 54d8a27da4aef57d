/**
 * The `train` step: fit an estimator on the transformed training rows and write the model folder.
 */
import { defineStep, type StepDefinition } from './define.ts';

export const train: StepDefinition = defineStep({
  name: 'train',
  summary: 'Fit the estimator on the transformed training rows.',
  inputs: {
    schema: { step: 'ingest', output: 'schema.json' },
    training_data: { step: 'split', output: 'train.parquet' },
    validation_data: { step: 'split', output: 'validation.parquet' },
    transformer: { step: 'transform', output: 'transformer.json' },
    transformed_training_data: { step: 'transform', output: 'transformed_training_data.parquet' },
    transformed_validation_data: { step: 'transform', output: 'transformed_validation_data.parquet' },
  },
  outputs: {
    model: 'model',
    training_metrics: 'metrics.json',
    best_parameters: 'best_parameters.yaml',
    predicted_training_data: 'predicted_training_data.parquet',
    predicted_validation_data: 'predicted_validation_data.parquet',
  },
  load: async () => (await import('./train/run.ts')).runTrain,
});
