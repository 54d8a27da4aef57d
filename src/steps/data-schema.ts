/**
 * What `ingest` decided about the data, kept as an output of its own so that a change of the rows
 * that leaves columns and classes alone reaches only the steps that read rows.
 */
import type { ColumnType } from '../data/table.ts';
import { readJson } from './read-json.ts';

export interface SchemaColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** How it is stored: BIGINT, DOUBLE, BOOLEAN, DATE, TIMESTAMP or VARCHAR. */
  readonly sql_type: string;
  /** Dates that were not written as ISO 8601: the formats in which they are read again when scoring. */
  readonly formats?: readonly string[];
}

export interface DataSchema {
  readonly columns: readonly SchemaColumn[];
  /** Classification: every label in code-unit order. */
  readonly classes?: readonly string[];
  /** Two classes only. */
  readonly positive_class?: string;
  /** Rows that come from the files of train, validation and test, in this order, where the recipe names them apart. */
  readonly parts?: readonly number[];
}

export function readDataSchema(path: string): DataSchema {
  return readJson(path) as DataSchema;
}

/** Code-unit order, except that the positive class of two comes last: its probability is the last column. */
export function orderedClasses({ classes = [], positive_class: positive }: DataSchema): readonly string[] {
  return positive === undefined ? classes : [...classes.filter((label) => label !== positive), positive];
}
