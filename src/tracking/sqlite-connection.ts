/**
 * One connection to an SQLite file through libsql, which is loaded when the first is opened.
 * Speaks SQL and values; knows no table. Its calls block, and wait for locks of other processes.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { TrackingError } from './ports.ts';

/** libsql aborts the process when it is given a boolean, so none can be passed. */
export type SqlValue = string | number | null;
export type SqlRow = Readonly<Record<string, SqlValue>>;

export interface SqliteConnection {
  all(sql: string, values?: readonly SqlValue[]): readonly SqlRow[];
  get(sql: string, values?: readonly SqlValue[]): SqlRow | undefined;
  /** The row id that an INSERT made. */
  run(sql: string, values?: readonly SqlValue[]): number;
  /** All or nothing. Takes the write lock at once, so that no statement inside can find it taken. */
  transaction<T>(work: () => T): T;
  /** Column names of a table in the file as it is now; empty when there is no such table. */
  columns(table: string): ReadonlySet<string>;
  close(): void;
}

export interface SqliteOpenOptions {
  readonly path: string;
  /** How messages name the file. */
  readonly label: string;
  /** Never changes a row and never makes a file. A journal that a killed process left is still rolled back. */
  readonly readOnly?: boolean;
  /** How long to wait for another process to release the file. */
  readonly busyTimeoutMs?: number;
}

interface LibsqlStatement {
  run(values: readonly SqlValue[]): { readonly lastInsertRowid: number | bigint };
  get(values: readonly SqlValue[]): SqlRow | undefined;
  all(values: readonly SqlValue[]): readonly SqlRow[];
}

interface LibsqlDatabase {
  prepare(sql: string): LibsqlStatement;
  exec(sql: string): void;
  close(): void;
}

/** `undefined` when the file does not exist and must not be made. */
export async function openSqlite(options: SqliteOpenOptions): Promise<SqliteConnection | undefined> {
  const { path, label } = options;
  if (options.readOnly === true && !existsSync(path)) return undefined;
  const { default: Database } = await import('libsql');
  const inWords = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw asTrackingError(error, label);
    }
  };
  const database = inWords(() => {
    if (options.readOnly !== true) mkdirSync(dirname(path), { recursive: true });
    return new Database(path) as unknown as LibsqlDatabase;
  });
  const statements = new Map<string, LibsqlStatement>();
  const prepare = (sql: string): LibsqlStatement => {
    let statement = statements.get(sql);
    if (statement === undefined) {
      statement = database.prepare(sql);
      statements.set(sql, statement);
    }
    return statement;
  };
  const all = (sql: string, values: readonly SqlValue[] = []): readonly SqlRow[] => inWords(() => prepare(sql).all(values));

  const connection: SqliteConnection = {
    all,
    get: (sql, values = []) => all(sql, values)[0],
    run: (sql, values = []) => inWords(() => Number(prepare(sql).run(values).lastInsertRowid)),
    transaction(work) {
      inWords(() => database.exec('BEGIN IMMEDIATE'));
      try {
        const result = work();
        inWords(() => database.exec('COMMIT'));
        return result;
      } catch (error) {
        try {
          database.exec('ROLLBACK');
        } catch {
          // SQLite has rolled back by itself; the first error is the one to tell.
        }
        throw error;
      }
    },
    columns: (table) => new Set(all('SELECT name FROM pragma_table_info(?)', [table]).map((row) => String(row['name']))),
    close() {
      statements.clear();
      database.close();
    },
  };
  try {
    connection.all(`PRAGMA busy_timeout = ${options.busyTimeoutMs ?? 20_000}`);
    connection.all('PRAGMA foreign_keys = ON');
    connection.all('PRAGMA case_sensitive_like = true');
    if (options.readOnly === true) connection.all('PRAGMA query_only = ON');
  } catch (error) {
    connection.close();
    throw error;
  }
  return connection;
}

function asTrackingError(error: unknown, label: string): TrackingError {
  if (error instanceof TrackingError) return error;
  const { code = '', message } = error as { readonly code?: string; readonly message: string };
  const fail = (kind: string, sentence: string): TrackingError => new TrackingError(kind, sentence, { cause: error });
  if (code.startsWith('SQLITE_BUSY')) {
    return fail('TEMPORARILY_UNAVAILABLE', `the tracking database ${label} is locked by another process`);
  }
  if (code === 'SQLITE_NOTADB') return fail('INVALID_STATE', `${label} is not an SQLite database`);
  if (code.startsWith('SQLITE_CORRUPT')) return fail('DATA_LOSS', `the tracking database ${label} is damaged: ${message}`);
  if (code === 'SQLITE_FULL') return fail('RESOURCE_EXHAUSTED', `the disk of the tracking database ${label} is full`);
  if (code.startsWith('SQLITE_READONLY')) return fail('PERMISSION_DENIED', `the tracking database ${label} cannot be written`);
  if (code === 'EACCES' || code === 'EROFS' || code === 'ENOTDIR' || code === 'EEXIST' || message.startsWith('ConnectionFailed')) {
    return fail('PERMISSION_DENIED', `the tracking database ${label} cannot be opened: check that its folder exists and may be written`);
  }
  return fail('INTERNAL_ERROR', `the tracking database ${label} answered: ${message}`);
}
