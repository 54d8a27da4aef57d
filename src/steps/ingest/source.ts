/**
 * What a reader makes of the data files: a relation, and for each column how to get its stored
 * value. Nothing is materialised: files larger than memory stream through.
 */
import { basename } from 'node:path';
import type { ColumnType } from '../../data/table.ts';
import type { StepContext } from '../define.ts';

export interface Source {
  /** What may stand after FROM. Rows come file by file in the files' order. */
  readonly relation: string;
  readonly columns: readonly SourceColumn[];
  /** Lines that were left out because they could not be read. */
  readonly skippedLines: number;
  /** The columns of each file, where the reader has seen them. */
  readonly shapes?: readonly FileShape[];
}

/** The columns of one file, with their types where the file has types. */
export interface FileShape {
  readonly label: string;
  readonly columns: readonly { readonly name: string; readonly type?: ColumnType }[];
}

export interface SourceColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** The stored value: BIGINT, DOUBLE without NaN or infinity, BOOLEAN, DATE, TIMESTAMP or VARCHAR. */
  readonly expression: string;
  /** The value as it is written, as VARCHAR. Absent where the source has types of its own. */
  readonly text?: string;
  /** How many infinite values become missing. */
  readonly infinite?: number;
  /** Formats of dates that are not those of ISO 8601, as `strptime` of Python names them. */
  readonly formats?: readonly string[];
  /** Values that do not read as the column's type and become missing: how many of how many, and the first in code-unit order. */
  readonly unread?: { readonly count: number; readonly of: number; readonly example: string };
  /** Texts such as `?`: missing where the column is no text, else values like others. */
  readonly candidates?: readonly { readonly word: string; readonly count: number }[];
  /** Day and month could be the other way round in every value; of `example` they mean another day then. */
  readonly ambiguous?: { readonly example: string; readonly formats: readonly string[]; readonly rival: readonly string[] };
}

export interface DataFile {
  readonly path: string;
  /** How to name it to a person. */
  readonly label: string;
}

/** The `data:0000` … inputs in order, which is the order of their rows. */
export function dataFiles(
  { inputs, inputNames }: Pick<StepContext, 'inputs' | 'inputNames'>,
  labels: readonly string[] = [],
): readonly DataFile[] {
  return Object.keys(inputs)
    .filter((role) => role.startsWith('data:'))
    .sort()
    .map((role, index) => {
      const path = inputs[role] as string;
      return { path, label: labels[index] ?? inputNames[role] ?? basename(path) };
    });
}

/** The first line of an engine's message, without the path of this machine. */
export function engineMessage(error: unknown, files: readonly DataFile[]): string {
  let message = (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
  for (const { path, label } of files) message = message.replaceAll(path, label);
  return message.replace(/^[A-Z][A-Za-z ]* Error: /u, '').trim();
}
