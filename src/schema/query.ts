/** What a query reads and gives, as data that crosses processes. */

/** A file as a table with a name. */
export interface QueryView {
  /** Absent: it needs no qualifier. */
  readonly schema?: string;
  readonly name: string;
  /** As the current folder of the process that reads it understands it. */
  readonly path: string;
  readonly format: 'parquet' | 'csv';
}

export interface DescribedView {
  readonly schema?: string;
  readonly name: string;
  readonly rows: number;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

/** `float` and `number` are numbers, inexact and exact; `json` is a nested value. */
export type ValueKind = 'float' | 'number' | 'boolean' | 'text' | 'json';

export interface QueryColumn {
  readonly name: string;
  readonly kind: ValueKind;
}

/** Each value as a text; a missing one is `null`. */
export type QueryRows = readonly (readonly (string | null)[])[];

/** Why a query cannot be carried out. */
export interface QueryFault {
  /**
   * `empty`, `several`, `writes` and `parameters` are ours; the others are the engine's: `Parser`, `Binder`, `Catalog`,
   * `Permission`, `Conversion` and more.
   */
  readonly kind: string;
  readonly message: string;
  /** Offset of the place in the query, in UTF-16 units. */
  readonly position?: number;
  /** What was not found: a column, or something of this type. */
  readonly name?: string;
  readonly type?: string;
  readonly candidates?: readonly string[];
}
