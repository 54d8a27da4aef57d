/** Each way out of a session that only reads: files, the network, other databases, settings, statements that do something. */
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDuckDb } from '../../../src/data/duckdb.ts';
import { QueryMistake } from '../../../src/data/query-mistake.ts';
import { openReadOnly, type ReadOnlySession } from '../../../src/data/read-only.ts';
import { copyToParquet } from '../../../src/data/sql.ts';
import { makeTempFolder } from '../../support/temp-folder.ts';

let folder: string;
let session: ReadOnlySession;
let bytes: Buffer;
beforeAll(async () => {
  folder = makeTempFolder();
  const engine = await openDuckDb({ threads: 2 });
  await engine.execute(
    copyToParquet(`SELECT i AS id, i / 3.0 AS x, 'r' || i % 3 AS region FROM range(5000) t(i)`, join(folder, 'rows.parquet')),
  );
  await engine.execute(copyToParquet('SELECT 1 AS secret', join(folder, 'other.parquet')));
  await engine.close();
  bytes = readFileSync(join(folder, 'rows.parquet'));
  mkdirSync(join(folder, 'tmp'));
  session = await openReadOnly({
    views: [
      { name: 'rows', path: join(folder, 'rows.parquet'), format: 'parquet' },
      { schema: 'clean', name: 'rows', path: join(folder, 'rows.parquet'), format: 'parquet' },
    ],
    temporaryFolder: join(folder, 'tmp'),
  });
});
afterAll(() => {
  session.close();
  rmSync(folder, { recursive: true, force: true });
});

async function answer(sql: string) {
  const query = await session.query(sql);
  const rows: (readonly (string | null)[])[] = [];
  for (let chunk = await query.next(); chunk !== undefined; chunk = await query.next()) rows.push(...chunk);
  return { columns: query.columns, rows };
}

async function fault(sql: string) {
  const error = await answer(sql).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof QueryMistake)) throw new Error(`${sql} was answered`, { cause: error });
  return error.located(sql);
}

test('answers, in the order of the file, chunk by chunk', async () => {
  const { columns, rows } = await answer('select id, x, region from rows');
  expect(columns).toEqual([
    { name: 'id', kind: 'number' },
    { name: 'x', kind: 'float' },
    { name: 'region', kind: 'text' },
  ]);
  expect(rows).toHaveLength(5000);
  expect(rows[4999]).toEqual(['4999', '1666.3333333333333', 'r1']);
});

test.each([
  'from clean.rows limit 1',
  'describe rows',
  'summarize rows',
  'show tables',
  'values (1)',
  'with a as (from rows) select count(*) from a',
])('`%s` reads', async (sql) => {
  expect((await answer(sql)).rows.length).toBeGreaterThan(0);
});

test('values keep every digit, and nested ones are JSON', async () => {
  const { columns, rows } = await answer(
    `select 12345678901234567890::hugeint a, 0.10::decimal(4,2) b, [1, 2] c, {'k': 'v'} d, null e, 'nan'::double f, true g, timestamp '2024-01-02 03:04:05.25' h, timestamptz '2024-01-02 03:04:05+01' i`,
  );
  expect(rows).toEqual([
    ['12345678901234567890', '0.10', '[1,2]', '{"k":"v"}', null, 'NaN', 'true', '2024-01-02 03:04:05.25', '2024-01-02 02:04:05+00'],
  ]);
  expect(columns.map(({ kind }) => kind)).toEqual(['number', 'number', 'json', 'json', 'number', 'float', 'boolean', 'text', 'text']);
});

test.each([
  `select * from read_parquet('FOLDER/other.parquet')`,
  `select * from 'FOLDER/other.parquet'`,
  `select * from read_text('FOLDER/other.parquet')`,
  `select * from read_blob('FOLDER/*')`,
  `select * from glob('FOLDER/*')`,
  `select * from parquet_metadata('FOLDER/other.parquet')`,
  `select * from rows where id in (select secret from 'FOLDER/tmp/../other.parquet')`,
  `select * from read_csv('/etc/passwd')`,
  `select * from sniff_csv('/etc/passwd')`,
  `select * from read_json('https://example.com/a.json')`,
  `select * from read_parquet('s3://bucket/a.parquet')`,
])('no file and no address beside the artifacts: %#', async (sql) => {
  expect(['Permission', 'Binder', 'Catalog', 'Missing Extension']).toContain((await fault(sql.replaceAll('FOLDER', folder))).kind);
});

test.each([
  ['COPY', `copy rows to 'FOLDER/out.csv'`],
  ['COPY', `/* over an artifact */ copy (select 1) to 'FOLDER/rows.parquet' (format parquet)`],
  ['ATTACH', `attach 'FOLDER/rows.parquet' as other`],
  ['ATTACH', `-- a new one\nattach 'FOLDER/new.db'`],
  ['EXPORT', `export database 'FOLDER/exported'`],
  ['CREATE', 'create table t as select 1'],
  ['CREATE', 'create or replace view rows as select 1'],
  ['DROP', 'drop view rows'],
  ['INSERT', 'insert into rows values (1, 2, 3)'],
  ['UPDATE', 'update rows set id = 1'],
  ['DELETE', 'delete from rows'],
  ['SET', 'set threads = 4'],
  ['RESET', 'reset enable_external_access'],
  ['PRAGMA', 'pragma threads = 4'],
  ['INSTALL', 'install httpfs'],
  ['LOAD', 'load httpfs'],
  ['CALL', `call enable_logging(storage = 'file', storage_path = 'FOLDER/log')`],
  ['EXPLAIN', `explain analyze copy rows to 'FOLDER/out.csv'`],
  ['USE', 'use memory'],
  ['BEGIN', 'begin'],
  ['PREPARE', 'prepare p as select 1'],
] as const)('%s is refused, at its place: %#', async (word, sql) => {
  const text = sql.replaceAll('FOLDER', folder);
  expect(await fault(text)).toEqual({
    kind: 'writes',
    message: word,
    position: text.toLowerCase().search(new RegExp(`\\b${word}\\b`, 'iu')),
  });
});

test('a table function that would write a log is refused as well', async () => {
  const text = `select * from enable_logging(storage = 'file', storage_path = '${folder}/log')`;
  expect(await fault(text)).toEqual({ kind: 'writes', message: 'enable_logging', position: 14 });
});

test('after all that the files are what they were, and there are no others', async () => {
  expect(readFileSync(join(folder, 'rows.parquet')).equals(bytes)).toBe(true);
  expect(readdirSync(folder).sort()).toEqual(['other.parquet', 'rows.parquet', 'tmp']);
  expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
});

test('one statement, and one that is there', async () => {
  expect(await fault('select 1; select 2')).toEqual({ kind: 'several', message: 'there are 2 statements' });
  expect((await fault('  -- nothing\n')).kind).toBe('empty');
  expect((await fault('')).kind).toBe('empty');
  expect((await fault('select ? + 1')).kind).toBe('parameters');
  expect((await answer('select 1;')).rows).toEqual([['1']]);
});

test('places are offsets in the text, also behind other alphabets', async () => {
  expect(await fault(`select 'Grüße 👋', nope from rows`)).toMatchObject({ kind: 'Binder', name: 'nope', position: 19 });
  expect(await fault('select * from row_s')).toMatchObject({ kind: 'Catalog', type: 'Table', name: 'row_s', position: 14 });
  expect(await fault('select frm from')).toMatchObject({ kind: 'Parser' });
});

test('what there is', async () => {
  const [rows, clean] = await session.describe();
  expect(rows).toEqual({
    name: 'rows',
    rows: 5000,
    columns: [
      { name: 'id', type: 'BIGINT' },
      { name: 'x', type: 'DOUBLE' },
      { name: 'region', type: 'VARCHAR' },
    ],
  });
  expect(clean?.schema).toBe('clean');
});
