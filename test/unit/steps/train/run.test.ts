import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RandomForestRegression } from 'ml-random-forest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { openDuckDb } from '../../../../src/data/duckdb.ts';
import type { DataEngine } from '../../../../src/data/engine.ts';
import { parquetRelation } from '../../../../src/data/sql.ts';
import { complaint, type Tables, trainModel } from '../../../support/trained-model.ts';

let engine: DataEngine;
beforeAll(async () => {
  engine = await openDuckDb({ threads: 2 });
});
afterAll(() => engine.close());

const rows = (from: number, count: number, y = '3.0 * (i * 7 % 41) + (i * 37 % 11)') =>
  `SELECT CAST(i * 7 % 41 AS DOUBLE) AS a, CAST(i * 11 % 17 AS BIGINT) AS b, ${y} AS y FROM range(${from}, ${from + count}) t(i)`;
const TABLES: Tables = { training: rows(0, 200), validation: rows(200, 60), test: rows(260, 20), target: 'y' };
const QUICK = { params: { using: 'gradient_boosting', estimator_params: { n_estimators: 5 } } };
const read = (folder: string, name: string) => readFileSync(join(folder, name), 'utf8');

test('what the step leaves, and what it reports', async () => {
  const { train, result } = await trainModel(engine, TABLES, QUICK);
  expect(readdirSync(train.folder).sort()).toEqual([
    'best_parameters.yaml',
    'metrics.json',
    'model',
    'predicted_training_data.parquet',
    'predicted_validation_data.parquet',
  ]);
  const { training, validation, baseline } = JSON.parse(read(train.folder, 'metrics.json'));
  expect(result.metrics['training_root_mean_squared_error']).toBe(training.root_mean_squared_error);
  expect(result.metrics['val_root_mean_squared_error']).toBe(validation.root_mean_squared_error);
  expect(validation.root_mean_squared_error).toBeLessThan(baseline.root_mean_squared_error);
  // Five iterations have not come as far as the means of one feature.
  expect(result.findings.map(({ code }) => code)).toEqual(['TRAIN_BELOW_BASELINE']);
  expect(result.summary).toMatch(/^gradient_boosting on 200 rows × 2 features, validation RMSE [\d.]+ \(`a` alone [\d.]+\)$/);
  expect(result.history?.['training_loss']?.map(([iteration]) => iteration)).toEqual([1, 2, 3, 4, 5]);
  expect(parse(read(train.folder, 'best_parameters.yaml')).params).toMatchObject({ n_estimators: 5 });
  expect(result.params).toMatchObject({ estimator: 'gradient_boosting', n_estimators: 5 });
  expect(JSON.parse(parse(read(train.folder, 'model/MLmodel')).signature.inputs)).toEqual([
    { name: 'a', type: 'double', required: true },
    { name: 'b', type: 'long', required: true },
  ]);
  const predicted = await engine.table(`SELECT * FROM ${parquetRelation(join(train.folder, 'predicted_training_data.parquet'))}`);
  expect(predicted.columnNames).toEqual(['a', 'b', 'y', 'predicted_data', 'error']);
  expect(predicted.rowCount).toBe(200);
  // The metrics can be computed from the rows again.
  const file = join(train.folder, 'predicted_validation_data.parquet');
  const [again] = await engine.query(
    `SELECT count(*) AS rows, sqrt(avg(error ** 2)) AS rmse, max(abs(predicted_data - y - error)) AS gap FROM ${parquetRelation(file)}`,
  );
  expect(again).toEqual({ rows: 60, rmse: expect.closeTo(validation.root_mean_squared_error, 9), gap: 0 });
});

test('a model that learns nothing is told apart from one that does', async () => {
  const noise = '(i * 7919 % 101) * (i * 104729 % 97) % 53';
  const { result } = await trainModel(
    engine,
    { ...TABLES, training: rows(0, 60, noise), validation: rows(60, 60, noise) },
    { params: { using: 'random_forest', estimator_params: { n_estimators: 3, min_samples_leaf: 1 } } },
  );
  expect(result.findings).toEqual([
    {
      code: 'TRAIN_BELOW_BASELINE',
      severity: 'warning',
      message: expect.stringMatching(/^on validation RMSE is [\d.]+, no better than [\d.]+ of a model that ignores the features$/),
    },
  ]);
  expect(result.card.keyNumbers[0]).toMatchObject({ label: 'Validation RMSE', tone: 'bad' });
});

test('the logarithm of a target is learned, and everything is told in the units of the target', async () => {
  const growth = (from: number, count: number) =>
    `SELECT i % 50 AS a, 2.0 * exp(i % 50 / 8.0) AS y FROM range(${from}, ${from + count}) t(i)`;
  const tables = { training: growth(0, 200), validation: growth(200, 60), test: growth(260, 50), target: 'y' };
  const linear = { using: 'linear', estimator_params: { l2: 0 } };
  const { train, result, evaluate } = await trainModel(engine, tables, { params: { ...linear, target_transform: 'log' } });
  expect(JSON.parse(read(train.folder, 'model/model.json')).target_transform).toBe('log');
  expect(result.metrics['val_root_mean_squared_error']).toBeLessThan(1e-6);
  const judged = await evaluate();
  expect(judged.result.metrics['test_root_mean_squared_error']).toBeLessThan(1e-6);
  const [error] = await engine.query(
    `SELECT max(abs(predicted_data - y)) AS most, max(y) AS greatest FROM ${parquetRelation(join(judged.step.folder, 'predicted_test_data.parquet'))}`,
  );
  expect(error?.['greatest']).toBeGreaterThan(800);
  expect(error?.['most']).toBeLessThan(1e-6);
  const plain = await trainModel(engine, tables, { params: linear });
  expect(plain.result.metrics['val_root_mean_squared_error']).toBeGreaterThan(50);
  const zeros = { ...tables, training: tables.training.replace('2.0 *', '(i % 50 > 0)::INTEGER *') };
  expect(await complaint(trainModel(engine, zeros, { params: { ...linear, target_transform: 'log' } }))).toBe(
    'bad-value: `target: log` learns a logarithm, and `y` is 0 or less in 4 rows of training and validation | write `target: log1p`, which takes 0',
  );
});

test('only a model that needs code of the user names the digest of that code', async () => {
  const forest = () => new RandomForestRegression({ seed: 1, nEstimators: 3, maxFeatures: 2, replacement: true, noOOB: true });
  const foreign = await trainModel(engine, TABLES, { userFunctions: { 'steps/train.ts#estimator_fn': forest } });
  expect(JSON.parse(read(foreign.train.folder, 'model/model.json')).estimator).toMatchObject({
    name: 'custom',
    custom: { file: 'steps/train.ts', name: 'estimator_fn', code: 'digest of steps/train.ts' },
  });
  const ours = await trainModel(engine, TABLES, QUICK);
  expect(JSON.parse(read(ours.train.folder, 'model/model.json')).estimator).not.toHaveProperty('custom');
});

test("a mistake of the user's estimator ends the step with what to do", async () => {
  const estimator_fn = () => ({ train() {}, predict: () => [1], toJSON: () => ({}), load() {} });
  expect(await complaint(trainModel(engine, TABLES, { userFunctions: { 'steps/train.ts#estimator_fn': estimator_fn } }))).toBe(
    'step-failed: `predict` of the estimator of `estimator_fn` in steps/train.ts returned 1 value for 200 rows | return a number for each row, in an array',
  );
});

test('no validation rows: there is no comparison, and the card says so', async () => {
  const { result } = await trainModel(engine, { ...TABLES, validation: rows(0, 0) }, QUICK);
  expect(result.findings).toEqual([]);
  expect(result.card.sentence).toBe('RMSE could not be compared with a baseline.');
  expect(result.card.keyNumbers[0]).toMatchObject({ value: { missing: 'undefined on validation' }, tone: 'plain' });
});

test('the same rows give the same bytes', async () => {
  const [first, second] = [await trainModel(engine, TABLES, QUICK), await trainModel(engine, TABLES, QUICK)];
  for (const file of ['metrics.json', 'best_parameters.yaml', 'predicted_training_data.parquet', 'model/model.json', 'model/MLmodel']) {
    expect(readFileSync(join(second.train.folder, file)).equals(readFileSync(join(first.train.folder, file))), file).toBe(true);
  }
});
