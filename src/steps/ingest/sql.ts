/**
 * A query over files as a source. Each input is read as `ingest` reads such files and is a view; the query runs
 * in a session that can reach nothing else, since the key of the step names these files alone.
 */

import { rmSync } from 'node:fs';
import { dataLimits } from '../../data/data-limits.ts';
import type { DataEngine } from '../../data/engine.ts';
import { writeLockedQuery } from '../../data/locked-query.ts';
import { QueryMistake } from '../../data/query-mistake.ts';
import { list, parquetRelation, quoteIdentifier } from '../../data/sql.ts';
import { closest, listNames } from '../../diagnostics/suggest.ts';
import type { QueryFault } from '../../schema/query.ts';
import type { StepContext } from '../define.ts';
import { type Problem, StepProblems } from '../problem.ts';
import { csvSource } from './csv.ts';
import { jsonSource } from './json.ts';
import type { IngestParams, SqlParams } from './params.ts';
import { parquetSource, typedSource } from './parquet.ts';
import type { DataFile, Source } from './source.ts';

/** The table that holds what the query gave, until the dataset is written. */
export const QUERIED = '__mlrecipe_ingest_sql';

interface Input {
  readonly name: string;
  readonly source: Source;
}

export async function sqlSource(
  engine: DataEngine,
  context: Pick<StepContext, 'output'>,
  files: readonly DataFile[],
  params: Pick<IngestParams, 'csv'> & { readonly sql: SqlParams },
): Promise<Source> {
  const inputs = await openInputs(engine, files, params);
  const path = context.output('queried.parquet');
  try {
    const { memoryLimit } = dataLimits(process.env);
    await writeLockedQuery({
      sql: params.sql.query,
      views: inputs.map(({ name, source }) => ({ name, select: selection(source) })),
      files: files.map((file) => file.path),
      path,
      temporaryFolder: context.output('queried.tmp'),
      ...(memoryLimit !== undefined && { memoryLimit }),
    });
    await engine.execute(`CREATE OR REPLACE TEMP TABLE ${quoteIdentifier(QUERIED)} AS SELECT * FROM ${parquetRelation(path)}`);
  } catch (error) {
    if (!(error instanceof QueryMistake)) throw error;
    throw mistake(error.located(params.sql.query), params.sql.query, inputs, files);
  } finally {
    rmSync(path, { force: true });
  }
  return typedSource(engine, [quoteIdentifier(QUERIED)]);
}

async function openInputs(
  engine: DataEngine,
  files: readonly DataFile[],
  { csv, sql }: Pick<IngestParams, 'csv'> & { readonly sql: SqlParams },
): Promise<readonly Input[]> {
  const inputs: Input[] = [];
  let at = 0;
  for (const { name, format, files: count } of sql.inputs) {
    const own = files.slice(at, at + count);
    at += count;
    const source =
      format === 'parquet'
        ? await parquetSource(engine, own)
        : format === 'json'
          ? await jsonSource(engine, own)
          : await csvSource(engine, own, format === 'tsv' ? { ...csv, delimiter: '\t' } : csv);
    inputs.push({ name, source });
  }
  return inputs;
}

function selection({ columns, relation }: Source): string {
  return `SELECT ${list(columns.map(({ name, expression }) => `${expression} AS ${quoteIdentifier(name)}`))} FROM ${relation}`;
}

function mistake(fault: QueryFault, query: string, inputs: readonly Input[], files: readonly DataFile[]): Error {
  const told = wording(fault, inputs, files);
  const within = placeWithin(fault, query);
  const place = { path: ['sql'], at: 'value' as const, ...(within !== undefined && { within }) };
  return new StepProblems([{ code: 'bad-query', ...told, place }], told.message);
}

function wording(
  { kind, name, type, message }: QueryFault,
  inputs: readonly Input[],
  files: readonly DataFile[],
): Pick<Problem, 'message' | 'hint'> {
  const names = inputs.map((input) => input.name);
  switch (kind) {
    case 'empty':
      return { message: 'the query is empty' };
    case 'several':
      return {
        message: 'the data come from one query, and there are several statements',
        hint: 'join them into one, with `WITH name AS (…)`',
      };
    case 'parameters':
      return { message: 'the query has parameters, and there is nothing to fill them with', hint: 'write the values' };
    case 'writes':
      return {
        message: `\`${message}\` is not a query: only a statement that reads is carried out`,
        hint: 'begin with `SELECT` or `WITH`',
      };
    case 'chance':
    case 'sample':
      return {
        message: `\`${message}\` gives other rows each time, and a result that is kept must not`,
        hint: "order by a hash of the row's key, such as `ORDER BY md5(id) LIMIT 1000`",
      };
    case 'moment':
      return {
        message: `\`${message}\` depends on the moment, and a result that is kept must not`,
        hint: "write the date, such as `DATE '2025-06-30'`, or fill it in from the profile: `{{TODAY}}`",
      };
    case 'machine':
      return { message: `\`${message}\` depends on the machine, and a result that is kept must not` };
    case 'files':
    case 'Permission':
      return {
        message: `a query reads its inputs and no other files${kind === 'files' ? `: \`${message}\`` : ''}`,
        hint: 'name the file under `inputs`, and read it by that name',
      };
    default:
      break;
  }
  if (kind === 'Catalog' && type === 'Table' && name !== undefined) {
    const near = closest(name, names);
    return {
      message: `there is no input \`${name}\``,
      hint: near === undefined ? `the inputs are ${listNames(names)}; add it under \`inputs\`` : `did you mean \`${near}\`?`,
    };
  }
  if (kind === 'Binder' && name !== undefined) {
    const columns = [...new Set(inputs.flatMap(({ source }) => source.columns.map((column) => column.name)))];
    const near = closest(name, columns);
    return {
      message: `there is no column \`${name}\``,
      hint: near === undefined ? `there are ${listNames(columns, 8)}` : `did you mean \`${near}\`?`,
    };
  }
  let first = (message.split('\n')[0] ?? '').replace(/[.!]\s*$/u, '');
  for (const { path, label } of files) first = first.replaceAll(path, label);
  return { message: `the query cannot be carried out: ${first.slice(0, 1).toLowerCase()}${first.slice(1)}` };
}

/** The line of the query with the fault, and where in it. */
function placeWithin({ position }: QueryFault, query: string): NonNullable<NonNullable<Problem['place']>['within']> | undefined {
  if (position === undefined) return undefined;
  const at = Math.min(position, query.length);
  const start = query.lastIndexOf('\n', at - 1) + 1;
  const end = query.indexOf('\n', at);
  const line = query.slice(start, end < 0 ? query.length : end);
  const word = /^(?:"[^"]*"|'[^']*'|[\p{L}\p{N}_.]+|\S)/u.exec(query.slice(at))?.[0] ?? '';
  return { line, start: at - start, length: Math.max(1, word.length) };
}
