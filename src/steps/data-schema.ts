/**
 * What `ingest` decided about the data, kept as an output of its own so that a change of the rows
 * that leaves columns and classes alone reaches only the steps that read rows.
 */
import type { ColumnType } from '../data/table.ts';
import { readJson } from './read-json.ts';

export interface DataSchema {
  readonly columns: readonly { readonly name: string; readonly type: ColumnType }[];
  /** Classification: every label in code-unit order. */
  readonly classes?: readonly string[];
  /** Two classes only. */
  readonly positive_class?: string;
}

export function readDataSchema(path: string): DataSchema {
  return readJson(path) as DataSchema;
}

/** Code-unit order, except that the positive class of two comes last: its probability is the last column. */
export function orderedClasses({ classes = [], positive_class: positive }: DataSchema): readonly string[] {
  return positive === undefined ? classes : [...classes.filter((label) => label !== positive), positive];
}
