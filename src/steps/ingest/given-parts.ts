/**
 * Rows of train, validation and test that come from files of their own. They are read as one table, so
 * that they have the same columns and types; kept is how many rows came from each, since rows stay in the
 * order of the files.
 */
import type { DataEngine } from '../../data/engine.ts';
import { parquetRelation, quoteIdentifier } from '../../data/sql.ts';
import { problem } from '../problem.ts';
import { csvTexts, textRelation } from './csv.ts';
import { loadedTable } from './custom.ts';
import { jsonRelation } from './json.ts';
import type { IngestParams } from './params.ts';
import type { DataFile } from './source.ts';

const PARTS = ['train', 'validation', 'test'] as const;

/** `counts` are the numbers of files. Gives the numbers of rows. */
export async function countParts(
  engine: DataEngine,
  files: readonly DataFile[],
  params: IngestParams,
  counts: readonly number[],
): Promise<readonly number[]> {
  const rows: number[] = [];
  let first = 0;
  for (const [part, count] of counts.entries()) {
    const own = files.slice(first, first + count);
    const relations = own.length === 0 ? [] : relationsOf(own, params, first);
    let sum = 0;
    for (const relation of relations) {
      // A line that is skipped for one bad value would count if that value were not read.
      const [row = {}] = await engine.query(`SELECT count(*) AS n, count(COLUMNS(*)) FROM ${relation}`);
      sum += Number(row['n']);
    }
    if (sum === 0 && count > 0)
      throw problem('empty-data', `the files of ${PARTS[part]} have no rows: ${own.map(({ label }) => label).join(', ')}`);
    rows.push(sum);
    first += count;
  }
  return rows;
}

/** `first` is the number of the first of these files among all. */
function relationsOf(files: readonly DataFile[], params: IngestParams, first: number): readonly string[] {
  switch (params.format) {
    case 'csv':
      return [textRelation(csvTexts(files, params.csv))];
    case 'json':
      return [jsonRelation(files)];
    case 'parquet':
      return files.map(({ path }) => parquetRelation(path));
    default:
      return files.map((_, index) => quoteIdentifier(loadedTable(first + index)));
  }
}
