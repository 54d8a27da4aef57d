/** Write the rows of a source as the dataset, in their order and with their stored types. */
import { rmSync } from 'node:fs';
import type { DataEngine } from '../../data/engine.ts';
import { copyToParquet, list, parquetRelation, quoteIdentifier } from '../../data/sql.ts';
import { problem } from '../problem.ts';
import type { CsvTexts } from './csv.ts';
import { quickCsvSource } from './csv-quick.ts';
import { type DataFile, engineMessage, type Source } from './source.ts';

export async function writeSource(engine: DataEngine, source: Source, path: string, files: readonly DataFile[]): Promise<Source> {
  try {
    await engine.execute(copyToParquet(selection(source), path));
    return source;
  } catch (error) {
    throw problem(
      'bad-data-file',
      `${files.length === 1 ? (files[0] as DataFile).label : `${files.length} files`}: ${engineMessage(error, files)}`,
    );
  }
}

/** CSV files in one reading, where that is possible; nothing where it is not, and then nothing is written. */
export async function writeQuickly(
  engine: DataEngine,
  texts: CsvTexts,
  path: string,
  prepare: (found: Source) => Promise<Source>,
): Promise<Source | undefined> {
  const quick = await quickCsvSource(engine, texts);
  if (quick === undefined) return undefined;
  const source = await prepare(quick.source);
  try {
    await engine.execute(copyToParquet(selection(source), path));
  } catch {
    // Whatever it was: the slow way says it better.
    rmSync(path, { force: true });
    return undefined;
  }
  const columns = await quick.confirm(parquetRelation(path), source.columns);
  if (columns !== undefined) return { ...source, columns };
  rmSync(path);
  return undefined;
}

function selection({ columns, relation }: Source): string {
  return `SELECT ${list(columns.map(({ name, expression }) => `${expression} AS ${quoteIdentifier(name)}`))} FROM ${relation}`;
}
