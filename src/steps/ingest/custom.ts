/**
 * Files that a function of the user reads. What it returns is kept in temporary tables until
 * the step has written the dataset.
 */
import type { DataEngine } from '../../data/engine.ts';
import { quoteIdentifier } from '../../data/sql.ts';
import { describeValue, toTable } from '../../data/to-table.ts';
import type { StepContext } from '../define.ts';
import { problem } from '../problem.ts';
import type { IngestParams } from './params.ts';
import { typedSource } from './parquet.ts';
import type { DataFile, Source } from './source.ts';

export async function customSource(
  engine: DataEngine,
  context: Pick<StepContext, 'userFunction'>,
  files: readonly DataFile[],
  loader: NonNullable<IngestParams['loader']>,
): Promise<Source> {
  const load = (await context.userFunction(loader.file, loader.method)) as unknown as (path: string, format: string) => unknown;
  const relations: string[] = [];
  for (const file of files) {
    const returned = await load(file.path, loader.format);
    const table = toTable(returned);
    if (table === undefined || table.columns.length === 0) {
      throw problem(
        'step-failed',
        `\`${loader.method}\` in ${loader.file} returned ${describeValue(returned)} for ${file.label}`,
        'return a Table, an array of rows, or an object of columns',
      );
    }
    const name = `__mlrecipe_ingest_${relations.length}`;
    await engine.load(table, name);
    relations.push(quoteIdentifier(name));
  }
  return typedSource(engine, relations);
}
