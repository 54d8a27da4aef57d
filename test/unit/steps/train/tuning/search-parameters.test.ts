import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { openDuckDb } from '../../../../../src/data/duckdb.ts';
import type { DataEngine } from '../../../../../src/data/engine.ts';
import { type Tables, trainModel } from '../../../../support/trained-model.ts';

let engine: DataEngine;
beforeAll(async () => {
  engine = await openDuckDb({ threads: 2 });
});
afterAll(() => engine.close());

const rows = (from: number, count: number) =>
  `SELECT CAST(i * 7 % 41 AS DOUBLE) AS a, CAST(i * 11 % 17 AS BIGINT) AS b, 3.0 * (i * 7 % 41) + (i * 37 % 11) AS y FROM range(${from}, ${from + count}) t(i)`;
const TABLES: Tables = { training: rows(0, 200), validation: rows(200, 60), test: rows(260, 20), target: 'y' };
const TUNING = {
  algorithm: 'random',
  max_trials: 5,
  seed: 0,
  sample_fraction: 0.5,
  parameters: { learning_rate: { distribution: 'uniform', low: 0.1, high: 0.6 }, max_leaves: { values: [4, 8] } },
};
const FIXED = { n_estimators: 6 };
const train = (params: object) =>
  trainModel(engine, TABLES, { params: { using: 'gradient_boosting', estimator_params: FIXED, ...params } });
const read = (folder: string, name: string) => readFileSync(join(folder, name), 'utf8');

test('the winner is trained on all rows: the model of a plain run with its parameters', async () => {
  const { train: step, result } = await train({ tuning: TUNING });
  const text = read(step.folder, 'best_parameters.yaml');
  expect(text).toMatch(
    /^# gradient_boosting\nparams:\n {2}# tuned hyperparameters\n {2}learning_rate: [\d.]+\n {2}max_leaves: \d\n {2}# hardcoded parameters\n {2}n_estimators: 6\n {2}# default parameters\n/,
  );
  const { learning_rate, max_leaves, n_estimators } = parse(text).params as Record<string, number>;
  const plain = await train({ estimator_params: { learning_rate, max_leaves, n_estimators } });
  const model = (folder: string) =>
    readdirSync(join(folder, 'model'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name, parentPath }) => [name, readFileSync(join(parentPath, name), 'utf8')]);
  expect(model(plain.train.folder)).toEqual(model(step.folder));
  expect(plain.result.metrics).toEqual(result.metrics);
  expect(plain.result.trials).toBeUndefined();

  expect(result.trials?.map(({ name, status }) => [name, status])).toEqual([
    ['baseline', 'ok'],
    ...[1, 2, 3, 4, 5].map((number) => [`trial ${number}`, 'ok']),
  ]);
  const best = result.trials?.filter(({ tags }) => tags['mlrecipe.trial.best'] === 'true') ?? [];
  expect(best.map(({ params }) => params)).toEqual([{ n_estimators, learning_rate, max_leaves }]);
  expect(Object.keys(best[0]?.metrics ?? {})).toContain('root_mean_squared_error');
});

test('the card ranks the trials, and lines of the log tell of each', async () => {
  const { train: step, result } = await train({ tuning: TUNING });
  const section = result.card.sections.find(({ id }) => id === 'tuning');
  const [table, figures] = section?.blocks ?? [];
  if (table?.kind !== 'table' || figures?.kind !== 'figures') throw new Error('the section has another form');
  expect(section?.note).toBe(
    '5 trials by random, seed 0, and one with the parameters as they are written. Trials saw 50 % of the training rows; the model is trained on all.',
  );
  expect(table.columns.map(({ label }) => label)).toEqual(['Rank', 'Trial', 'learning_rate', 'max_leaves', 'Validation RMSE', 'Time']);
  expect(table.rows.map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(table.bestRows).toEqual([0]);
  expect(figures.figures.map(({ title }) => title)).toEqual(['RMSE by trial']);
  expect(result.card.sentence).toContain('Of 5 trials, trial ');
  expect(step.logged).toHaveLength(6);
  expect(step.logged[0]).toMatch(/^baseline: the parameters as they are written → RMSE [\d.]+, [\d.]+ s$/);
  expect(step.logged[1]).toMatch(/^trial 1: learning_rate: [\d.]+, max_leaves: \d → RMSE [\d.]+, [\d.]+ s/);
});

test('an estimator of the user that fails with every parameter says so at its place', async () => {
  const userFunctions = {
    'steps/train.ts#estimator_fn': () => ({
      train() {
        throw new Error('no trees today');
      },
      predict: () => [],
      toJSON: () => ({}),
      load: () => ({}),
    }),
  };
  await expect(trainModel(engine, TABLES, { params: { tuning: TUNING }, userFunctions })).rejects.toThrow('no trees today');
});
