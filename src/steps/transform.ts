/**
 * The `transform` step: fit a transformer on the training rows and apply it to them and to the
 * validation rows. The test rows are not an input.
 */
import { defineStep, type StepDefinition } from './define.ts';

export const transform: StepDefinition = defineStep({
  name: 'transform',
  summary: 'Fit a transformer on the training rows and apply it.',
  inputs: {
    training_data: { step: 'split', output: 'train.parquet' },
    validation_data: { step: 'split', output: 'validation.parquet' },
  },
  outputs: {
    transformer: 'transformer.json',
    transformed_training_data: 'transformed_training_data.parquet',
    transformed_validation_data: 'transformed_validation_data.parquet',
  },
  load: async () => (await import('./transform/run.ts')).runTransform,
});
