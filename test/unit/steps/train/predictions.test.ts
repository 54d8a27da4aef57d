import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDuckDb } from '../../../../src/data/duckdb.ts';
import type { DataEngine } from '../../../../src/data/engine.ts';
import { copyToParquet, parquetRelation } from '../../../../src/data/sql.ts';
import { type PredictedRows, writePredictions } from '../../../../src/steps/train/predictions.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

let engine: DataEngine;
beforeAll(async () => {
  engine = await openDuckDb({ threads: 2 });
});
afterAll(() => engine.close());

/** The file's rows, each with its columns in order. */
async function written(rows: string, predicted: Omit<PredictedRows, 'rows' | 'path' | 'prefix'> & { readonly prefix?: string }) {
  const folder = tempFolder();
  const [source, path] = [join(folder, 'rows.parquet'), join(folder, 'predicted.parquet')];
  await engine.execute(copyToParquet(rows, source));
  await writePredictions(engine, { prefix: 'predicted_', ...predicted, rows: source, path });
  expect(existsSync(`${path}.predictions`)).toBe(false);
  return engine.table(`SELECT * FROM ${parquetRelation(path)}`);
}

test('a regression: the rows as they are, in their order, with the value after them', async () => {
  const size = 5000;
  const table = await written(`SELECT (i * 7919) % ${size} AS id, 'é' AS "Grüße" FROM range(${size}) t(i)`, {
    prediction: Float64Array.from({ length: size }, (_, row) => ((row * 7919) % size) / 2),
  });
  expect(table.columnNames).toEqual(['id', 'Grüße', 'predicted_data']);
  expect(table.rowCount).toBe(size);
  const wrong = Array.from({ length: size }, (_, row) => table.row(row)).filter(
    (row) => row['predicted_data'] !== (row['id'] as number) / 2,
  );
  expect(wrong).toEqual([]);
});

test('a classification: the label, its score, and the score of each class', async () => {
  const table = await written('SELECT unnest([1, 2]) AS id', {
    prediction: Float64Array.of(1, 0),
    classes: ['no', 'yes'],
    scores: Float64Array.of(0.25, 0.75, 0.875, 0.125),
    prefix: 'said_',
  });
  expect([table.row(0), table.row(1)]).toEqual([
    { id: 1, said_data: 'yes', said_score: 0.75, said_score_no: 0.25, said_score_yes: 0.75 },
    { id: 2, said_data: 'no', said_score: 0.875, said_score_no: 0.875, said_score_yes: 0.125 },
  ]);
});

test('without probabilities there are labels alone', async () => {
  const table = await written('SELECT 1 AS id', { prediction: Float64Array.of(0), classes: ['a', 'b', 'c'] });
  expect(table.row(0)).toEqual({ id: 1, predicted_data: 'a' });
});

test('a column of the data with the name of a prediction gives way, whatever its case', async () => {
  const table = await written(`SELECT 1 AS id, 'old' AS "Predicted_Data", 3 AS kept`, { prediction: Float64Array.of(7) });
  expect(table.row(0)).toEqual({ id: 1, kept: 3, predicted_data: 7 });
});

test('classes that differ in case alone, and one that is empty, have columns of their own', async () => {
  const table = await written('SELECT 1 AS id', {
    prediction: Float64Array.of(2),
    classes: ['', 'A', 'a'],
    scores: Float64Array.of(0.125, 0.25, 0.625),
  });
  expect(table.row(0)).toEqual({
    id: 1,
    predicted_data: 'a',
    predicted_score: 0.625,
    predicted_score_: 0.125,
    predicted_score_A: 0.25,
    predicted_score_a_2: 0.625,
  });
});

test('no rows: a file without rows that has every column', async () => {
  const table = await written('SELECT 1 AS id WHERE false', {
    prediction: new Float64Array(0),
    classes: ['a', 'b'],
    scores: new Float64Array(0),
  });
  expect(table.columnNames).toEqual(['id', 'predicted_data', 'predicted_score', 'predicted_score_a', 'predicted_score_b']);
  expect(table.rowCount).toBe(0);
});

test('the same bytes each time', async () => {
  const rows = join(tempFolder(), 'rows.parquet');
  await engine.execute(copyToParquet('SELECT i AS id FROM range(3000) t(i)', rows));
  const bytes = async () => {
    const path = join(tempFolder(), 'predicted.parquet');
    await writePredictions(engine, { rows, path, prefix: '', prediction: Float64Array.from({ length: 3000 }, (_, row) => row / 3) });
    return readFileSync(path);
  };
  expect((await bytes()).equals(await bytes())).toBe(true);
});
