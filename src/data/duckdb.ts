/**
 * The data engine: one in-memory DuckDB session. It loads no extension, reaches no network and
 * keeps row order, and its clock stands on UTC, so that results depend on the data alone.
 */
import { availableParallelism } from 'node:os';
import type { DuckDBConnection } from '@duckdb/node-api';
import { readTable } from './duckdb-read.ts';
import { writeTemporaryTable } from './duckdb-write.ts';
import type { DataEngine } from './engine.ts';
import { copyToParquet, quoteIdentifier, quoteText } from './sql.ts';
import type { Row, Table } from './table.ts';

export interface DuckDbOptions {
  /** All cores by default, and never fewer than 2. Results do not depend on it. */
  readonly threads?: number;
  /** Such as `2GB`; DuckDB's default is 80 % of the memory. What does not fit goes to `temporaryFolder`. */
  readonly memoryLimit?: string;
  /** Where tables larger than memory spill to. Created only when needed. */
  readonly temporaryFolder?: string;
}

/** Start a session. The native library is loaded here and not before. */
export async function openDuckDb(options: DuckDbOptions = {}): Promise<DataEngine> {
  const api = await import('@duckdb/node-api');
  // The binding writes times in the zone of the process, whatever the session says.
  api.DuckDBTimestampTZValue.timezoneOffsetInMinutes = 0;
  const instance = await api.DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    preserve_insertion_order: 'true',
    // With one thread DuckDB cuts the row groups of a Parquet file at other rows than with several.
    threads: String(Math.max(2, options.threads ?? availableParallelism())),
    ...(options.memoryLimit !== undefined && { memory_limit: options.memoryLimit }),
    ...(options.temporaryFolder !== undefined && { temp_directory: options.temporaryFolder }),
  });
  const connection = await instance.connect();
  await connection.run(`SET TimeZone = ${quoteText('UTC')}`);
  return new DuckDbEngine(api, connection, () => {
    connection.closeSync();
    instance.closeSync();
  });
}

class DuckDbEngine implements DataEngine {
  readonly #api: typeof import('@duckdb/node-api');
  readonly #connection: DuckDBConnection;
  readonly #release: () => void;
  #isOpen = true;

  constructor(api: typeof import('@duckdb/node-api'), connection: DuckDBConnection, release: () => void) {
    this.#api = api;
    this.#connection = connection;
    this.#release = release;
  }

  async execute(sql: string): Promise<void> {
    await this.#connection.run(sql);
  }

  async query(sql: string): Promise<readonly Row[]> {
    return [...(await this.table(sql)).rows()];
  }

  async table(sql: string): Promise<Table> {
    return readTable(await this.#connection.run(sql), this.#api.DuckDBTypeId);
  }

  async load(table: Table, name: string): Promise<void> {
    await writeTemporaryTable(this.#api, this.#connection, name, table);
  }

  async writeParquet(table: Table, path: string): Promise<void> {
    const name = quoteIdentifier('__mlrecipe_write');
    await this.load(table, '__mlrecipe_write');
    await this.execute(copyToParquet(`SELECT * FROM ${name}`, path));
    await this.execute(`DROP TABLE ${name}`);
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#release();
  }
}
