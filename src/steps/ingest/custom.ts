/**
 * Files that a function of the user reads. What it returns is kept in temporary tables until
 * the step has written the dataset.
 */
import { type Column, isMissing } from '../../data/column.ts';
import type { DataEngine } from '../../data/engine.ts';
import { list, quoteIdentifier } from '../../data/sql.ts';
import type { Table } from '../../data/table.ts';
import { describeValue, toTable } from '../../data/to-table.ts';
import type { StepContext } from '../define.ts';
import { problem } from '../problem.ts';
import { refuseTooMany } from './most-columns.ts';
import type { IngestParams } from './params.ts';
import { typedSource } from './parquet.ts';
import type { DataFile, FileShape, Source } from './source.ts';

export async function customSource(
  engine: DataEngine,
  context: Pick<StepContext, 'userFunction'>,
  files: readonly DataFile[],
  loader: NonNullable<IngestParams['loader']>,
): Promise<Source> {
  const load = (await context.userFunction(loader.file, loader.method)) as unknown as (path: string, format: string) => unknown;
  const loaded: Loaded[] = [];
  const infinite = new Map<string, number>();
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
    refuseTooMany(file.label, table.columns.length);
    const [first, second] = sameButForCase(table.columnNames) ?? [];
    if (first !== undefined) {
      throw problem(
        'step-failed',
        `\`${loader.method}\` in ${loader.file} returned columns \`${first}\` and \`${second}\` for ${file.label}, which differ in case only`,
        'rename one of them',
      );
    }
    const name = loadedTable(loaded.length);
    await engine.load(table, name);
    loaded.push({
      relation: quoteIdentifier(name),
      without: table.columns.filter(hasNoValue).map((column) => column.name),
      all: table.columnNames,
      // A column without a value has no type to differ in.
      columns: table.columns.map((column) => ({ name: column.name, ...(!hasNoValue(column) && { type: column.type }) })),
    });
    countInfinite(table, infinite);
  }
  const source = await typedSource(engine, relationsOf(loaded));
  return {
    ...source,
    shapes: files.map(({ label }, index) => ({ label, columns: loaded[index]?.columns ?? [] })),
    columns: source.columns.map((column) => ({ ...column, infinite: infinite.get(column.name) ?? 0 })),
  };
}

/** The temporary table of a file, by its number from 0. */
export function loadedTable(file: number): string {
  return `__mlrecipe_ingest_${file}`;
}

interface Loaded {
  readonly relation: string;
  readonly all: readonly string[];
  readonly columns: FileShape['columns'];
  /** Columns in which every value is missing. */
  readonly without: readonly string[];
}

/** A column without a value says nothing of its type: other files that have values decide it. */
function relationsOf(loaded: readonly Loaded[]): readonly string[] {
  const known = new Set(loaded.flatMap(({ all, without }) => all.filter((name) => !without.includes(name))));
  return loaded.map(({ relation, without }) => {
    const untyped = without.filter((name) => known.has(name)).map((name) => `NULL AS ${quoteIdentifier(name)}`);
    return untyped.length === 0 ? relation : `(SELECT * REPLACE (${list(untyped)}) FROM ${relation})`;
  });
}

function hasNoValue(column: Column): boolean {
  return column.type === 'string' ? column.data.every((value) => value === null) : column.data.every((_, row) => isMissing(column, row));
}

/** Two names that the data engine takes for one. */
function sameButForCase(names: readonly string[]): readonly [string, string] | undefined {
  const seen = new Map<string, string>();
  for (const name of names) {
    const first = seen.get(name.toLowerCase());
    if (first !== undefined) return [first, name];
    seen.set(name.toLowerCase(), name);
  }
  return undefined;
}

/** Loading a table makes infinities missing values, as they are in every dataset; here they are seen for the last time. */
function countInfinite({ columns }: Table, counts: Map<string, number>): void {
  for (const { name, type, data } of columns) {
    if (type !== 'number') continue;
    let count = 0;
    for (const value of data) if (Math.abs(value) === Number.POSITIVE_INFINITY) count++;
    if (count > 0) counts.set(name, (counts.get(name) ?? 0) + count);
  }
}
