/** Tables and queries of SQLite files: types from the values, no digit lost, nothing written. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDuckDb } from '../../../../src/data/duckdb.ts';
import type { DataEngine } from '../../../../src/data/engine.ts';
import { parquetRelation } from '../../../../src/data/sql.ts';
import { runIngest } from '../../../../src/steps/ingest/run.ts';
import { dataInputs, stepContext } from '../../../support/step-context.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

let engine: DataEngine;
beforeAll(async () => {
  engine = await openDuckDb({ threads: 2 });
});
afterAll(() => engine.close());

function database(...statements: readonly string[]): string {
  const path = join(tempFolder(), 'app.db');
  const file = new Database(path);
  for (const statement of statements) file.exec(statement);
  file.close();
  return path;
}

async function ingest(path: string, sqlite: Readonly<Record<string, string>> = {}) {
  const context = stepContext({
    engine,
    inputs: dataInputs(path),
    params: { format: 'sqlite', csv: { bad_lines: 'error' }, sqlite, task: 'regression', roles: {} },
  });
  try {
    await runIngest(context);
    const relation = parquetRelation(join(context.folder, 'dataset.parquet'));
    return {
      types: (await engine.query(`DESCRIBE SELECT * FROM ${relation}`)).map((row) => `${row['column_name']} ${row['column_type']}`),
      rows: (await engine.query(`SELECT * FROM ${relation} LIMIT 3`)).map((row) => Object.values(row)),
      count: (await engine.query(`SELECT count(*) AS n, sum(a) AS s FROM ${relation}`))[0],
    };
  } finally {
    await context.dispose();
  }
}

test('the values decide the type of a column; dates and truth values are found', async () => {
  const path = database(
    'CREATE TABLE t (a INTEGER, whole REAL, mixed, day DATE, paid BOOLEAN, code TEXT, none)',
    "INSERT INTO t VALUES (1, 2, 1, '2024-02-29', 1, '007', NULL), (NULL, 2.5, 'x', '2024-03-01', 0, '008', NULL), (9007199254740993, NULL, NULL, NULL, NULL, NULL, NULL)",
  );
  const before = readFileSync(path);
  const { types, rows } = await ingest(path);
  expect(types).toEqual(['a BIGINT', 'whole DOUBLE', 'mixed VARCHAR', 'day DATE', 'paid BOOLEAN', 'code VARCHAR', 'none VARCHAR']);
  expect(rows).toEqual([
    ['1', 2, '1', new Date('2024-02-29'), true, '007', null],
    [null, 2.5, 'x', new Date('2024-03-01'), false, '008', null],
    ['9007199254740993', null, null, null, null, null, null],
  ]);
  expect(readFileSync(path).equals(before)).toBe(true);
});

test('many rows come in batches and in their order', async () => {
  const path = database(
    'CREATE TABLE t (a)',
    'WITH RECURSIVE c(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM c WHERE i < 44999) INSERT INTO t SELECT i FROM c',
  );
  const { rows, count } = await ingest(path);
  expect(count).toEqual({ n: 45_000, s: (44_999 * 45_000) / 2 });
  expect(rows).toEqual([[0], [1], [2]]);
});

test('a query stands in for the table, and can only read', async () => {
  const path = database(
    'CREATE TABLE t (a, b)',
    'CREATE TABLE u (b, c)',
    "INSERT INTO t VALUES (1, 'x'), (2, 'y')",
    "INSERT INTO u VALUES ('x', 3.5)",
  );
  expect((await ingest(path, { sql: 'SELECT a, c FROM t JOIN u USING (b);' })).rows).toEqual([[1, 3.5]]);
  expect((await ingest(path, { table: 'T' })).rows).toEqual([
    [1, 'x'],
    [2, 'y'],
  ]);
  await expect(ingest(path)).rejects.toThrow('app.db has 2 tables, and `table` does not say which');
  await expect(ingest(path, { table: 'tt' })).rejects.toMatchObject({
    problems: [{ message: 'app.db has no table `tt`', label: 'its tables are `t` and `u`', hint: expect.stringContaining('did you mean') }],
  });
  await expect(ingest(path, { sql: 'SELECT a FRM t' })).rejects.toThrow('SQLite refuses the query: near "t": syntax error');
  await expect(ingest(path, { sql: 'DELETE FROM t' })).rejects.toThrow('the query has to begin with `SELECT` or `WITH`');
  await expect(ingest(path, { sql: 'WITH x AS (SELECT 1) DELETE FROM t RETURNING a' })).rejects.toThrow('SQLite refuses the query');
  await expect(ingest(path, { sql: "SELECT a, date('now') AS d FROM t" })).rejects.toThrow('gives another result each time');
});

test('what is no database, bytes, and changes that are not in the file are told', async () => {
  const path = join(tempFolder(), 'app.db');
  writeFileSync(path, 'a,b\n1,2\n'.repeat(100));
  await expect(ingest(path)).rejects.toThrow('app.db is no SQLite file that can be read');
  const bytes = database('CREATE TABLE t (a, b)', "INSERT INTO t VALUES (1, x'00ff')");
  await expect(ingest(bytes)).rejects.toThrow('column `b` of app.db holds bytes (BLOB)');
  const open = database('PRAGMA journal_mode = WAL', 'CREATE TABLE t (a)', 'INSERT INTO t VALUES (1)');
  writeFileSync(`${open}-wal`, 'x');
  await expect(ingest(open)).rejects.toThrow('app.db has changes that are not in the file yet, but in `app.db-wal`');
});
