/**
 * A table or query of a PostgreSQL database, written by the database itself as CSV into a local file and hashed
 * on the way. The transaction is read-only. The driver is an optional package.
 */
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { importOptional } from '../../data/optional-package.ts';
import { quoteIdentifier } from '../../data/sql.ts';
import { partsOfAddress, type Wanted } from '../../recipe/address.ts';
import type { DeclaredType } from '../../steps/ingest/declared-types.ts';

export interface TableFetch {
  readonly location: string;
  /** Where the bytes go; created or replaced. */
  readonly draft: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (doneBytes: number) => void;
}

export interface FetchedTable {
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly types: Readonly<Record<string, DeclaredType>>;
}

/** The parts of the driver that are used. */
interface Driver {
  readonly Client: new (options: object) => Client;
}
interface Client {
  connect(): Promise<void>;
  query(text: string): Promise<{ readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[] }>;
  query(submitted: CopyOut): CopyOut;
  end(): Promise<void>;
  on(event: 'error', listener: (error: Error) => void): void;
}

const INSTALL = 'run `npm install pg`';

export async function fetchTable({ location, draft, signal, onProgress }: TableFetch): Promise<FetchedTable> {
  const { address, wanted = {} } = partsOfAddress(location);
  const loaded = await importOptional<Driver & { readonly default?: Driver }>('pg', 'using: postgresql', INSTALL);
  const { Client } = loaded.default ?? loaded;
  const client = new Client({
    connectionString: address,
    connectionTimeoutMillis: 30_000,
    application_name: 'mlrecipe',
    // What values look like must not depend on the server's settings.
    options: '-c TimeZone=UTC -c DateStyle=ISO -c IntervalStyle=iso_8601 -c extra_float_digits=1 -c default_transaction_read_only=on',
  });
  // A connection that breaks fails the query that waits for it.
  client.on('error', () => {});
  const stop = (): void => void client.end();
  signal?.addEventListener('abort', stop);
  const file = openSync(draft, 'w', 0o644);
  try {
    await client.connect();
    await client.query('BEGIN READ ONLY');
    const from = selection(wanted);
    const { fields } = await client.query(`SELECT * FROM ${from} LIMIT 0`);
    const hash = createHash('sha256');
    let sizeBytes = 0;
    const copy = new CopyOut(`COPY (SELECT * FROM ${from}) TO STDOUT (FORMAT csv, HEADER)`, (part) => {
      for (let sent = 0; sent < part.length; ) sent += writeSync(file, part, sent, part.length - sent, sizeBytes + sent);
      hash.update(part);
      sizeBytes += part.length;
      onProgress?.(sizeBytes);
    });
    client.query(copy);
    await copy.ended;
    fsyncSync(file);
    return {
      sha256: hash.digest('hex'),
      sizeBytes,
      types: Object.fromEntries(fields.map((field) => [field.name, typeOf(field.dataTypeID)])),
    };
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    closeSync(file);
    await client.end().catch(() => {});
  }
}

function selection({ sql, table = '' }: Wanted): string {
  if (sql !== undefined) return `(${sql.trim().replace(/;$/u, '')}\n) AS wanted`;
  return table
    .split('.')
    .map((name) => quoteIdentifier(name.replace(/^"(.*)"$/u, '$1')))
    .join('.');
}

/** By the numbers of PostgreSQL's catalogue, which never change. */
function typeOf(id: number): DeclaredType {
  return TYPES.get(id) ?? 'category';
}

const TYPES: ReadonlyMap<number, DeclaredType> = new Map([
  [16, 'boolean'],
  [20, 'integer'],
  [21, 'integer'],
  [23, 'integer'],
  [26, 'integer'],
  [700, 'number'],
  [701, 'number'],
  [1700, 'number'],
  [1082, 'date'],
  [1114, 'timestamp'],
  [1184, 'timestamp'],
]);

/** A COPY to this side, in the form in which the driver takes queries of others. */
class CopyOut {
  readonly ended: Promise<void>;
  readonly #text: string;
  readonly #take: (part: Buffer) => void;
  #resolve: () => void = () => {};
  #reject: (error: Error) => void = () => {};
  #failure: Error | undefined;

  constructor(text: string, take: (part: Buffer) => void) {
    this.#text = text;
    this.#take = take;
    this.ended = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  submit(connection: { query(text: string): void }): void {
    connection.query(this.#text);
  }

  handleCopyData({ chunk }: { readonly chunk: Buffer }): void {
    try {
      this.#take(chunk);
    } catch (error) {
      this.#failure ??= error as Error;
    }
  }

  handleError(error: Error): void {
    this.#failure ??= error;
    this.#reject(this.#failure);
  }

  handleReadyForQuery(): void {
    if (this.#failure === undefined) this.#resolve();
    else this.#reject(this.#failure);
  }

  handleRowDescription(): void {}
  handleDataRow(): void {}
  handlePortalSuspended(): void {}
  handleEmptyQuery(): void {}
  handleCommandComplete(): void {}
  handleCopyInResponse(): void {}
}
