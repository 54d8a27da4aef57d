/** Files of one dataset that do not have the same columns. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDuckDb } from '../../../../src/data/duckdb.ts';
import type { DataEngine } from '../../../../src/data/engine.ts';
import { runIngest } from '../../../../src/steps/ingest/run.ts';
import { driftOf } from '../../../../src/steps/ingest/schema-drift.ts';
import { dataInputs, type StepContextOptions, stepContext } from '../../../support/step-context.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

let engine: DataEngine;
beforeAll(async () => {
  engine = await openDuckDb({ threads: 2 });
});
afterAll(() => engine.close());

async function drift(
  files: Readonly<Record<string, string>>,
  params: Readonly<Record<string, unknown>> = {},
  userFunctions: StepContextOptions['userFunctions'] = {},
): Promise<readonly string[]> {
  const folder = tempFolder();
  const paths: string[] = [];
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    if (name.endsWith('.parquet')) await engine.execute(`COPY (${content}) TO '${path}'`);
    else writeFileSync(path, content);
    paths.push(path);
  }
  const context = stepContext({
    engine,
    inputs: dataInputs(...paths),
    params: { format: 'csv', csv: { bad_lines: 'error' }, task: 'regression', roles: {}, ...params },
    userFunctions,
  });
  try {
    const { findings } = await runIngest(context);
    return findings.flatMap(({ code, column, message }) => (code === 'INGEST_SCHEMA_DRIFT' ? [`${column}: ${message}`] : []));
  } finally {
    await context.dispose();
  }
}

test('CSV files differ in names', async () => {
  const files = { 'a.csv': 'x,y\n1,2\n', 'b.csv': 'y,x\n3,4\n', 'c.csv': 'y,z\n5,6\n' };
  expect(await drift(files)).toEqual([
    'x: is missing in 1 of 3 files (`c.csv`); no value there',
    'z: is missing in 2 of 3 files (`a.csv` and `b.csv`); no value there',
  ]);
  expect(await drift({ 'a.csv': 'x,y\n1,2\n', 'b.csv': 'y,x\n3,u\n' })).toEqual([]);
});

test('Parquet files differ in names and types; widths of numbers are no difference', async () => {
  const files = { 'a.parquet': `SELECT 1::INTEGER AS x, 2 AS y, 'u' AS z`, 'b.parquet': `SELECT 1::BIGINT AS X, 'v' AS y, 'w' AS z` };
  expect(await drift(files, { format: 'parquet' })).toEqual([
    'y: is a whole number in `a.parquet`, text in `b.parquet`; it is read as text',
  ]);
});

test('a key of JSON that one record of a file has is no drift', async () => {
  const files = { 'a.json': '{"x": 1}\n{"x": 2, "y": 3}\n', 'b.json': '{"x": 4, "y": 5}\n', 'c.json': '{"x": 6}\n' };
  expect(await drift(files, { format: 'json' })).toEqual(['y: is missing in 1 of 3 files (`c.json`); no value there']);
});

test('tables of a loader differ in types where they have values', async () => {
  const loader = { file: 'steps/ingest.ts', method: 'load', format: 'x' };
  const load = (path: string): unknown => (path.endsWith('a.x') ? [{ x: 1, y: null }] : [{ x: 'one', y: 2 }]);
  expect(await drift({ 'a.x': '', 'b.x': '' }, { format: 'custom', loader }, { 'steps/ingest.ts#load': load as never })).toEqual([
    'x: is a whole number in `a.x`, text in `b.x`; it is read as text',
  ]);
});

test('many columns are not told one by one', async () => {
  const header = Array.from({ length: 30 }, (_, index) => `c${index}`).join(',');
  const found = await drift({ 'a.csv': `x\n1\n`, 'b.csv': `x,${header}\n1,${header}\n` });
  expect(found).toHaveLength(21);
  expect(found.at(-1)).toBe('undefined: 10 more columns are not the same in all files');
});

test('the recipe may want the files alike', async () => {
  const files = { 'a.csv': 'x,y,w\n1,2,3\n', 'b.csv': 'x,z\n3,4\n' };
  await expect(drift(files, { schema_drift: 'error' })).rejects.toThrow(
    'the files do not have the same columns: `y` is missing in 1 of 2 files (`b.csv`); 2 more columns differ',
  );
  expect(await drift({ 'a.csv': 'x\n1\n', 'b.csv': 'x\n3\n' }, { schema_drift: 'error' })).toEqual([]);
});

test('thousands of files are compared in one pass over their names', () => {
  const shapes = Array.from({ length: 5000 }, (_, index) => ({
    label: `${index}`,
    columns: [{ name: 'x' }, { name: index === 7 ? 'y' : 'z' }],
  }));
  expect(driftOf(shapes).map(({ column, missingIn }) => [column, missingIn.length])).toEqual([
    ['z', 1],
    ['y', 4999],
  ]);
});
