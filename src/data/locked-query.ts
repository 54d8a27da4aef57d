/**
 * One query over named relations of given files, written to one file: nothing else can be read or written, no
 * extension is loaded, and one thread computes, so that rows come in the same order each time.
 */
import { rmSync } from 'node:fs';
import { QueryMistake } from './query-mistake.ts';
import { requireReading } from './read-only.ts';
import { copyToParquet, list, quoteIdentifier, quoteText } from './sql.ts';
import { unrepeatable } from './unrepeatable.ts';

export interface LockedQuery {
  readonly sql: string;
  /** Name → what it stands for, as a statement that reads. */
  readonly views: readonly { readonly name: string; readonly select: string }[];
  /** Absolute paths that the views read. */
  readonly files: readonly string[];
  /** The Parquet file to write. */
  readonly path: string;
  readonly temporaryFolder: string;
  readonly memoryLimit?: string;
}

/** Rejects with a `QueryMistake`. */
export async function writeLockedQuery({ sql, views, files, path, temporaryFolder, memoryLimit }: LockedQuery): Promise<void> {
  const told = unrepeatable(sql);
  if (told !== undefined) throw told;
  const api = await import('@duckdb/node-api');
  const instance = await api.DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    preserve_insertion_order: 'true',
    threads: '1',
    temp_directory: temporaryFolder,
    ...(memoryLimit !== undefined && { memory_limit: memoryLimit }),
  });
  const connection = await instance.connect();
  try {
    await connection.run("SET TimeZone = 'UTC'");
    for (const { name, select } of views) await connection.run(`CREATE VIEW ${quoteIdentifier(name)} AS ${select}`);
    await connection.run(`SET allowed_paths = [${list([...files, path].map(quoteText))}]`);
    await connection.run('SET errors_as_json = true');
    await connection.run('SET enable_external_access = false');
    await connection.run('SET lock_configuration = true');
    await requireReading(api, connection, sql);
    await connection.run(copyToParquet(sql.replace(/;\s*$/u, ''), path));
  } catch (error) {
    rmSync(path, { force: true });
    throw QueryMistake.from(error);
  } finally {
    connection.closeSync();
    instance.closeSync();
    rmSync(temporaryFolder, { recursive: true, force: true });
  }
}
