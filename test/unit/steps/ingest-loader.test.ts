/** What a loader may return besides rows and columns, as `ingest` stores it. */
import { join } from 'node:path';
import { tableFromArrays } from 'apache-arrow';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDuckDb } from '../../../src/data/duckdb.ts';
import type { DataEngine } from '../../../src/data/engine.ts';
import { parquetRelation } from '../../../src/data/sql.ts';
import { Table } from '../../../src/data/table.ts';
import { runIngest } from '../../../src/steps/ingest/run.ts';
import { dataInputs, stepContext } from '../../support/step-context.ts';

let engine: DataEngine;
beforeAll(async () => {
  engine = await openDuckDb({ threads: 2 });
});
afterAll(() => engine.close());

async function ingest(...returned: readonly unknown[]): Promise<{ readonly rows: unknown; readonly findings: unknown }> {
  let call = 0;
  const context = stepContext({
    engine,
    inputs: dataInputs(...returned.map(() => import.meta.filename)),
    params: { format: 'custom', loader: { file: 'steps/ingest.ts', method: 'load', format: 'x' }, task: 'regression', roles: {} },
    userFunctions: { 'steps/ingest.ts#load': (() => returned[call++]) as never },
  });
  try {
    const { findings } = await runIngest(context);
    const rows = await engine.query(`SELECT * FROM ${parquetRelation(join(context.folder, 'dataset.parquet'))}`);
    return { rows: rows.map((row) => ({ ...row })), findings: findings?.filter(({ code }) => code === 'INGEST_NON_FINITE') };
  } finally {
    await context.dispose();
  }
}

test('a table of Arrow, a DataFrame of danfojs and a Table are united', async () => {
  const frame = { $isSeries: false, $columns: ['a', 's'], $data: [[Number.NaN, 'y']] };
  const table = new Table([
    { name: 'a', type: 'number', data: Float64Array.of(0.5) },
    { name: 'at', type: 'timestamp', data: Float64Array.of(1_714_552_200_000), zone: 'Europe/Brussels' },
  ]);
  expect((await ingest(tableFromArrays({ a: [1.5], s: ['x'] }), frame, table)).rows).toEqual([
    { a: 1.5, s: 'x', at: null },
    { a: null, s: 'y', at: null },
    { a: 0.5, s: null, at: new Date('2024-05-01T08:30:00Z') },
  ]);
});

test('a column without values takes the type that it has elsewhere', async () => {
  expect((await ingest({ a: [null, null], b: [null, null] }, { a: [1, 2] }, { a: [true], b: ['x'] })).rows).toEqual([
    { a: null, b: null },
    { a: null, b: null },
    { a: 1, b: null },
    { a: 2, b: null },
    { a: 1, b: 'x' },
  ]);
});

test('names that differ in case only are told before the data engine renames one', async () => {
  await expect(ingest({ Price: [1], price: [2] })).rejects.toThrow(
    /^`load` in steps\/ingest\.ts returned columns `Price` and `price` for ingest-loader\.test\.ts, which differ in case only$/,
  );
});

test('infinities become missing values, and that is told', async () => {
  const { rows, findings } = await ingest([{ a: 1.5 }, { a: Number.POSITIVE_INFINITY }], { a: [Number.NEGATIVE_INFINITY, 2] });
  expect(rows).toEqual([{ a: 1.5 }, { a: null }, { a: null }, { a: 2 }]);
  expect(findings).toEqual([
    { code: 'INGEST_NON_FINITE', severity: 'warning', column: 'a', message: '2 infinite values are treated as missing' },
  ]);
});
