/** Types that the recipe gives: what is read so, and what is refused. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDuckDb } from '../../../../src/data/duckdb.ts';
import type { DataEngine } from '../../../../src/data/engine.ts';
import { list, parquetRelation, quoteIdentifier } from '../../../../src/data/sql.ts';
import { DiagnosticError } from '../../../../src/diagnostics/diagnostic.ts';
import { csvSource } from '../../../../src/steps/ingest/csv.ts';
import { type DeclaredTypes, declareTypes } from '../../../../src/steps/ingest/declared-types.ts';
import { parquetSource } from '../../../../src/steps/ingest/parquet.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

let engine: DataEngine;
beforeAll(async () => {
  engine = await openDuckDb({ threads: 2 });
});
afterAll(() => engine.close());

async function read(content: string, types: DeclaredTypes, sensitive = {}): Promise<readonly unknown[]> {
  const path = join(tempFolder(), 'a.csv');
  writeFileSync(path, content);
  const found = await csvSource(engine, [{ path, label: 'a.csv' }], { bad_lines: 'error' });
  return rowsOf(await declareTypes(engine, found, types, { label: 'a.csv', sensitive }));
}

async function rowsOf(source: Awaited<ReturnType<typeof declareTypes>>): Promise<readonly unknown[]> {
  const columns = source.columns.map(({ name, expression }) => `${expression} AS ${quoteIdentifier(name)}`);
  return (await engine.query(`SELECT ${list(columns)} FROM ${source.relation}`)).map((row) => Object.values(row)[0]);
}

async function refusal(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof DiagnosticError)) throw error ?? new Error('nothing was refused');
  return `${error.diagnostic.code}: ${error.diagnostic.message}`;
}

test.each([
  ['category', '7\n07\n', ['7', '07']],
  ['category', '1.50\n2\n', ['1.50', '2']],
  ['number', '007\n1e2\n', [7, 100]],
  ['number', 'inf\n-1\n', [null, -1]],
  ['integer', '12\n12.0\n 1e3\n', [12, 12, 1000]],
  ['boolean', 'yes\nN\n0\nTRUE\n', [true, false, false, true]],
  ['date', '2024-02-29\nNA\n', [new Date('2024-02-29'), null]],
  ['timestamp', '2024-02-29\n2024-02-29T12:00:00+02:00\n', [new Date('2024-02-29'), new Date('2024-02-29T10:00:00Z')]],
] as const)('%s of %j', async (type, lines, expected) => {
  expect(await read(`v\n${lines}`, { v: type })).toEqual(expected);
});

test('an integer keeps all of its 64 bits', async () => {
  await read('v\n9007199254740993\n', { v: 'integer' });
  const path = join(tempFolder(), 'a.csv');
  writeFileSync(path, 'v\n9007199254740993\n');
  const found = await csvSource(engine, [{ path, label: 'a.csv' }], { bad_lines: 'error' });
  const source = await declareTypes(engine, found, { v: 'integer' }, { label: 'a.csv', sensitive: {} });
  expect(await engine.query(`SELECT CAST(${source.columns[0]?.expression} AS VARCHAR) AS v FROM ${source.relation}`)).toEqual([
    { v: '9007199254740993' },
  ]);
});

test.each([
  ['number', '1\nmany\n?\n', '2 values in a.csv are not a number, such as `?`'],
  ['integer', '1\n1.5\n', '1 value in a.csv is not a whole number, such as `1.5`'],
  ['integer', '99999999999999999999\n', '1 value in a.csv is not a whole number, such as `99999999999999999999`'],
  ['boolean', 'perhaps\n', '1 value in a.csv is not true or false, such as `perhaps`'],
  ['date', 'Silvester\n', '1 value in a.csv is not a date such as 2024-02-29, such as `Silvester`'],
] as const)('%s refuses what it cannot read: %j', async (type, lines, expected) => {
  expect(await refusal(read(`v\n${lines}`, { v: type }))).toBe(`bad-column: \`v\` has the type \`${type}\` in the recipe; ${expected}`);
});

test('what is sensitive is not quoted', async () => {
  expect(await refusal(read('v\nsecret\n', { v: 'number' }, { 'v*': true }))).not.toContain('secret');
});

test('patterns, and columns that already have a type', async () => {
  const path = join(tempFolder(), 'a.parquet');
  await engine.execute(`COPY (SELECT 12 AS a_code, 1.5::DOUBLE AS b_code, true AS c_code) TO '${path}' (FORMAT parquet)`);
  const source = await declareTypes(
    engine,
    await parquetSource(engine, [{ path, label: 'a.parquet' }]),
    { '*_code': 'category' },
    {
      label: 'a.parquet',
      sensitive: {},
    },
  );
  const columns = source.columns.map(({ name, expression }) => `${expression} AS ${quoteIdentifier(name)}`);
  expect((await engine.query(`SELECT ${list(columns)} FROM ${parquetRelation(path)}`)).map((row) => Object.values(row))).toEqual([
    ['12', '1.5', 'true'],
  ]);
});
