/** What a step of the user's own reads from the recipe. Each field enters its key. */
import type { Sensitive } from '../../data/column-rules.ts';
import type { Json, JsonObject } from '../../schema/json.ts';
import type { IngestParams } from '../ingest/params.ts';

export interface CustomParams {
  /** Name of the step, for messages. */
  readonly step: string;
  readonly method: { readonly file: string; readonly name: string };
  /**
   * `rows` changes the rows that `ingest` read, `parts` the three parts of `split`; both stand in for
   * what they read. `side` leaves other files.
   */
  readonly kind: 'rows' | 'parts' | 'side';
  /** Roles of what it reads → name of the file, whose ending says how the function gets it. */
  readonly needs: Readonly<Record<string, string>>;
  /** Declared by the recipe: name → file. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly params: JsonObject;
  /** How the files of `inputs` are called; the function sees their paths. */
  readonly files: readonly string[];
  /** Declared variables: one that is not set differs from one that is empty. */
  readonly env: readonly string[];
  /** Only with `rows`: what makes a dataset one to learn from. */
  readonly dataset?: Pick<IngestParams, 'target' | 'task' | 'positive_class' | 'roles' | 'sensitive'>;
  /** Columns that previews must not show. Absent without any. */
  readonly sensitive?: Sensitive;
  readonly [extra: string]: Json | undefined | object;
}

/** The roles of the three parts, in order. */
export const PART_ROLES = ['training_data', 'validation_data', 'test_data'] as const;
/** The role of the rows of `ingest`. */
export const ROWS_ROLE = 'ingested_data';
