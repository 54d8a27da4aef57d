import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDuckDb } from '../../../src/data/duckdb.ts';
import type { DataEngine } from '../../../src/data/engine.ts';
import { copyToParquet, parquetRelation, quotePath } from '../../../src/data/sql.ts';
import { Table } from '../../../src/data/table.ts';

let engine: DataEngine;
let folder: string;
beforeAll(async () => {
  engine = await openDuckDb({ threads: 2 });
  folder = mkdtempSync(join(tmpdir(), 'mlrecipe-duckdb-'));
});
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

test('types of a result become the five of a table, and values plain JavaScript', async () => {
  const [row] =
    await engine.query(`SELECT 1::TINYINT AS tiny, 9007199254740991::BIGINT AS big, 5::HUGEINT AS huge, 1.25::DECIMAL(5,2) AS money, 0.1::FLOAT AS float, true AS yes,
    DATE '2024-02-29' AS day, TIMESTAMP '2024-02-29 13:05:00.5' AS moment, TIMESTAMPTZ '2024-02-29 13:05:00+01:00' AS zoned, 'té' AS text, [1, 2] AS list, NULL::DOUBLE AS nothing`);
  expect({ ...row }).toEqual({
    tiny: 1,
    big: 9007199254740991,
    huge: 5,
    money: 1.25,
    float: Math.fround(0.1),
    yes: true,
    day: new Date('2024-02-29T00:00:00Z'),
    moment: new Date('2024-02-29T13:05:00.5Z'),
    zoned: new Date('2024-02-29T12:05:00Z'),
    text: 'té',
    list: '[1, 2]',
    nothing: null,
  });
});

test('an integer that a double cannot hold makes its column text, digit for digit', async () => {
  const column = (await engine.table('SELECT unnest([9007199254740993, 1]) AS id')).column('id');
  expect(column).toEqual({ name: 'id', type: 'string', data: ['9007199254740993', '1'] });
});

test('NaN and the infinities are missing', async () => {
  const column = (await engine.table("SELECT unnest(['nan'::DOUBLE, 'inf', '-inf', 1.5, NULL]) AS x")).column('x');
  expect(column.type === 'number' && [...(column.missing ?? [])]).toEqual([1, 1, 1, 0, 1]);
  expect([...column.data]).toEqual([Number.NaN, Number.NaN, Number.NaN, 1.5, Number.NaN]);
});

test('more rows than a chunk come in order, with and without missing values', async () => {
  const table = await engine.table('SELECT i::DOUBLE AS x, CASE WHEN i % 7 <> 0 THEN i END AS y FROM range(10000) t(i)');
  expect(table.rowCount).toBe(10_000);
  expect(table.column('x').data[9_999]).toBe(9_999);
  expect(table.value(7_000, 'y')).toBe(null);
  expect(table.value(7_001, 'y')).toBe(7_001);
});

test('a result without rows has its columns', async () => {
  const table = await engine.table("SELECT 1 AS a, 'x' AS b WHERE false");
  expect([table.rowCount, table.columnNames]).toEqual([0, ['a', 'b']]);
});

test('a table survives the way to a Parquet file and back', async () => {
  const table = Table.fromRows([
    { n: 1.5, i: 1, b: true, s: 'a', t: new Date('2024-02-29T13:05:00.123Z') },
    { n: null, i: null, b: null, s: null, t: null },
    { n: -2, i: -3, b: false, s: '', t: new Date('1969-12-31T23:59:59Z') },
  ]);
  const path = join(folder, 'table.parquet');
  await engine.writeParquet(table, path);
  const back = await engine.table(`SELECT * FROM ${parquetRelation(path)}`);
  expect(back.columns).toEqual(table.columns);
  expect((await engine.query(`DESCRIBE SELECT * FROM ${parquetRelation(path)}`)).map((row) => row['column_type'])).toEqual([
    'DOUBLE',
    'BIGINT',
    'BOOLEAN',
    'VARCHAR',
    'TIMESTAMP',
  ]);
});

test('whole numbers beyond 2^53 are written as doubles', async () => {
  await engine.load(Table.fromRows([{ x: 2 ** 63 }, { x: null }, { x: 1 }]), 'large');
  expect((await engine.table('SELECT x FROM large')).columns).toEqual([
    { name: 'x', type: 'number', data: Float64Array.of(2 ** 63, Number.NaN, 1), missing: Uint8Array.of(0, 1, 0) },
  ]);
});

test('Parquet bytes depend neither on the threads nor on the folder', async () => {
  const digests = new Set<string>();
  for (const [threads, name] of [
    [1, 'one'],
    [2, 'key=value'],
    [4, 'a deeper/folder'],
  ] as const) {
    const own = await openDuckDb({ threads });
    const path = join(folder, name, 'rows.parquet');
    mkdirSync(join(folder, name), { recursive: true });
    await own.execute(
      copyToParquet(
        "SELECT i, i * 0.5 AS f, 'k' || (i % 1000) AS s, CASE WHEN i % 7 > 0 THEN i % 13 END AS n FROM range(300000) t(i) WHERE i % 3 <> 0",
        path,
      ),
    );
    expect((await own.query(`SELECT count(*) AS n FROM ${parquetRelation(path)}`))[0]?.['n']).toBe(200_000);
    expect((await own.query(`DESCRIBE SELECT * FROM ${parquetRelation(path)}`)).map((row) => row['column_name'])).toEqual([
      'i',
      'f',
      's',
      'n',
    ]);
    digests.add(createHash('sha256').update(readFileSync(path)).digest('hex'));
    await own.close();
  }
  expect(digests.size).toBe(1);
});

test('a path with the characters of a pattern names one file', async () => {
  const path = join(folder, "odd [1]*'");
  mkdirSync(path);
  writeFileSync(join(path, 'a?.csv'), 'x\n1\n');
  expect(await engine.query(`SELECT * FROM read_csv(${quotePath(join(path, 'a?.csv'))})`)).toHaveLength(1);
});

test('the session is in UTC and loads no extension', async () => {
  const [row] = await engine.query(
    "SELECT current_setting('TimeZone') AS zone, current_setting('autoinstall_known_extensions') AS install, current_setting('autoload_known_extensions') AS load",
  );
  expect({ ...row }).toEqual({ zone: 'UTC', install: false, load: false });
});

test('closing twice is harmless', async () => {
  const own = await openDuckDb({ threads: 1 });
  await own.close();
  await own.close();
});
