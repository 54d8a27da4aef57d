/**
 * The `predict` step: score the new rows with a model that exists, and write them with the predictions
 * to where the recipe says.
 */
import { defineStep, type StepDefinition } from './define.ts';

export const predict: StepDefinition = defineStep({
  name: 'predict',
  summary: 'Score the new rows and write them with the predictions.',
  inputs: { scoring_data: { step: 'ingest_scoring', output: 'scoring-dataset.parquet' } },
  outputs: { scored_data: 'scored.parquet' },
  load: async () => (await import('./predict/run.ts')).runPredict,
});
