import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDuckDb } from '../../../../src/data/duckdb.ts';
import type { DataEngine } from '../../../../src/data/engine.ts';
import { copyToParquet, parquetRelation } from '../../../../src/data/sql.ts';
import type { Target } from '../../../../src/ml/estimator.ts';
import { type PredictedRows, writePredictions } from '../../../../src/steps/train/predictions.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

let engine: DataEngine;
beforeAll(async () => {
  engine = await openDuckDb({ threads: 2 });
});
afterAll(() => engine.close());

/** The file's rows, each with its columns in order. */
async function written(
  rows: string,
  predicted: Omit<PredictedRows, 'rows' | 'path' | 'prefix' | 'target'> & { readonly prefix?: string; readonly target?: readonly number[] },
) {
  const folder = tempFolder();
  const [source, path] = [join(folder, 'rows.parquet'), join(folder, 'predicted.parquet')];
  await engine.execute(copyToParquet(rows, source));
  const { prediction, classes } = predicted;
  const truth = predicted.target ?? [...prediction];
  const target: Target =
    classes === undefined
      ? { kind: 'regression', values: Float64Array.from(truth) }
      : { kind: 'classification', codes: Int32Array.from(truth), classes };
  await writePredictions(engine, { prefix: 'predicted_', ...predicted, target, rows: source, path });
  expect(existsSync(`${path}.predictions`)).toBe(false);
  return engine.table(`SELECT * FROM ${parquetRelation(path)}`);
}

test('a regression: the rows as they are, in their order, with the value after them', async () => {
  const size = 5000;
  const table = await written(`SELECT (i * 7919) % ${size} AS id, 'é' AS "Grüße" FROM range(${size}) t(i)`, {
    prediction: Float64Array.from({ length: size }, (_, row) => ((row * 7919) % size) / 2),
  });
  expect(table.columnNames).toEqual(['id', 'Grüße', 'predicted_data', 'error']);
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
    target: [0, 0],
    prefix: 'said_',
  });
  expect([table.row(0), table.row(1)]).toEqual([
    { id: 1, said_data: 'yes', said_label: 'yes', said_score: 0.75, said_score_no: 0.25, said_score_yes: 0.75, correct: false },
    { id: 2, said_data: 'no', said_label: 'no', said_score: 0.875, said_score_no: 0.875, said_score_yes: 0.125, correct: true },
  ]);
});

test('without probabilities there are labels alone', async () => {
  const table = await written('SELECT 1 AS id', { prediction: Float64Array.of(0), classes: ['a', 'b', 'c'] });
  expect(table.row(0)).toEqual({ id: 1, predicted_data: 'a', correct: true });
});

test('a column of the data keeps its name and its values; the one of the model gets a number', async () => {
  const table = await written(`SELECT 1 AS id, 'old' AS "Predicted_Data", 3 AS error, 4 AS error_2`, {
    prediction: Float64Array.of(7),
    target: [5],
  });
  expect(table.row(0)).toEqual({ id: 1, Predicted_Data: 'old', error: 3, error_2: 4, predicted_data_2: 7, error_3: 2 });
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
    predicted_label: 'a',
    predicted_score: 0.625,
    predicted_score_: 0.125,
    predicted_score_A: 0.25,
    predicted_score_a_2: 0.625,
    correct: true,
  });
});

test('no rows: a file without rows that has every column', async () => {
  const table = await written('SELECT 1 AS id WHERE false', {
    prediction: new Float64Array(0),
    classes: ['a', 'b'],
    scores: new Float64Array(0),
  });
  expect(table.columnNames).toEqual([
    'id',
    'predicted_data',
    'predicted_score',
    'predicted_score_a',
    'predicted_score_b',
    'predicted_label',
    'correct',
  ]);
  expect(table.rowCount).toBe(0);
});

test('the same bytes each time', async () => {
  const rows = join(tempFolder(), 'rows.parquet');
  await engine.execute(copyToParquet('SELECT i AS id FROM range(3000) t(i)', rows));
  const bytes = async () => {
    const path = join(tempFolder(), 'predicted.parquet');
    const prediction = Float64Array.from({ length: 3000 }, (_, row) => row / 3);
    const target: Target = { kind: 'regression', values: new Float64Array(3000) };
    await writePredictions(engine, { rows, path, prefix: '', prediction, target });
    return readFileSync(path);
  };
  expect((await bytes()).equals(await bytes())).toBe(true);
});
