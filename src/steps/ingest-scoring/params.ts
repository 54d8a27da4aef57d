/** What the `ingest_scoring` step reads. Each field enters its key. Types and roles come with the model. */
import type { Sensitive } from '../../data/column-rules.ts';
import type { Expectations } from '../../schema/expectations.ts';
import type { IngestParams } from '../ingest/params.ts';

export interface IngestScoringParams extends Pick<IngestParams, 'format' | 'csv' | 'sqlite' | 'loader' | 'locations' | 'schema_drift'> {
  /** Columns whose values the card must not show. Absent without any. */
  readonly sensitive?: Sensitive;
  /** What must hold of the new data. Absent without any. */
  readonly expect?: Expectations;
  /** Beside `expect` only. */
  readonly target?: string;
  /** Absent: the card has a profile of the columns. */
  readonly skip_data_profiling?: true;
}
