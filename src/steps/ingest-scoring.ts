/**
 * The `ingest_scoring` step: read new data as the model's training data were read. What a column is was
 * decided then, and the model's folder says it.
 */
import { defineStep, type StepDefinition } from './define.ts';

export const ingestScoring: StepDefinition = defineStep({
  name: 'ingest_scoring',
  summary: 'Read the new data as the training data of the model were read.',
  // The files of the model come as `model:PATH`, wherever they lie.
  inputs: {},
  outputs: { ingested_scoring_data: 'scoring-dataset.parquet' },
  load: async () => (await import('./ingest-scoring/run.ts')).runIngestScoring,
});
