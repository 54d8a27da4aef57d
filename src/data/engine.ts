/**
 * The port to the data engine. Steps send SQL and read typed columns; rows of a big table never
 * pass through JavaScript objects. DuckDB stands behind it (`duckdb.ts`).
 */
import type { Table, Value } from './table.ts';

export interface DataEngine {
  /** Run statements that return nothing of interest. */
  execute(sql: string): Promise<void>;
  /** The rows of a small result. Integers are numbers when they are safe, else text. */
  query(sql: string): Promise<readonly { readonly [column: string]: Value }[]>;
  /** A result as columns. */
  table(sql: string): Promise<Table>;
  /** Make a table from JavaScript readable by SQL under this name, for the life of the session or until it is dropped. */
  load(table: Table, name: string): Promise<void>;
  /** Write a table to a Parquet file, so that SQL can read what JavaScript made. */
  writeParquet(table: Table, path: string): Promise<void>;
  close(): Promise<void>;
}
