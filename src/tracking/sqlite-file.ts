/**
 * The SQLite file as both halves of the embedded store share it: made on the first write, opened
 * on the first use, and taken as it is when a newer MLflow has migrated it. Never migrates.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { TrackingError } from './ports.ts';
import { openSqlite, type SqliteConnection } from './sqlite-connection.ts';
import { columnNames, createStatements, REVISION, TABLES } from './sqlite-schema.ts';
import { artifactUriOf } from './uri.ts';

export interface SqliteStoreOptions {
  /** Absolute path of the database file. */
  readonly path: string;
  /** Absolute path under which experiments keep their artifacts. */
  readonly artifactRoot: string;
  /** Where new experiments keep their artifacts instead, when the user says so: a folder, relative to `root`. */
  readonly artifactLocation?: string;
  /** The URI as the user wrote it, for messages and for the parameters of the register step. */
  readonly uri?: string;
  /** Where relative artifact locations, which older MLflow wrote, are taken from. The working folder by default. */
  readonly root?: string;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  readonly busyTimeoutMs?: number;
}

export class SqliteFile {
  readonly options: SqliteStoreOptions;
  readonly uri: string;
  readonly now: () => number;
  #connection: Promise<SqliteConnection> | undefined;

  constructor(options: SqliteStoreOptions) {
    this.options = options;
    this.uri = options.uri ?? `sqlite:///${options.path}`;
    this.now = options.now ?? Date.now;
  }

  /** For reading: `undefined` while there is no file, so that looking never makes one. */
  async reading(): Promise<SqliteConnection | undefined> {
    return this.#connection !== undefined || existsSync(this.options.path) ? this.writing() : undefined;
  }

  /** For writing: makes the file with its tables when it is absent or empty. */
  writing(): Promise<SqliteConnection> {
    this.#connection ??= this.#open().catch((error: unknown) => {
      this.#connection = undefined;
      throw error;
    });
    return this.#connection;
  }

  async close(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    (await connection?.catch(() => undefined))?.close();
  }

  async #open(): Promise<SqliteConnection> {
    const { path, busyTimeoutMs } = this.options;
    const connection = await openSqlite({ path, label: this.uri, ...(busyTimeoutMs !== undefined && { busyTimeoutMs }) });
    if (connection === undefined) throw new Error(`opening ${path} for writing gave nothing`);
    try {
      if (!hasTables(connection)) {
        connection.transaction(() => {
          // Another process may have made them while we waited for the lock.
          if (!hasTables(connection)) this.#create(connection);
        });
      }
      requireColumns(connection, this.uri);
      return connection;
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  #create(connection: SqliteConnection): void {
    for (const statement of createStatements()) connection.run(statement);
    connection.run('INSERT INTO alembic_version (version_num) VALUES (?)', [REVISION]);
    const now = this.now();
    connection.run(
      'INSERT INTO experiments (experiment_id, name, artifact_location, lifecycle_stage, creation_time, last_update_time) VALUES (0, ?, ?, ?, ?, ?)',
      ['Default', artifactUriOf(join(this.options.artifactRoot, '0')), 'active', now, now],
    );
  }
}

function hasTables(connection: SqliteConnection): boolean {
  return connection.get('SELECT 1 AS found FROM sqlite_master LIMIT 1') !== undefined;
}

/** The columns decide, not the revision: a wider schema of a later MLflow is as good as ours. */
function requireColumns(connection: SqliteConnection, label: string): void {
  for (const table of TABLES) {
    const present = connection.columns(table.name);
    const missing = columnNames(table).find((column) => !present.has(column));
    if (missing === undefined) continue;
    if (connection.columns('alembic_version').size === 0) {
      throw new TrackingError(
        'INVALID_STATE',
        `${label} is an SQLite database, but not one of MLflow; name another file as the tracking URI`,
      );
    }
    const revision = connection.get('SELECT version_num FROM alembic_version')?.['version_num'] ?? 'unknown';
    throw new TrackingError(
      'INVALID_STATE',
      `${label} has MLflow's schema of revision ${revision}, which lacks \`${table.name}.${missing}\`; upgrade it with \`mlflow db upgrade\``,
    );
  }
}

/**
 * The condition that keeps a name inside the one workspace that we know, for tables that MLflow
 * 3.10 gave a `workspace` column. Empty on older schemas.
 */
export function inDefaultWorkspace(connection: SqliteConnection, table: string): string {
  return connection.columns(table).has('workspace') ? ` AND ${table}.workspace = 'default'` : '';
}
