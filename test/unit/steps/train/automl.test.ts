/** The search over estimators as the `train` step runs it: model, card, trials and metrics say the same. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDuckDb } from '../../../../src/data/duckdb.ts';
import type { DataEngine } from '../../../../src/data/engine.ts';
import { type Tables, trainModel } from '../../../support/trained-model.ts';

let engine: DataEngine;
beforeAll(async () => {
  engine = await openDuckDb({ threads: 2 });
});
afterAll(() => engine.close());

const rows = (from: number, count: number, y: string) =>
  `SELECT CAST(i * 7 % 41 AS DOUBLE) AS a, CAST(i * 11 % 17 AS BIGINT) AS b, ${y} AS y FROM range(${from}, ${from + count}) t(i)`;
const tables = (y: string): Tables => ({ training: rows(0, 200, y), validation: rows(200, 60, y), test: rows(260, 40, y), target: 'y' });
const NUMBERS = '3.0 * (i * 7 % 41) + (i * 37 % 11)';
const automl = (estimator_params: object, more: object = {}) => ({ params: { using: 'automl', estimator_params, ...more } });
const modelOf = (folder: string): string => readFileSync(join(folder, 'model/model.json'), 'utf8');

test('the model, the trials and the card', async () => {
  const { train, result, evaluate } = await trainModel(engine, tables(NUMBERS), automl({ max_trials: 6 }));
  expect(JSON.parse(modelOf(train.folder)).estimator.name).toBe('automl');
  expect(result.summary).toMatch(/^automl on 200 rows × 2 features, validation RMSE [\d.]+/);
  expect(result.trials).toHaveLength(6);
  expect(new Set(result.trials?.map(({ params }) => params['estimator']))).toEqual(
    new Set(['linear', 'extra_trees', 'gradient_boosting', 'random_forest']),
  );
  const [best, ...others] = result.trials?.filter(({ tags }) => tags['mlrecipe.trial.best'] === 'true') ?? [];
  expect(others).toEqual([]);
  const values = result.trials?.map(({ metrics }) => metrics['root_mean_squared_error'] as number) ?? [];
  // What was taken is at least as good as each of the trials.
  expect(result.metrics['val_root_mean_squared_error']).toBeLessThanOrEqual(Math.min(...values) + 1e-9);
  expect(best?.status).toBe('ok');
  const section = result.card.sections.find(({ id }) => id === 'leaderboard');
  expect(section?.note).toContain('The same rows and seed give the same model everywhere.');
  const [board] = section?.blocks ?? [];
  expect(board).toMatchObject({ kind: 'table', caption: 'The best of each estimator on the validation rows' });
  expect(board?.kind === 'table' && board.rows.map(({ interval }) => typeof interval)).toEqual(['object', 'object', 'object', 'object']);
  expect((await evaluate()).result.metrics['test_root_mean_squared_error']).toBeGreaterThan(0);
});

test('twice the same bytes, and a time budget that the card tells', async () => {
  const once = await trainModel(engine, tables(NUMBERS), automl({ max_trials: 4 }));
  const again = await trainModel(engine, tables(NUMBERS), automl({ max_trials: 4 }));
  expect(modelOf(again.train.folder)).toBe(modelOf(once.train.folder));
  const timed = await trainModel(engine, tables(NUMBERS), automl({ max_trials: 4 }, { time_budget_secs: 600 }));
  expect(timed.result.card.sections.find(({ id }) => id === 'leaderboard')?.note).toContain(
    'There was a time budget of 600 seconds, which was enough.',
  );
});

test('the logarithm of a target: trials and model are measured in its units', async () => {
  const positive = `exp((${NUMBERS}) / 40.0)`;
  const { result } = await trainModel(engine, tables(positive), automl({ max_trials: 3, ensemble: false }, { target_transform: 'log' }));
  const values = result.trials?.map(({ metrics }) => metrics['root_mean_squared_error'] as number) ?? [];
  expect(result.metrics['val_root_mean_squared_error']).toBeCloseTo(Math.min(...values), 9);
});

test('classes, judged by the metric of the recipe', async () => {
  const classes: Tables = { ...tables(`CASE WHEN (${NUMBERS}) > 60 THEN 'high' ELSE 'low' END`), classes: ['low', 'high'] };
  const { result } = await trainModel(engine, classes, automl({ max_trials: 4 }, { task: 'classification', primary_metric: 'log_loss' }));
  expect(result.trials).toHaveLength(4);
  const values = result.trials?.map(({ metrics }) => metrics['log_loss'] as number) ?? [];
  expect(result.metrics['val_log_loss']).toBeLessThanOrEqual(Math.min(...values) + 1e-9);
});
