/**
 * A look at the user's table with the readers of `ingest`: types and figures of every column. Of a
 * large table only the beginning is read, and that is said wherever it matters.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDuckDb } from '../../data/duckdb.ts';
import type { DataEngine } from '../../data/engine.ts';
import { type ColumnProfile, profileRelation } from '../../data/profile.ts';
import { copyToParquet, list, parquetRelation, quoteIdentifier, quotePath } from '../../data/sql.ts';
import { csvSource, delimiterInName } from '../../steps/ingest/csv.ts';
import { columnNames, readHead } from '../../steps/ingest/csv-header.ts';
import { jsonSource } from '../../steps/ingest/json.ts';
import { typedSource } from '../../steps/ingest/parquet.ts';
import { type DataFile, engineMessage, type Source } from '../../steps/ingest/source.ts';
import { problem } from '../../steps/problem.ts';
import { boundedFile, draftPath } from './bounded-file.ts';
import type { DataLocation } from './data-location.ts';

export interface TableLimits {
  /** Of unpacked text, over all files. */
  readonly bytes: number;
  /** Of values of Parquet files. */
  readonly values: number;
}

export const TABLE_LIMITS: TableLimits = { bytes: 64 * 1024 * 1024, values: 20_000_000 };
const FEWEST_ROWS = 10_000;
const MOST_FILES = 256;

export interface OpenTable {
  readonly engine: DataEngine;
  /** What may stand after FROM. */
  readonly relation: string;
  readonly columns: readonly ColumnProfile[];
  readonly rows: number;
  /** False: `rows` are the first ones, and there are more. */
  readonly isWhole: boolean;
  /** CSV: what the reader has to be told. */
  readonly delimiter?: string;
}

interface Opened {
  readonly source: Source;
  readonly isWhole: boolean;
  readonly delimiter?: string;
}

/** The table lives until `work` has ended. */
export async function withTable<T>(
  data: DataLocation,
  work: (table: OpenTable) => Promise<T>,
  limits: TableLimits = TABLE_LIMITS,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'mlrecipe-init-'));
  const engine = await openDuckDb({ temporaryFolder: join(folder, 'spill') });
  try {
    const files = data.files.slice(0, MOST_FILES);
    if (files.length === 0) throw problem('empty-data', `\`${data.shown}\` has no files`);
    const opened =
      data.format === 'parquet' ? await openParquet(engine, files, limits) : await openText(engine, data.format, files, folder, limits);
    const relation = await materialise(engine, opened.source, join(folder, 'table.parquet'), files);
    const columns = await profileRelation(engine, relation, { shapes: false });
    const rows = columns[0]?.rows ?? 0;
    if (rows === 0) throw problem('empty-data', `\`${data.shown}\` has no rows`);
    return await work({
      engine,
      relation,
      columns,
      rows,
      isWhole: opened.isWhole && files.length === data.files.length,
      ...(opened.delimiter !== undefined && { delimiter: opened.delimiter }),
    });
  } finally {
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function openText(
  engine: DataEngine,
  format: Exclude<DataLocation['format'], 'parquet'>,
  files: readonly DataFile[],
  folder: string,
  limits: TableLimits,
): Promise<Opened> {
  const taken: DataFile[] = [];
  let left = limits.bytes;
  let isWhole = true;
  for (const [index, file] of files.entries()) {
    if (left <= 0) isWhole = false;
    if (left <= 0) break;
    const bounded = await boundedFile(file, format, draftPath(folder, index), left).catch((error: unknown) => {
      throw readable(error, [file]);
    });
    taken.push(bounded.file);
    left -= bounded.bytes;
    isWhole &&= bounded.isWhole;
    if (!bounded.isWhole) break;
  }
  if (format === 'json' || format === 'ndjson') return { source: await jsonSource(engine, taken), isWhole };
  const delimiter = delimiterOf(taken[0] as DataFile, format === 'tsv' ? '\t' : ',');
  const params = { ...(delimiter !== undefined && { delimiter }), ...(format === 'tsv' && delimiter === undefined && { delimiter: '\t' }) };
  const source = await csvSource(engine, taken, { ...params, bad_lines: 'error' });
  return { source, isWhole, ...(delimiter !== undefined && { delimiter }) };
}

/** What the header says when it is one wide column, because something else than usual stands between the values. */
function delimiterOf(file: DataFile, usual: string): string | undefined {
  const [first, second] = columnNames(file, readHead(file), usual, true);
  return first === undefined || second !== undefined ? undefined : delimiterInName(first);
}

async function openParquet(engine: DataEngine, files: readonly DataFile[], { values }: TableLimits): Promise<Opened> {
  const relations: string[] = [];
  let left: number | undefined;
  let isWhole = true;
  for (const file of files) {
    const relation = parquetRelation(file.path);
    try {
      const columns = (await engine.query(`DESCRIBE SELECT * FROM ${relation}`)).length;
      left ??= Math.max(FEWEST_ROWS, Math.floor(values / Math.max(1, columns)));
      const rows = Number(
        (await engine.query(`SELECT sum(num_rows) AS n FROM parquet_file_metadata(${quotePath(file.path)})`))[0]?.['n'] ?? 0,
      );
      if (left <= 0) isWhole = false;
      if (left <= 0) break;
      relations.push(rows > left ? `(SELECT * FROM ${relation} LIMIT ${left})` : relation);
      isWhole &&= rows <= left;
      left -= rows;
    } catch (error) {
      throw readable(error, [file]);
    }
  }
  return { source: await typedSource(engine, relations), isWhole };
}

async function materialise(engine: DataEngine, source: Source, path: string, files: readonly DataFile[]): Promise<string> {
  const columns = source.columns.map(({ name, expression }) => `${expression} AS ${quoteIdentifier(name)}`);
  try {
    await engine.execute(copyToParquet(`SELECT ${list(columns)} FROM ${source.relation}`, path));
  } catch (error) {
    throw readable(error, files);
  }
  return parquetRelation(path);
}

function readable(error: unknown, files: readonly DataFile[]): Error {
  if (error instanceof Error && 'diagnostic' in error) return error;
  return problem(
    'bad-data-file',
    `${files.length === 1 ? (files[0] as DataFile).label : `${files.length} files`}: ${engineMessage(error, files)}`,
  );
}
