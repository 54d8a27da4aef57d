/**
 * The `ingest` step: read the data files into one Parquet file with checked columns and target.
 */
import { defineStep, type StepDefinition } from './define.ts';

export const ingest: StepDefinition = defineStep({
  name: 'ingest',
  summary: 'Read the data files into one table and check the target.',
  inputs: {},
  outputs: { ingested_data: 'dataset.parquet', ingested_schema: 'schema.json' },
  load: async () => (await import('./ingest/run.ts')).runIngest,
});
