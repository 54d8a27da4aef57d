/**
 * A sample of the rows that were read, for a first look at a large table. Which rows are in it
 * depends on their number and on the seed alone, and a smaller sample is part of a larger one.
 */
import { renameSync, rmSync } from 'node:fs';
import { describeColumns } from '../../data/column-type.ts';
import type { DataEngine } from '../../data/engine.ts';
import { copyToParquet, list, numberedRelation, parquetRelation, quoteText, ROW_NUMBER } from '../../data/sql.ts';

export interface SampleParams {
  /** How many rows, at least 1. All when the data have fewer. */
  readonly rows: number;
  readonly seed: number;
}

export interface Sample {
  /** How many rows there were. */
  readonly total: number;
  /** Of `parts` rows in a row, how many are in the sample. */
  readonly parts?: readonly number[];
}

/** Keeps the sample of the Parquet file, in the order of its rows. */
export async function keepSample(
  engine: DataEngine,
  path: string,
  { rows, seed }: SampleParams,
  parts?: readonly number[],
): Promise<Sample> {
  const whole = `${path}.whole`;
  const [counted] = await engine.query(`SELECT count(*) AS n FROM ${parquetRelation(path)}`);
  const total = Number(counted?.['n']);
  if (total <= rows) return { total, ...(parts !== undefined && { parts }) };
  renameSync(path, whole);
  // The number of a row is a fact of the file, whatever the threads that read it.
  const chosen = `SELECT i FROM range(${total}) AS numbers(i) ORDER BY md5(${quoteText(`sample ${seed} `)} || i), i LIMIT ${rows}`;
  const names = (await describeColumns(engine, parquetRelation(whole))).map(({ name }) => name);
  await engine.execute(
    copyToParquet(
      `SELECT * EXCLUDE (${ROW_NUMBER}) FROM ${numberedRelation(whole, names)} WHERE ${ROW_NUMBER} IN (${chosen}) ORDER BY ${ROW_NUMBER}`,
      path,
    ),
  );
  rmSync(whole);
  if (parts === undefined) return { total };
  const ends = parts.map((_, part) => parts.slice(0, part + 1).reduce((sum, size) => sum + size, 0));
  const counts = ends.map((end, part) => `count(*) FILTER (i >= ${ends[part - 1] ?? 0} AND i < ${end}) AS n${part}`);
  const [row] = await engine.query(`SELECT ${list(counts)} FROM (${chosen})`);
  return { total, parts: parts.map((_, part) => Number(row?.[`n${part}`])) };
}
