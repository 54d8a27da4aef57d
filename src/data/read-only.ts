/**
 * A DuckDB session that answers queries over given files and can do nothing else: every other file
 * and the network are closed, settings are locked, and only a statement that reads is carried out. It
 * computes with one thread, so that sums of doubles have the same digits each time.
 */
import type { DuckDBConnection, DuckDBResult, DuckDBType, DuckDBValue } from '@duckdb/node-api';
import type { DescribedView, QueryColumn, QueryRows, QueryView, ValueKind } from '../schema/query.ts';
import { QueryMistake } from './query-mistake.ts';
import { quoteIdentifier, quotePath, quoteText } from './sql.ts';

type Api = typeof import('@duckdb/node-api');

export interface ReadOnlyOptions {
  readonly views: readonly QueryView[];
  /** Where what does not fit into memory goes. */
  readonly temporaryFolder: string;
  readonly memoryLimit?: string;
}

export async function openReadOnly({ views, temporaryFolder, memoryLimit }: ReadOnlyOptions): Promise<ReadOnlySession> {
  const api = await import('@duckdb/node-api');
  // The binding writes times in the zone of the process, whatever the session says.
  api.DuckDBTimestampTZValue.timezoneOffsetInMinutes = 0;
  const instance = await api.DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    threads: '1',
    temp_directory: temporaryFolder,
    ...(memoryLimit !== undefined && { memory_limit: memoryLimit }),
  });
  const connection = await instance.connect();
  for (const view of views) {
    if (view.schema !== undefined) await connection.run(`CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(view.schema)}`);
    await connection.run(`CREATE VIEW ${nameOf(view)} AS SELECT * FROM ${relationOf(view)}`);
  }
  // The order matters: a locked session can be neither opened nor closed further.
  await connection.run(`SET TimeZone = 'UTC'`);
  await connection.run(`SET allowed_paths = [${views.map(({ path }) => quoteText(path)).join(', ')}]`);
  await connection.run('SET errors_as_json = true');
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
  return new ReadOnlySession(api, connection, views, () => {
    connection.closeSync();
    instance.closeSync();
  });
}

export class ReadOnlySession {
  readonly #api: Api;
  readonly #connection: DuckDBConnection;
  readonly #views: readonly QueryView[];
  readonly #release: () => void;

  constructor(api: Api, connection: DuckDBConnection, views: readonly QueryView[], release: () => void) {
    this.#api = api;
    this.#connection = connection;
    this.#views = views;
    this.#release = release;
  }

  /** Rejects with a `QueryMistake`. One query at a time. */
  async query(sql: string): Promise<RunningQuery> {
    try {
      await requireReading(this.#api, this.#connection, sql);
      return new RunningQuery(this.#api, await this.#connection.stream(sql));
    } catch (error) {
      throw QueryMistake.from(error);
    }
  }

  async describe(): Promise<readonly DescribedView[]> {
    const described: DescribedView[] = [];
    for (const view of this.#views) {
      const columns = await (await this.#connection.run(`DESCRIBE ${nameOf(view)}`)).getRows();
      const [[rows] = []] = await (await this.#connection.run(`SELECT count(*) FROM ${nameOf(view)}`)).getRows();
      described.push({
        ...(view.schema !== undefined && { schema: view.schema }),
        name: view.name,
        rows: Number(rows),
        columns: columns.map(([name, type]) => ({ name: String(name), type: String(type) })),
      });
    }
    return described;
  }

  close(): void {
    this.#release();
  }
}

/** The type of the statement decides, as the engine itself sees it: an allowed path could be attached as a database and written. */
export async function requireReading({ StatementType }: Api, connection: DuckDBConnection, sql: string): Promise<void> {
  let statements: Awaited<ReturnType<DuckDBConnection['extractStatements']>>;
  try {
    statements = await connection.extractStatements(sql);
  } catch (error) {
    // What holds comments alone has no statement to be told of.
    if (error instanceof Error && !error.message.includes('{')) throw new QueryMistake({ kind: 'empty', message: 'the query is empty' });
    throw error;
  }
  if (statements.count !== 1) throw new QueryMistake({ kind: 'several', message: `there are ${statements.count} statements` });
  const { statementType, parameterCount } = await statements.prepare(0).catch((error: unknown) => {
    throw QueryMistake.ofStatement(sql) ?? error;
  });
  if (statementType !== StatementType.SELECT) {
    throw QueryMistake.ofStatement(sql) ?? new QueryMistake({ kind: 'writes', message: StatementType[statementType] ?? '' });
  }
  const acting = QueryMistake.ofCall(sql);
  if (acting !== undefined) throw acting;
  if (parameterCount > 0) throw new QueryMistake({ kind: 'parameters', message: `${parameterCount}` });
}

export class RunningQuery {
  readonly columns: readonly QueryColumn[];
  readonly #api: Api;
  readonly #result: DuckDBResult;
  readonly #types: readonly DuckDBType[];

  constructor(api: Api, result: DuckDBResult) {
    this.#api = api;
    this.#result = result;
    this.#types = result.columnTypes();
    this.columns = result.columnNames().map((name, index) => ({ name, kind: kindOf(api, this.#types[index] as DuckDBType) }));
  }

  /** Some more rows, or `undefined` at the end. */
  async next(): Promise<QueryRows | undefined> {
    try {
      const chunk = await this.#result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) return undefined;
      return chunk.getRows().map((row) => row.map((value, index) => this.#text(value, index)));
    } catch (error) {
      throw QueryMistake.from(error);
    }
  }

  #text(value: DuckDBValue, index: number): string | null {
    if (value === null) return null;
    if (this.columns[index]?.kind !== 'json') return String(value);
    const convert = this.#api.JsonDuckDBValueConverter;
    return JSON.stringify(convert(value, this.#types[index] as DuckDBType, convert));
  }
}

function nameOf({ schema, name }: Pick<QueryView, 'schema' | 'name'>): string {
  return schema === undefined ? quoteIdentifier(name) : `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}

function relationOf({ path, format }: QueryView): string {
  return format === 'parquet' ? `read_parquet(${quotePath(path)}, hive_partitioning = false)` : `read_csv(${quotePath(path)})`;
}

function kindOf({ DuckDBTypeId: ids }: Api, { typeId }: DuckDBType): ValueKind {
  switch (typeId) {
    case ids.FLOAT:
    case ids.DOUBLE:
      return 'float';
    case ids.TINYINT:
    case ids.SMALLINT:
    case ids.INTEGER:
    case ids.BIGINT:
    case ids.HUGEINT:
    case ids.UTINYINT:
    case ids.USMALLINT:
    case ids.UINTEGER:
    case ids.UBIGINT:
    case ids.UHUGEINT:
    case ids.DECIMAL:
      return 'number';
    case ids.BOOLEAN:
      return 'boolean';
    case ids.LIST:
    case ids.ARRAY:
    case ids.STRUCT:
    case ids.MAP:
      return 'json';
    default:
      return 'text';
  }
}
