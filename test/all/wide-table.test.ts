/** Tables of many columns, which the quick tests have no time for: each column keeps its name, its type and its values. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDuckDb } from '../../src/data/duckdb.ts';
import type { DataEngine } from '../../src/data/engine.ts';
import { parquetRelation } from '../../src/data/sql.ts';
import { runIngest } from '../../src/steps/ingest/run.ts';
import { dataInputs, stepContext } from '../support/step-context.ts';
import { tempFolder } from '../support/temp-folder.ts';

let engine: DataEngine;
beforeAll(async () => {
  engine = await openDuckDb({ threads: 2 });
});
afterAll(() => engine.close());

async function ingest(name: string, content: string): Promise<{ readonly types: readonly string[]; readonly last: readonly unknown[] }> {
  const path = join(tempFolder(), name);
  writeFileSync(path, content);
  const format = name.split('.').at(-1);
  const context = stepContext({
    engine,
    inputs: dataInputs(path),
    params: { format, csv: { bad_lines: 'error' }, task: 'regression', roles: {} },
  });
  try {
    await runIngest(context);
    const dataset = parquetRelation(join(context.folder, 'dataset.parquet'));
    const types = (await engine.query(`DESCRIBE SELECT * FROM ${dataset}`)).map((row) => `${row['column_name']} ${row['column_type']}`);
    return { types, last: Object.values((await engine.query(`SELECT * FROM ${dataset}`)).at(-1) ?? {}) };
  } finally {
    await context.dispose();
  }
}

test('four hundred columns of CSV', async () => {
  const columns = Array.from({ length: 400 }, (_, column) => column);
  const lines = [columns.map((column) => `c${column}`), columns, columns.map((column) => (column % 2 === 0 ? column : `x${column}`))];
  const { types, last } = await ingest('data.csv', lines.map((line) => `${line.join(',')}\n`).join(''));
  expect(types).toEqual(columns.map((column) => `c${column} ${column % 2 === 0 ? 'BIGINT' : 'VARCHAR'}`));
  expect(last).toEqual(lines[2]);
});

test('records with a key each: as many columns, and no map', async () => {
  const records = Array.from({ length: 210 }, (_, row) => ({ [`k${row}`]: row }));
  const { types, last } = await ingest('data.json', JSON.stringify(records));
  expect(types).toEqual(records.map((_, row) => `k${row} BIGINT`));
  expect(last).toEqual(records.map((_, row) => (row === 209 ? 209 : null)));
});
