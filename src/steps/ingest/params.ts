/** What the `ingest` step reads. Each field enters its key. */
import type { Roles, Sensitive } from '../../data/column-rules.ts';
import type { Expectations } from '../../schema/expectations.ts';
import type { Json } from '../../schema/json.ts';
import type { DeclaredFormats, DeclaredTypes } from './declared-types.ts';
import type { SampleParams } from './sample.ts';

export interface IngestParams {
  readonly format: 'csv' | 'parquet' | 'json' | 'custom' | 'sql' | 'sqlite';
  /** `sqlite` only. */
  readonly sqlite?: SqliteParams;
  /** `sql` only. */
  readonly sql?: SqlParams;
  readonly csv: CsvParams;
  /** `custom` only: the user's function, called once a file with the path and `format`. */
  readonly loader?: { readonly file: string; readonly method: string; readonly format: string };
  /** Names of the files as the recipe gives them. Custom loaders only, because user code sees the path. */
  readonly locations?: readonly string[];
  /** Absent when scoring: no target is asked for then. */
  readonly target?: string;
  readonly task: 'regression' | 'classification';
  /** Compared as text, so that `0` and `false` name a class as well. */
  readonly positive_class?: string | number | boolean;
  /** How many of the files are of train, validation and test, in this order, where the recipe names them apart. */
  readonly parts?: readonly number[];
  /** Only a part of the rows. Absent for all, so that the key of a whole run knows nothing of it. */
  readonly sample?: SampleParams;
  /** Files whose columns differ stop the step. Absent: they are united by name. */
  readonly schema_drift?: 'error';
  readonly roles: Roles;
  /** Types that the recipe gives. Absent without any, like `sensitive`. */
  readonly types?: DeclaredTypes;
  readonly formats?: DeclaredFormats;
  readonly sensitive?: Sensitive;
  /** What must hold of the data. Absent without any: a check changes no output, and what reads the outputs does not run for it. */
  readonly expect?: Expectations;
  /** Present only when the statistics are left out. */
  readonly skip_data_profiling?: true;
  readonly [extra: string]: Json | undefined | object;
}

export interface SqlParams {
  readonly query: string;
  /** Files of the inputs follow each other in this order. */
  readonly inputs: readonly { readonly name: string; readonly format: 'csv' | 'tsv' | 'parquet' | 'json'; readonly files: number }[];
}

/** A query, a table, or the only one. */
export interface SqliteParams {
  readonly table?: string;
  readonly sql?: string;
}

export interface CsvParams {
  /** One character, `,` by default. */
  readonly delimiter?: string;
  /** Whether the first line names the columns; true by default. Without, they are `column0`, `column1` … */
  readonly header?: boolean;
  /** Texts that mean a missing value. Replaces `DEFAULT_NULL_VALUES`. */
  readonly null_values?: readonly string[];
  readonly bad_lines: 'error' | 'skip';
}

/** What people and programs write for a value that is not there. */
export const DEFAULT_NULL_VALUES: readonly string[] = [
  '',
  'NA',
  'N/A',
  'n/a',
  '#N/A',
  '<NA>',
  'NaN',
  'nan',
  '-NaN',
  '-nan',
  'NULL',
  'null',
  'None',
];
