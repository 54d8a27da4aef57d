/**
 * The `split` step: divide the ingested rows into train, validation and test.
 */
import { defineStep, type StepDefinition } from './define.ts';

export const split: StepDefinition = defineStep({
  name: 'split',
  summary: 'Divide the rows into training, validation and test sets.',
  inputs: { ingested_data: { step: 'ingest', output: 'dataset.parquet' } },
  outputs: { training_data: 'train.parquet', validation_data: 'validation.parquet', test_data: 'test.parquet' },
  load: async () => (await import('./split/run.ts')).runSplit,
});
