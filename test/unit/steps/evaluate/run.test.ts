import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RandomForestClassifier } from 'ml-random-forest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDuckDb } from '../../../../src/data/duckdb.ts';
import type { DataEngine } from '../../../../src/data/engine.ts';
import { parquetRelation } from '../../../../src/data/sql.ts';
import type { StepResult } from '../../../../src/steps/define.ts';
import { drawCard } from '../../../../src/worker/card-files.ts';
import { type Tables, type TrainedModel, type TrainOptions, trainModel } from '../../../support/trained-model.ts';

let engine: DataEngine;
beforeAll(async () => {
  engine = await openDuckDb({ threads: 2 });
});
afterAll(() => engine.close());

/** `y` is 3a + noise; `colour` says nothing. */
const numbers = (from: number, rows: number) =>
  `SELECT CAST(i * 7 % 41 AS DOUBLE) AS a, ['red', 'green'][i % 2 + 1] AS colour, 3.0 * (i * 7 % 41) + (i * 37 % 11) AS y FROM range(${from}, ${from + rows}) t(i)`;
const REGRESSION: Tables = { training: numbers(0, 200), validation: numbers(200, 60), test: numbers(260, 150), target: 'y' };

const labels = (from: number, rows: number, kind: string) =>
  `SELECT i * 7 % 41 AS a, i * 5 % 13 AS b, ${kind} AS kind FROM range(${from}, ${from + rows}) t(i)`;
const TWO = "CASE WHEN i * 7 % 41 + i * 37 % 5 > 22 THEN 'yes' ELSE 'no' END";
const BINARY: Tables = {
  training: labels(0, 200, TWO),
  validation: labels(200, 60, TWO),
  test: labels(260, 150, TWO),
  target: 'kind',
  classes: ['no', 'yes'],
};
const THREE = "['low', 'mid', 'top'][LEAST(3, (i * 7 % 41) // 14 + 1)]";
const MULTICLASS: Tables = {
  training: labels(0, 200, THREE),
  validation: labels(200, 60, THREE),
  test: labels(260, 150, THREE),
  target: 'kind',
  classes: ['low', 'mid', 'top'],
};

async function evaluated(tables: Tables, training: TrainOptions = {}, evaluation: TrainOptions = {}) {
  return (await trainModel(engine, tables, training)).evaluate(evaluation);
}
const criteria = (...limits: readonly (readonly [metric: string, threshold: number])[]) => ({
  params: { validation_criteria: limits.map(([metric, threshold]) => ({ metric, threshold })) },
});
const ids = ({ card }: StepResult) => card.sections.map(({ id }) => id);
const codes = ({ findings }: StepResult) => findings.map(({ code }) => code);
const read = (folder: string, name: string) => readFileSync(join(folder, name), 'utf8');
const tableOf = ({ card }: StepResult, id: string) => {
  const block = card.sections.find((section) => section.id === id)?.blocks.find(({ kind }) => kind === 'table');
  return block?.kind === 'table' ? block.rows : [];
};

test('a regression without criteria: UNKNOWN, with every number from the test rows', async () => {
  const { step, result } = await evaluated(REGRESSION);
  expect(result.facts).toMatchObject({ verdict: 'UNKNOWN', criteria: [], task: 'regression', rows: 150 });
  expect(read(step.folder, 'model_validation_status')).toBe('UNKNOWN');
  expect(result.card).toMatchObject({ status: 'done', headline: 'Evaluated, without a gate' });
  expect(result.card.sentence).toMatch(
    /^On 150 test rows: RMSE 3\.\d+ \(95 % [\d.]+ … [\d.]+\), R² 0\.99\d+\. Without validation_criteria there is no verdict/,
  );
  expect(result.summary).toMatch(/^UNKNOWN · test RMSE 3\.\d+ /);
  expect(ids(result)).toEqual(['metrics', 'errors', 'deciles', 'slices', 'importance', 'contributions', 'dependence', 'worst']);
  expect(result.card.keyNumbers.map(({ label }) => label)).toEqual(['RMSE', 'MAE', 'R²', 'MAPE', 'Error in the worst 1 %', 'Test rows']);
  expect(result.metrics['test_example_count']).toBe(150);
  const written = JSON.parse(read(step.folder, 'metrics.json'));
  expect(written.root_mean_squared_error.value).toBe(result.metrics['test_root_mean_squared_error']);
  expect(written.root_mean_squared_error.low).toBeLessThan(written.root_mean_squared_error.value);
  const predicted = await engine.table(`SELECT * FROM ${parquetRelation(join(step.folder, 'predicted_test_data.parquet'))}`);
  expect(predicted.columnNames).toEqual(['a', 'colour', 'y', 'predicted_data', 'error']);
  const squares = Array.from({ length: 150 }, (_, row) => predicted.row(row)).map(
    (row) => ((row['y'] as number) - (row['predicted_data'] as number)) ** 2,
  );
  expect(Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / 150)).toBeCloseTo(written.root_mean_squared_error.value, 9);
});

test('the worst rows are those with the largest error, worst first, with their raw columns', async () => {
  const { result } = await evaluated(REGRESSION);
  const rows = tableOf(result, 'worst');
  const errors = rows.map((row) => Math.abs(row[':error'] as number));
  expect(errors).toHaveLength(10);
  expect(errors).toEqual([...errors].sort((a, b) => b - a));
  for (const row of rows) {
    expect(['red', 'green']).toContain(row['colour']);
    expect((row[':prediction'] as number) - (row[':truth'] as number)).toBeCloseTo(row[':error'] as number, 9);
  }
});

test('criteria that hold: VALIDATED; a limit inside the interval is close and says so', async () => {
  const model = await trainModel(engine, REGRESSION);
  const { result } = await model.evaluate(criteria(['root_mean_squared_error', 50], ['r2_score', 0.5]));
  expect(result.facts['verdict']).toBe('VALIDATED');
  expect(result.card.headline).toBe('Ready to register');
  expect(result.card.sentence).toMatch(/ All 2 criteria are met\.$/);
  expect(result.findings).toEqual([]);
  expect(ids(result)[0]).toBe('criteria');
  const rmse = result.metrics['test_root_mean_squared_error'] as number;
  const close = await model.evaluate(criteria(['root_mean_squared_error', rmse]));
  expect(close.result.facts).toMatchObject({ verdict: 'VALIDATED', criteria: [{ result: 'pass-close', threshold: rmse, value: rmse }] });
  expect(close.result.card.sentence).toMatch(/ The criterion is met\. One is close: the interval crosses the limit\.$/);
  expect(codes(close.result)).toEqual(['EVALUATE_CRITERION_CLOSE']);
});

test('one criterion that fails: REJECTED, in the artifact, on the card and among the findings', async () => {
  const { step, result } = await evaluated(REGRESSION, {}, criteria(['r2_score', 0.5], ['root_mean_squared_error', 0.001]));
  expect(result.facts).toMatchObject({
    verdict: 'REJECTED',
    criteria: [
      { metric: 'r2_score', greaterIsBetter: true, result: 'pass' },
      { metric: 'root_mean_squared_error', greaterIsBetter: false, result: 'fail' },
    ],
  });
  expect(read(step.folder, 'model_validation_status')).toBe('REJECTED');
  expect(result.card).toMatchObject({ status: 'rejected', headline: 'Not ready to register' });
  expect(result.card.sentence).toContain('1 of 2 criteria failed');
  expect(result.findings).toEqual([
    {
      code: 'EVALUATE_CRITERION_FAILED',
      severity: 'error',
      message: expect.stringMatching(/^root_mean_squared_error is 3\.\d+, the limit is 0\.001000$/),
    },
  ]);
  expect(result.card.keyNumbers[0]).toMatchObject({ label: 'RMSE', tone: 'bad' });
});

test('a criterion on a metric that is undefined fails with its reason, told once', async () => {
  const withZero = { ...REGRESSION, test: `SELECT a, colour, CASE WHEN a = 0 THEN 0 ELSE y END AS y FROM (${REGRESSION.test})` };
  const { step, result } = await evaluated(withZero, {}, criteria(['mean_absolute_percentage_error', 1]));
  const { missing } = JSON.parse(read(step.folder, 'metrics.json')).mean_absolute_percentage_error;
  expect(missing).toMatch(/0/);
  expect(result.facts).toMatchObject({ verdict: 'REJECTED', criteria: [{ value: null, result: 'fail', note: missing }] });
  expect(result.findings).toEqual([
    {
      code: 'EVALUATE_CRITERION_FAILED',
      severity: 'error',
      message: `mean_absolute_percentage_error is undefined (${missing}), the limit is 1`,
    },
  ]);
  expect(result.metrics).not.toHaveProperty('test_mean_absolute_percentage_error');
});

test('two classes: curves, thresholds, confusion and classes; probabilities of each class in the artifact', async () => {
  const { step, result } = await evaluated(BINARY, {}, criteria(['roc_auc', 0.9]));
  expect(result.facts).toMatchObject({ verdict: 'VALIDATED', task: 'binary' });
  expect(ids(result)).toEqual([
    'criteria',
    'metrics',
    'curves',
    'thresholds',
    'confusion',
    'classes',
    'slices',
    'importance',
    'contributions',
    'dependence',
    'worst',
  ]);
  expect(result.card.keyNumbers.map(({ label }) => label)).toEqual(['F1', 'ROC AUC', 'PR AUC', 'log loss', 'accuracy', 'Test rows']);
  const { metrics } = result;
  const counts = ['true_positives', 'true_negatives', 'false_positives', 'false_negatives'].map(
    (name) => metrics[`test_${name}`] as number,
  );
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(150);
  const [row] = await engine.query(`SELECT * FROM ${parquetRelation(join(step.folder, 'predicted_test_data.parquet'))}`);
  expect((row?.['predicted_score_no'] as number) + (row?.['predicted_score_yes'] as number)).toBeCloseTo(1, 12);
});

test('three classes: calibration of the predicted class, macro F1 first', async () => {
  const { result } = await evaluated(MULTICLASS);
  expect(result.facts).toMatchObject({ verdict: 'UNKNOWN', task: 'multiclass' });
  expect(ids(result)).toEqual([
    'metrics',
    'calibration',
    'confusion',
    'classes',
    'slices',
    'importance',
    'contributions',
    'dependence',
    'worst',
  ]);
  expect(result.card.keyNumbers.map(({ label }) => label)).toEqual(['macro F1', 'accuracy', 'ROC AUC', 'log loss', 'Test rows']);
  expect(tableOf(result, 'classes').map(({ label }) => label)).toEqual(['low', 'mid', 'top']);
});

test('the prefix of the recipe names the columns', async () => {
  const { step } = await evaluated(BINARY, {}, { params: { predict_prefix: 'said_' } });
  const { columnNames } = await engine.table(`SELECT * FROM ${parquetRelation(join(step.folder, 'predicted_test_data.parquet'))}`);
  expect(columnNames).toEqual(['a', 'b', 'kind', 'said_data', 'said_score', 'said_score_no', 'said_score_yes', 'said_label', 'correct']);
});

const FOREST = {
  'steps/train.ts#estimator_fn': () => new RandomForestClassifier({ seed: 1, nEstimators: 8, replacement: true, noOOB: true }),
};

test('a model without probabilities: what needs them says so, and the rest is there', async () => {
  const { result } = await evaluated(BINARY, { userFunctions: FOREST }, criteria(['f1_score', 0.8]));
  expect(result.facts).toMatchObject({ verdict: 'VALIDATED' });
  expect(ids(result)).toEqual([
    'criteria',
    'metrics',
    'confusion',
    'classes',
    'slices',
    'importance',
    'contributions',

    'worst',
  ]);
  expect(result.card.keyNumbers.map(({ label }) => label)).toEqual(['F1', 'precision', 'recall', 'accuracy', 'Test rows']);
  expect(tableOf(result, 'metrics').find(({ metric }) => metric === 'roc_auc')?.['test']).toEqual({
    missing: expect.stringContaining('probabilities'),
  });
  expect(result.metrics).not.toHaveProperty('test_roc_auc');
});

test('one class in the test rows: undefined metrics have their reasons, and the card can be drawn', async () => {
  const only = "CASE WHEN true THEN 'no' END";
  const { result } = await evaluated({ ...BINARY, test: labels(260, 150, only) }, {}, criteria(['roc_auc', 0.5]));
  expect(result.facts).toMatchObject({ verdict: 'REJECTED', criteria: [{ metric: 'roc_auc', value: null, result: 'fail' }] });
  expect(ids(result)).toContain('curves');
  const curves = result.card.sections.find(({ id }) => id === 'curves')?.blocks ?? [];
  expect(curves[0]).toEqual({
    kind: 'note',
    tone: 'close',
    text: 'All test rows are no: the curves that compare both classes do not exist.',
  });
  expect(curves[1]?.kind === 'figures' && curves[1].figures.map(({ title }) => title)).toEqual(['Calibration']);
  // Not a number anywhere would be drawn as if it were one.
  expect(unfinite(result.card)).toEqual([]);
});

test('the card of every task can be drawn, also without test rows', async () => {
  for (const tables of [REGRESSION, BINARY, MULTICLASS]) {
    for (const rows of [tables.test, `SELECT * FROM (${tables.test}) LIMIT 0`]) {
      const { result } = await evaluated({ ...tables, test: rows });
      const texts = await drawCard({
        schemaVersion: 1,
        kind: 'evaluate',
        step: 'evaluate',
        recipe: 'small',
        status: 'done',
        findings: result.findings,
        provenance: { facts: [] },
        ...result.card,
      });
      expect(texts['card.html']?.includes(`<h1>${result.card.headline}`)).toBe(true);
      expect(texts['card.md']).not.toMatch(/NaN|Infinity/);
    }
  }
});

test.each([
  ['regression', { ...REGRESSION, test: numbers(0, 0) }],
  ['binary', { ...BINARY, test: labels(0, 0, TWO) }],
  ['multiclass', { ...MULTICLASS, test: labels(0, 0, THREE) }],
] as const)('%s without test rows: no metric, one finding, an empty artifact, REJECTED when there is a gate', async (_, tables) => {
  const model = await trainModel(engine, tables);
  const { step, result } = await model.evaluate();
  expect(result.facts).toMatchObject({ verdict: 'UNKNOWN', rows: 0 });
  expect(codes(result)).toEqual(['EVALUATE_NO_ROWS']);
  expect(Object.keys(result.metrics).filter((name) => !/count|positives|negatives|sum_on_target/.test(name))).toEqual([]);
  expect(unfinite(result.card)).toEqual([]);
  expect(await engine.query(`SELECT count(*) AS n FROM ${parquetRelation(join(step.folder, 'predicted_test_data.parquet'))}`)).toEqual([
    { n: 0 },
  ]);
  const metric = tables.target === 'y' ? 'r2_score' : 'accuracy_score';
  expect((await model.evaluate(criteria([metric, 0]))).result.facts['verdict']).toBe('REJECTED');
});

const CUSTOM = [{ name: 'spread', function: 'spread_fn', greater_is_better: false }];
const SPREAD = { 'steps/custom_metrics.ts#spread_fn': () => 12.5 };
const withMetric = (custom_metrics: readonly object[], more: object = {}) => ({
  params: { custom_metrics, ...more },
  userFunctions: SPREAD,
});

test('a custom metric: gated by its own direction, the key number where it is the primary one', async () => {
  const model = await trainModel(engine, REGRESSION, withMetric(CUSTOM, { primary_metric: 'spread' }));
  expect(model.result.metrics).toMatchObject({ training_spread: 12.5, val_spread: 12.5 });
  const gate = { validation_criteria: [{ metric: 'spread', threshold: 12 }], primary_metric: 'spread' };
  const { result } = await model.evaluate(withMetric(CUSTOM, gate));
  expect(result.facts).toMatchObject({
    verdict: 'REJECTED',
    criteria: [{ metric: 'spread', value: 12.5, greaterIsBetter: false, result: 'fail' }],
  });
  expect(result.card.keyNumbers[0]).toEqual({ label: 'spread', value: 12.5, tone: 'bad' });
  expect(tableOf(result, 'metrics')[0]).toMatchObject({ metric: 'spread', training: 12.5, validation: 12.5, test: 12.5 });
});

test('a custom metric in the place of a built-in one does not take over its interval', async () => {
  const custom = [{ name: 'root_mean_squared_error', function: 'spread_fn', greater_is_better: false }];
  const gate = { validation_criteria: [{ metric: 'root_mean_squared_error', threshold: 20 }] };
  const { step, result } = await evaluated(REGRESSION, withMetric(custom), withMetric(custom, gate));
  expect(result.facts['criteria']).toEqual([
    { metric: 'root_mean_squared_error', threshold: 20, greaterIsBetter: false, value: 12.5, result: 'pass' },
  ]);
  expect(JSON.parse(read(step.folder, 'metrics.json')).root_mean_squared_error).toEqual({ value: 12.5 });
});

test('few rows, and a class that is never predicted, are findings', async () => {
  const { result } = await evaluated({ ...MULTICLASS, test: labels(260, 20, "CASE WHEN i = 260 THEN 'top' ELSE 'low' END") });
  expect(result.findings[0]?.message).toBe('only 20 test rows: the intervals are wide, and another split can give other numbers');
  const constant: TrainOptions = { userFunctions: { 'steps/train.ts#estimator_fn': () => new Constant() } };
  const never = await evaluated(MULTICLASS, constant);
  expect(never.result.findings.filter(({ code }) => code === 'EVALUATE_CLASS_NEVER_PREDICTED').map(({ message }) => message)).toEqual([
    expect.stringMatching(/^the class `mid` occurs in \d+ test rows and is never predicted$/),
    expect.stringMatching(/^the class `top` occurs in \d+ test rows and is never predicted$/),
  ]);
});

class Constant {
  train(): void {}
  predict(rows: number[][]): number[] {
    return rows.map(() => 0);
  }
  toJSON(): object {
    return {};
  }
  static load(): Constant {
    return new Constant();
  }
}

test('the same model and rows give the same bytes and the same card', async () => {
  const model: TrainedModel = await trainModel(engine, BINARY);
  const [first, second] = [await model.evaluate(), await model.evaluate()];
  expect(second.result).toEqual(first.result);
  for (const file of ['metrics.json', 'predicted_test_data.parquet']) {
    expect(readFileSync(join(second.step.folder, file)).equals(readFileSync(join(first.step.folder, file))), file).toBe(true);
  }
});

/** Paths of the numbers in a card that no renderer could draw. */
function unfinite(value: unknown, path = 'card'): readonly string[] {
  if (typeof value === 'number') return Number.isFinite(value) ? [] : [path];
  if (typeof value === 'string')
    return /\b(NaN|Infinity|undefined)\b/.test(value) && !/is undefined|undefined on|undefined here|is not defined/.test(value)
      ? [`${path}: ${value}`]
      : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => unfinite(inner, `${path}.${key}`));
}
