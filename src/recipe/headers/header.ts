/**
 * What the beginning (or the end) of a data file says of its columns, read without the data engine and
 * without loading the data. Says nothing where it cannot be sure: `ingest` reads the file whole.
 */
export interface Header {
  /** In the order of the file. */
  readonly names: readonly string[];
  /** False: the file may have columns that its beginning does not show. */
  readonly isComplete: boolean;
  /** What the file declares of a column. Parquet only. */
  readonly declared?: ReadonlyMap<string, DeclaredKind>;
  /** The present values of a column in the first rows. Texts and JSON only. */
  readonly sample?: (name: string) => readonly SampledValue[];
}

export type DeclaredKind = 'number' | 'text' | 'boolean' | 'date' | 'nested';

export interface SampledValue {
  readonly text: string;
  /** Whether it can be read as a number. When in doubt, it can. */
  readonly isNumber: boolean;
  /** Line of the record, or its place in an array of records, from 1. */
  readonly row: number;
}

/** How a text file is to be read; what is absent has the default of `ingest`. */
export interface HeaderOptions {
  readonly delimiter?: string;
  readonly hasHeader: boolean;
  readonly nullValues: readonly string[];
}

/** So much of a text file is looked at. */
export const HEAD_BYTES: number = 64 * 1024;
