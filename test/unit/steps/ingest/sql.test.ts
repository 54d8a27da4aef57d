/** A query over files as the source of the data: what it reads, what it must not ask, and where its mistakes are. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDuckDb } from '../../../../src/data/duckdb.ts';
import type { DataEngine } from '../../../../src/data/engine.ts';
import { parquetRelation } from '../../../../src/data/sql.ts';
import { unrepeatable } from '../../../../src/data/unrepeatable.ts';
import { runIngest } from '../../../../src/steps/ingest/run.ts';
import { StepProblems } from '../../../../src/steps/problem.ts';
import { dataInputs, stepContext } from '../../../support/step-context.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

let engine: DataEngine;
let folder: string;
beforeAll(async () => {
  engine = await openDuckDb({ threads: 2 });
});
afterAll(() => engine.close());

async function ingest(query: string) {
  folder = tempFolder();
  const path = (name: string): string => join(folder, name);
  writeFileSync(
    path('orders.csv'),
    `order,customer,price\n${Array.from({ length: 40 }, (_, i) => `${i},c${i % 4},${i + 10}`).join('\n')}\n`,
  );
  writeFileSync(path('a.csv'), 'customer,zip\nc0,0100\nc1,0200\n');
  writeFileSync(path('b.csv'), 'customer,zip\nc2,0300\nc3,?\n');
  await engine.execute(`COPY (SELECT * FROM (VALUES ('0100', 1.5), ('0300', NULL)) t(zip, rate)) TO '${path('rates.parquet')}'`);
  const context = stepContext({
    engine,
    inputs: dataInputs(path('orders.csv'), path('a.csv'), path('b.csv'), path('rates.parquet')),
    params: {
      format: 'sql',
      csv: { bad_lines: 'error' },
      sql: {
        query,
        inputs: [
          { name: 'orders', format: 'csv', files: 1 },
          { name: 'customers', format: 'csv', files: 2 },
          { name: 'rates', format: 'parquet', files: 1 },
        ],
      },
      target: 'price',
      task: 'regression',
      roles: {},
    },
  });
  try {
    const { summary } = await runIngest(context);
    const written = join(context.folder, 'dataset.parquet');
    expect([existsSync(join(context.folder, 'queried.parquet')), existsSync(join(context.folder, 'queried.tmp'))]).toEqual([false, false]);
    return {
      summary,
      types: (await engine.query(`DESCRIBE SELECT * FROM ${parquetRelation(written)}`)).map(
        (row) => `${row['column_name']} ${row['column_type']}`,
      ),
      rows: await engine.query(`SELECT * FROM ${parquetRelation(written)} LIMIT 4`),
      digest: createHash('sha256').update(readFileSync(written)).digest('hex'),
    };
  } finally {
    await context.dispose();
  }
}

const JOINED =
  'SELECT o.price, c.zip, r.rate FROM orders o JOIN customers c USING (customer) LEFT JOIN rates r USING (zip) ORDER BY "order";';

test('inputs have the types of the readers, and the rows of all their files', async () => {
  const { summary, types, rows } = await ingest(JOINED);
  expect(summary).toMatch(/^40 rows × 3 columns from 4 files, 25\s% of the values missing$/);
  expect(types).toEqual(['price BIGINT', 'zip VARCHAR', 'rate DOUBLE']);
  expect(rows.map(({ zip }) => zip)).toEqual(['0100', '0200', '0300', '?']);
});

test('a join without an order gives the same bytes each time', async () => {
  const query = 'SELECT price, zip, avg(price / 3) OVER (PARTITION BY zip) AS mean FROM customers JOIN orders USING (customer)';
  const { digest } = await ingest(query);
  expect((await ingest(query)).digest).toBe(digest);
});

async function mistake(query: string): Promise<string> {
  const error: unknown = await ingest(query).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof StepProblems)) throw error ?? new Error('the query was carried out');
  const [{ message, hint, place } = { message: '' }] = error.problems;
  const { line = '', start = 0, length = 0 } = place?.within ?? {};
  return `${line.slice(start, start + length)} | ${message} | ${hint ?? ''}`;
}

test('mistakes stand at their word, with a way out', async () => {
  expect(await mistake('SELECT *\nFROM order')).toMatch(/^order \| the query cannot be carried out: syntax error at or near "order"/);
  expect(await mistake('SELECT *\nFROM ordrs')).toBe('ordrs | there is no input `ordrs` | did you mean `orders`?');
  expect(await mistake('SELECT pric FROM orders')).toBe('pric | there is no column `pric` | did you mean `price`?');
  expect(await mistake('')).toMatch(/the query is empty/);
  expect(await mistake('SELECT 1 AS price; SELECT 2')).toMatch(/there are several statements/);
  expect(await mistake("COPY orders TO 'x.csv'")).toMatch(/`COPY` is not a query/);
  expect(await mistake('SELECT price FROM orders WHERE price > $1')).toMatch(/has parameters/);
});

test('no other file can be read or written, by function, by name or by setting', async () => {
  expect(await mistake("SELECT * FROM read_text('/etc/hostname')")).toBe(
    'read_text | a query reads its inputs and no other files: `read_text` | name the file under `inputs`, and read it by that name',
  );
  for (const query of [
    "SELECT * FROM '/etc/hostname'",
    "SELECT * FROM '/etc/hostname.csv'",
    `FROM "read_text"('/etc/hostname')`,
    "SELECT * FROM query('SELECT * FROM read_text(''/etc/hostname'')')",
    "SET enable_external_access = true; SELECT * FROM '/etc/hostname.csv'",
    "ATTACH '/tmp/x.db'",
    'INSTALL httpfs',
  ])
    expect(await mistake(query)).toMatch(/there is no input|no other files|is not a query|several statements/);
});

test('chance, the moment and the machine are refused; the same words in texts and names are not', () => {
  const found = (sql: string): string | undefined => unrepeatable(sql)?.fault.message;
  expect(found('SELECT random() FROM t')).toBe('random');
  expect(found('SELECT * FROM t WHERE d < current_date')).toBe('current_date');
  expect(found('SELECT * FROM t USING SAMPLE 10%')).toBe('using sample');
  expect(found("SELECT getenv('HOME')")).toBe('getenv');
  expect(found('SELECT * FROM t TABLESAMPLE reservoir(10) REPEATABLE (1)')).toBeUndefined();
  expect(found(`SELECT 'now()', "random" /* today() */ FROM t -- uuid()`)).toBeUndefined();
  expect(found('SELECT random, version FROM t')).toBeUndefined();
});
