import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDuckDb } from '../../../../src/data/duckdb.ts';
import type { DataEngine } from '../../../../src/data/engine.ts';
import type { NumericColumn, Table } from '../../../../src/data/table.ts';
import type { StepResult } from '../../../../src/steps/define.ts';
import { type Tables, type TrainOptions, trainModel } from '../../../support/trained-model.ts';

let engine: DataEngine;
beforeAll(async () => {
  engine = await openDuckDb({ threads: 2 });
});
afterAll(() => engine.close());

const rows = (from: number, count: number, b = '(i * 31 % 7)') =>
  `SELECT (i * 7919 % 1009) / 10.0 AS a, ${b} AS b, 3.0 * ((i * 7919 % 1009) / 10.0) + (i * 104729 % 97) AS y FROM range(${from}, ${from + count}) t(i)`;
const TABLES: Tables = { training: rows(0, 200), validation: rows(200, 60), test: rows(260, 60), target: 'y' };
const TRANSFORM = { using: 'auto', impute: 'median', encode: 'ordinal', target: 'y', task: 'regression', roles: {} };
const folded = (cross: object, rest: object = {}): TrainOptions => ({
  params: {
    using: 'linear',
    cross_validation: { folds: 5, repeats: 1, stratify: true, transform: TRANSFORM, ...cross },
    fold_key: { roles: {} },
    ...rest,
  },
});

test('mean and spread of the folds, in the metrics of the run and on the cards', async () => {
  const { train, result, evaluate } = await trainModel(engine, TABLES, folded({ repeats: 2 }));
  const { cross_validation: found } = JSON.parse(readFileSync(join(train.folder, 'metrics.json'), 'utf8'));
  expect(found).toMatchObject({ folds: 5, repeats: 2 });
  const { mean, std, folds } = found.metrics.root_mean_squared_error;
  expect(folds).toBe(10);
  // The noise is uniform on 0 … 96.
  expect(mean).toBeGreaterThan(26);
  expect(mean).toBeLessThan(30);
  expect(std).toBeGreaterThan(0);
  expect(result.metrics).toMatchObject({ cv_root_mean_squared_error_mean: mean, cv_root_mean_squared_error_std: std });
  expect(result.metrics['cv_example_count_mean']).toBeUndefined();
  expect(result.summary).toMatch(/, cross-validation 2\d\.\d\d ± \d\.\d+ \(/);
  expect(result.card.sections.map(({ id }) => id)).toContain('cross-validation');
  const { result: judged } = await evaluate();
  expect(judged.summary).toMatch(/test RMSE [\d.]+ \(95 % [\d.]+ … [\d.]+\), cross-validation 2\d\.\d\d ± \d\.\d+/);
  const again = await trainModel(engine, TABLES, folded({ repeats: 2 }));
  expect(JSON.parse(readFileSync(join(again.train.folder, 'metrics.json'), 'utf8')).cross_validation).toEqual(found);
});

test('the model is the same with and without', async () => {
  const model = async (options: TrainOptions) =>
    readFileSync(join((await trainModel(engine, TABLES, options)).train.folder, 'model/model.json'), 'utf8');
  expect(await model(folded({}))).toBe(await model({ params: { using: 'linear' } }));
});

test('the transform of a fold sees the other rows and nothing else', async () => {
  const seen: (readonly number[])[] = [];
  class Spy {
    fit(table: Table) {
      seen.push([...(table.column('a') as NumericColumn).data]);
    }
    transform = (table: Table) => ({ a: [...(table.column('a') as NumericColumn).data] });
    toJSON = () => ({});
    restore = () => this;
  }
  const method = { file: 'steps/transform.ts', name: 'transformer_fn' };
  const options = folded({ transform: { ...TRANSFORM, using: 'custom', method } });
  const { result } = await trainModel(engine, TABLES, {
    ...options,
    userFunctions: { 'steps/transform.ts#transformer_fn': () => new Spy() },
  });
  expect(result.metrics['cv_r2_score_mean']).toBeGreaterThan(0.5);
  expect(seen).toHaveLength(5);
  const training = await engine.table(TABLES.training);
  // Each row is held out once.
  for (const value of new Set((training.column('a') as NumericColumn).data))
    expect(seen.filter((rowsOfFold) => !rowsOfFold.includes(value))).toHaveLength(1);
});

test('by itself only below a number of rows, and never with a failure', async () => {
  const many = await trainModel(engine, TABLES, folded({ below: 260 }));
  expect(Object.keys(many.result.metrics).some((name) => name.startsWith('cv_'))).toBe(false);
  const few = await trainModel(engine, TABLES, folded({ below: 261 }));
  expect(few.result.metrics['cv_root_mean_squared_error_mean']).toBeDefined();
  const none = await trainModel(engine, { ...TABLES, training: rows(0, 20) }, folded({ below: 261 }));
  const because = (result: StepResult) => result.card.sections.find(({ id }) => id === 'cross-validation')?.blocks[0];
  expect(because(none.result)).toMatchObject({
    text: 'With so few rows another split can give other numbers. Not cross-validated: there are fewer than 30 different training rows.',
  });
  expect(none.result.findings.map(({ code }) => code)).not.toContain('TRAIN_NO_CROSS_VALIDATION');
  const rule = await trainModel(engine, TABLES, {
    params: { using: 'linear', cross_validation: { skipped_because: 'it may take long', below: 261 } },
  });
  expect(because(rule.result)).toMatchObject({ text: expect.stringMatching(/Not cross-validated: it may take long\.$/) });
  const broken = { ...TRANSFORM, using: 'operations', operations: [{ op: 'drop', columns: ['none'] }] };
  const failed = await trainModel(engine, TABLES, folded({ below: 261, transform: broken }));
  expect(failed.result.findings.map(({ code }) => code)).toContain('TRAIN_NO_CROSS_VALIDATION');
  await expect(trainModel(engine, TABLES, folded({ transform: broken }))).rejects.toThrow();
});

test('folds that nobody asked for are not repeated where many trees are grown', async () => {
  const trees = (n: number) => folded({ below: 1000, repeats: 3 }, { using: 'random_forest', estimator_params: { n_estimators: n } });
  const repeats = async (n: number) => {
    const { train } = await trainModel(engine, TABLES, trees(n));
    return JSON.parse(readFileSync(join(train.folder, 'metrics.json'), 'utf8')).cross_validation.repeats as number;
  };
  expect(await repeats(5)).toBe(3);
  expect(await repeats(200)).toBe(1);
});
