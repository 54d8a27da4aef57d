import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Figure } from '../../../../src/cards/blocks.ts';
import { openDuckDb } from '../../../../src/data/duckdb.ts';
import type { DataEngine } from '../../../../src/data/engine.ts';
import { parquetRelation } from '../../../../src/data/sql.ts';
import type { StepResult } from '../../../../src/steps/define.ts';
import { drawCard } from '../../../../src/worker/card-files.ts';
import { type Tables, type TrainOptions, trainModel } from '../../../support/trained-model.ts';

let engine: DataEngine;
beforeAll(async () => {
  engine = await openDuckDb({ threads: 2 });
});
afterAll(() => engine.close());

/** `y` hangs on `a`, on the hour of `seen` and on `colour`; `b` says little. */
const columns = `CAST(i * 7 % 41 AS DOUBLE) / 4 AS a, i * 5 % 97 AS b, ['red', 'green', 'blue'][i % 3 + 1] AS colour,
  TIMESTAMP '2024-01-01' + to_minutes(i * 517) AS seen`;
const y = "3 * a + CASE WHEN hour(seen) > 12 THEN 6 ELSE 0 END + CASE colour WHEN 'red' THEN 4 ELSE 0 END + b / 20";
const rows = (from: number, count: number, target: string) =>
  `SELECT * REPLACE (${target} AS y) FROM (SELECT ${columns}, 0 AS y FROM range(${from}, ${from + count}) t(i))`;
const tables = (target: string): Tables => ({
  training: rows(0, 300, target),
  validation: rows(400, 60, target),
  test: rows(480, 160, target),
  target: 'y',
});
const REGRESSION = tables(y);
const BINARY: Tables = { ...tables(`CASE WHEN ${y} > 20 THEN 'yes' ELSE 'no' END`), classes: ['no', 'yes'] };
const THREE: Tables = {
  ...tables(`CASE WHEN ${y} > 25 THEN 'top' WHEN ${y} > 14 THEN 'mid' ELSE 'low' END`),
  classes: ['low', 'mid', 'top'],
};
const BOOSTED: TrainOptions = { params: { using: 'gradient_boosting', estimator_params: { n_estimators: 50, max_leaves: 8 } } };

const evaluated = async (of: Tables, evaluation: TrainOptions = {}, training = BOOSTED) =>
  (await trainModel(engine, of, training)).evaluate(evaluation);
const figuresOf = ({ card }: StepResult, id: string): readonly Figure[] =>
  card.sections.find((section) => section.id === id)?.blocks.flatMap((block) => (block.kind === 'figures' ? block.figures : [])) ?? [];
const titles = (result: StepResult) => figuresOf(result, 'dependence').map(({ title }) => title);
const predicted = (folder: string) => `read_parquet('${join(folder, 'predicted_test_data.parquet')}', file_row_number = true)`;
/** The raw score of each explained row of a class. */
const scores = (folder: string, where = 'true') =>
  `(SELECT "row", first(expected) + sum(contribution) AS said FROM ${artifact(folder)} WHERE ${where} GROUP BY 1) JOIN ${predicted(folder)} ON file_row_number = "row"`;
/** The card opens alone, and is small. */
async function checkPage(result: StepResult): Promise<void> {
  const frame = { schemaVersion: 1, kind: 'evaluate', step: 'evaluate', recipe: 'small', status: 'done' } as const;
  const texts = await drawCard({ ...frame, findings: [], provenance: { facts: [] }, ...result.card });
  expect(texts['card.html']?.length).toBeLessThan(300_000);
  expect(texts['card.html']).not.toMatch(/[">\s]NaN/);
}
const artifact = (folder: string) => parquetRelation(join(folder, 'feature_contributions.parquet'));

test('a regression is explained by the columns of the data: rows, curves and what moved a bad prediction', async () => {
  const model = await trainModel(engine, REGRESSION, BOOSTED);
  const { step, result } = await model.evaluate();
  expect(
    await engine.query(`SELECT count(*)::INTEGER AS n, max(abs(said - predicted_data)) < 1e-9 AS same FROM ${scores(step.folder)}`),
  ).toEqual([{ n: 160, same: true }]);
  // The parts of the date are one.
  const features = await engine.query(`SELECT feature FROM ${artifact(step.folder)} GROUP BY 1 ORDER BY avg(abs(contribution)) DESC`);
  expect(features.map(({ feature }) => feature)).toEqual(['a', 'seen', 'colour', 'b']);
  const worst = result.card.sections.find(({ id }) => id === 'worst')?.blocks[0];
  expect(worst?.kind === 'table' && worst.rows[0]?.[':reasons']).toMatch(/^(a|seen|colour|b) \S.* \([+−][\d.]+\), /);

  expect(titles(result)).toEqual(['a', 'seen', 'colour', 'b']);
  const [a, , colour] = figuresOf(result, 'dependence');
  if (a?.form !== 'dependence' || colour?.form !== 'dependence') throw new Error('no such figure');
  expect([a.x[0], a.x.at(-1)]).toEqual([0, 10]);
  const slope = ((a.curves[0]?.values.at(-1) ?? 0) - (a.curves[0]?.values[0] ?? 0)) / 10;
  expect(slope).toBeGreaterThan(2.2);
  expect(slope).toBeLessThan(3.2);
  expect(a.density.reduce((sum, count) => sum + count, 0)).toBe(160);
  const levels = Object.fromEntries(colour.x.map((label, i) => [label, colour.curves[0]?.values[i] ?? 0]));
  expect((levels['red'] ?? 0) - (levels['blue'] ?? 0)).toBeGreaterThan(2);
  expect(colour.density).toEqual([54, 53, 53]);
  await checkPage(result);

  const few = await model.evaluate({ params: { explain: { rows: 30, features: 2 } } });
  expect(await engine.query(`SELECT count(DISTINCT "row")::INTEGER AS n FROM ${artifact(few.step.folder)}`)).toEqual([{ n: 30 }]);
  expect(titles(few.result)).toEqual(['a', 'seen']);
  expect(few.result.card.sections.find(({ id }) => id === 'contributions')?.note).toMatch(
    /^Shapley values of 30 test rows: what each column adds to the prediction of y; for every row they sum to it exactly\. They begin at [\d.]+, the mean/,
  );
  const again = await model.evaluate({ params: { explain: { rows: 30, features: 2 } } });
  expect(again.result.card).toEqual(few.result.card);

  const off = await model.evaluate({ params: { explain: { enabled: false } } });
  const ids = off.result.card.sections.map(({ id }) => id);
  expect([ids.includes('importance'), ids.includes('contributions'), ids.includes('dependence')]).toEqual([true, false, false]);
  expect(await engine.query(`SELECT count(*)::INTEGER AS n FROM ${artifact(off.step.folder)}`)).toEqual([{ n: 0 }]);

  const hidden = await model.evaluate({ params: { sensitive: { a: true } } });
  expect(titles(hidden.result)).toEqual(['seen', 'colour', 'b']);
  const swarm = figuresOf(hidden.result, 'contributions').find(({ form }) => form === 'swarm');
  expect(swarm?.form === 'swarm' && swarm.rows.map(({ label, levels: shades }) => [label, shades !== undefined])).toEqual([
    ['a', false],
    ['seen', false],
    ['colour', false],
    ['b', true],
  ]);
  expect(JSON.stringify(hidden.result.card.sections.find(({ id }) => id === 'worst'))).toContain('a sensitive (');
});

test('contributions are of the log odds of the last of two classes, and of each of three', async () => {
  const two = await evaluated(BINARY);
  const odds = `SELECT max(abs(1 / (1 + exp(-said)) - predicted_score_yes)) < 1e-9 AS same FROM ${scores(two.step.folder, "class = 'yes'")}`;
  expect(await engine.query(odds)).toEqual([{ same: true }]);
  await checkPage(two.result);
  const three = await evaluated(THREE);
  const classes = await engine.query(`SELECT class, count(*)::INTEGER AS n FROM ${artifact(three.step.folder)} GROUP BY 1 ORDER BY 1`);
  expect(classes).toEqual(['low', 'mid', 'top'].map((label) => ({ class: label, n: 160 * 4 })));
  expect(figuresOf(three.result, 'contributions').map(({ form }) => form)).toEqual(['bars']);
  expect(figuresOf(three.result, 'dependence')[0]).toMatchObject({ form: 'dependence', lines: [] });
  await checkPage(three.result);
});

test('a model that does not say what features add is explained by shuffling', async () => {
  const mean = { train: () => {}, predict: (x: number[][]) => x.map(([a = 0]) => 3 * a), toJSON: () => ({}), load: () => mean };
  const userFunctions = { 'steps/train.ts#estimator_fn': () => mean };
  const { result } = await evaluated(REGRESSION, { userFunctions }, { userFunctions });
  const section = result.card.sections.find(({ id }) => id === 'contributions');
  expect(section?.blocks).toMatchObject([{ kind: 'note', text: expect.stringContaining('does not say what each feature adds') }]);
  expect(titles(result)).toEqual(['a']);
});
