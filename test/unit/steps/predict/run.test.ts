import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RandomForestRegression } from 'ml-random-forest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDuckDb } from '../../../../src/data/duckdb.ts';
import type { DataEngine } from '../../../../src/data/engine.ts';
import { copyToParquet, parquetRelation } from '../../../../src/data/sql.ts';
import { ingestScoring, score } from '../../../support/scoring.ts';
import { tempFolder } from '../../../support/temp-folder.ts';
import { complaint, type Tables, trainModel } from '../../../support/trained-model.ts';

let engine: DataEngine;
beforeAll(async () => {
  engine = await openDuckDb({ threads: 2 });
});
afterAll(() => engine.close());

const rows = (from: number, count: number, y = '3.0 * i') =>
  `SELECT CAST(i AS DOUBLE) AS a, ['red', 'green', 'blue'][1 + i % 3] AS colour, ${y} AS y FROM range(${from}, ${from + count}) t(i)`;
const tables = (y?: string): Tables => ({ training: rows(0, 120, y), validation: rows(20, 40, y), test: rows(30, 20, y), target: 'y' });
const KINDS = `CASE WHEN i % 3 = 0 THEN 'low' ELSE 'top' END`;

/** The rows as the step before leaves them, and a place for the table. */
async function given(sql: string): Promise<{ readonly rows: string; readonly location: string; readonly folder: string }> {
  const folder = tempFolder();
  const path = join(folder, 'rows.parquet');
  await engine.execute(copyToParquet(sql, path));
  return { rows: path, folder, location: join(folder, 'out', 'scored.parquet') };
}

const overwrite = (location: string) => ({ using: 'parquet', location, save_mode: 'overwrite' });
const read = (path: string, what = '*') => engine.query(`SELECT ${what} FROM ${parquetRelation(path)}`);

test('the rows in their order with the prediction behind them; the artifact and the output are the same bytes', async () => {
  const model = await trainModel(engine, tables());
  const { rows: data, location, folder } = await given(`SELECT 'k' || a AS key, a, colour FROM (${rows(0, 50)})`);
  const { step, result } = await score(engine, model, data, { output: overwrite(location) });
  const scored = await read(location);
  expect(Object.keys(scored[0] ?? {})).toEqual(['key', 'a', 'colour', 'prediction']);
  expect(scored.every((row) => Math.abs((row['prediction'] as number) - 3 * (row['a'] as number)) < 3)).toBe(true);
  expect(readFileSync(location).equals(readFileSync(join(step.folder, 'scored.parquet')))).toBe(true);
  expect(readdirSync(step.folder)).toEqual(['scored.parquet']);
  expect(readdirSync(join(folder, 'out'))).toEqual(['scored.parquet']);
  expect(result.summary).toBe(`50 rows scored with the model; written to ${location}`);
  expect(result.findings).toEqual([]);
  expect(result.card.sections.map(({ id }) => id)).toEqual(['predictions', 'profile', 'output']);
});

test.each([
  ['a regression', {}],
  ['classes', { y: KINDS, classes: ['low', 'top'] }],
])(
  '%s: test rows that come as CSV get to the last bit what evaluate said of them',
  async (_, { y, classes }: { y?: string; classes?: readonly string[] }) => {
    const model = await trainModel(
      engine,
      { ...tables(y), ...(classes !== undefined && { classes }) },
      { params: { using: 'gradient_boosting', estimator_params: { n_estimators: 20 } } },
    );
    const { step: evaluated } = await model.evaluate();
    const csv = join(tempFolder(), 'new.csv');
    await engine.execute(
      `COPY (SELECT * FROM ${parquetRelation(evaluated.inputs['test_data'] as string)}) TO '${csv}' (FORMAT csv, HEADER)`,
    );
    const { step: ingested } = await ingestScoring(engine, model, csv);
    const { location } = await given('SELECT 1 AS a');
    await score(engine, model, join(ingested.folder, 'scoring-dataset.parquet'), { output: overwrite(location) });
    const scores = classes === undefined ? '' : `, COLUMNS('predicted_score.*')`;
    const said = await read(join(evaluated.folder, 'predicted_test_data.parquet'), `predicted_data AS prediction${scores}`);
    expect(await read(location, `prediction${scores}`)).toEqual(said);
  },
);

test('blocks change nothing', async () => {
  const model = await trainModel(engine, { ...tables(KINDS), classes: ['low', 'top'] });
  const { rows: data, location } = await given(rows(0, 50));
  const whole = await score(engine, model, data, { output: overwrite(location) });
  const parts = await score(engine, model, data, { output: overwrite(location) }, { blockRows: 7 });
  const bytes = ({ step }: typeof whole): Buffer => readFileSync(join(step.folder, 'scored.parquet'));
  expect(bytes(parts).equals(bytes(whole))).toBe(true);
  expect(parts.result.card.sections[0]).toEqual(whole.result.card.sections[0]);
});

test('classes: labels in the type of the target, and the score of each', async () => {
  const model = await trainModel(engine, { ...tables(KINDS), classes: ['low', 'top'] });
  const { rows: data, location } = await given(rows(0, 30));
  await score(engine, model, data, { output: overwrite(location) });
  const [row] = await read(location);
  expect(row).toMatchObject({ y: 0, prediction: 'low' });
  expect(Object.keys(row ?? {})).toEqual([
    'a',
    'colour',
    'y',
    'prediction',
    'predicted_score',
    'predicted_score_low',
    'predicted_score_top',
    'predicted_label',
  ]);
  await score(engine, model, data, { output: overwrite(location), predict_scores_for_all_classes: false, result_type: 'string' });
  expect(Object.keys((await read(location))[0] ?? {})).toEqual(['a', 'colour', 'y', 'prediction']);
  expect(await complaint(score(engine, model, data, { output: overwrite(location), result_type: 'double' }))).toBe(
    'bad-value: `result_type: double` cannot hold the classes `low` and `top` | leave `result_type` out to get the labels as they are',
  );
});

test('a rare class is predicted from the threshold of the model on', async () => {
  const rare = "CASE WHEN i % 11 = 0 THEN 'yes' ELSE 'no' END";
  const model = await trainModel(engine, { ...tables(rare), classes: ['no', 'yes'] });
  const { threshold } = JSON.parse(readFileSync(join(model.train.folder, 'model/model.json'), 'utf8')).adjustment;
  const { rows: data, location } = await given(rows(0, 100));
  await score(engine, model, data, { output: overwrite(location) });
  const [counted] = await read(
    location,
    `count(*) FILTER (prediction = 'yes') AS yes, count(*) FILTER ((prediction = 'yes') <> (predicted_score_yes >= ${threshold})) AS wrong`,
  );
  expect(counted?.['wrong']).toBe(0);
  expect(Number(counted?.['yes'])).toBeGreaterThan(0);
});

test('classes that are numbers come back as numbers', async () => {
  const model = await trainModel(engine, { ...tables('CAST(i % 2 AS BIGINT)'), classes: ['0', '1'] });
  const { rows: data, location } = await given(rows(0, 30));
  await score(engine, model, data, { output: overwrite(location) });
  expect((await engine.query(`SELECT typeof(prediction) AS t FROM ${parquetRelation(location)} LIMIT 1`))[0]).toEqual({ t: 'BIGINT' });
  await score(engine, model, data, { output: overwrite(location), result_type: 'boolean' });
  expect((await engine.query(`SELECT typeof(prediction) AS t FROM ${parquetRelation(location)} LIMIT 1`))[0]).toEqual({ t: 'BOOLEAN' });
});

test('an old prediction gives way, texts that nobody has seen are counted, and so are predictions far out', async () => {
  const model = await trainModel(engine, tables());
  const { rows: data, location } = await given(`SELECT a * 100 AS a, 'mauve' AS colour, 1 AS "Prediction" FROM (${rows(10, 20)})`);
  const { result } = await score(engine, model, data, { output: overwrite(location) });
  expect(result.findings.map(({ code, message }) => `${code}: ${message}`)).toEqual([
    'SCORING_COLUMN_REPLACED: the new data have a column `Prediction`, which the prediction replaces',
    'SCORING_UNSEEN_CATEGORY: 20 rows (100 %) have texts in `colour` that no training row has',
    'SCORING_OUT_OF_RANGE: 20 predictions (100 %) lie outside of what the model predicted in training',
  ]);
  expect(Object.keys((await read(location))[0] ?? {})).toEqual(['a', 'colour', 'prediction']);
});

test('save modes: append joins by name, ignore leaves, the others refuse before anything is computed', async () => {
  const model = await trainModel(engine, tables());
  const { rows: data, location, folder } = await given(rows(0, 10));
  const output = (save_mode: string) => ({ using: 'parquet', location, save_mode });
  await score(engine, model, data, { output: output('errorifexists') });
  const turned = await given(`SELECT y, colour, a FROM (${rows(10, 5)})`);
  await score(engine, model, turned.rows, { output: output('append') });
  expect((await read(location, 'count(*) AS n, max(a) AS a'))[0]).toEqual({ n: 15, a: 14 });
  const before = readFileSync(location);
  const { result, step } = await score(engine, model, data, { output: output('ignore') });
  expect(result.findings.map(({ code }) => code)).toEqual(['SCORING_OUTPUT_LEFT']);
  expect(existsSync(join(step.folder, 'scored.parquet'))).toBe(true);
  expect(await complaint(score(engine, model, data, { output: output('default') }))).toBe(
    `output-exists: \`${location}\` exists, and \`save_mode: default\` does not replace it | remove the file, write \`save_mode: overwrite\` or \`append\`, or choose another location`,
  );
  const other = await given(`SELECT a, colour FROM (${rows(0, 5)})`);
  expect(await complaint(score(engine, model, other.rows, { output: output('append') }))).toContain(
    `cannot be appended to \`${location}\`: it has \`y\`, which the scored rows have not`,
  );
  expect(readFileSync(location).equals(before)).toBe(true);
  mkdirSync(join(folder, 'taken'));
  expect(await complaint(score(engine, model, data, { output: overwrite(join(folder, 'taken')) }))).toContain(
    'is a folder, and the scored table is one file',
  );
});

test('CSV: written, and appended to without a change of what is there', async () => {
  const model = await trainModel(engine, tables());
  const { rows: data, folder } = await given(`SELECT 'a "b", c' AS note, a, colour FROM (${rows(1, 2)})`);
  const location = join(folder, 'scored.csv');
  const output = (save_mode: string) => ({ using: 'csv', location, save_mode });
  await score(engine, model, data, { output: output('overwrite'), result_type: 'long' });
  expect(readFileSync(location, 'utf8')).toBe('note,a,colour,prediction\n"a ""b"", c",1.0,green,4\n"a ""b"", c",2.0,blue,7\n');
  writeFileSync(location, 'note,a,colour,prediction\nby hand,1.50,red,007\n');
  await score(engine, model, data, { output: output('append'), result_type: 'long' });
  expect(readFileSync(location, 'utf8').split('\n').slice(0, 3)).toEqual([
    'note,a,colour,prediction',
    'by hand,1.50,red,007',
    '"a ""b"", c",1.0,green,4',
  ]);
});

test('a model that needs code of the user says when that code has changed', async () => {
  const forest = () => new RandomForestRegression({ seed: 1, nEstimators: 3, maxFeatures: 2, replacement: true, noOOB: true });
  const userFunctions = { 'steps/train.ts#estimator_fn': forest };
  const model = await trainModel(engine, tables(), { userFunctions });
  const { rows: data, location } = await given(rows(0, 10));
  expect((await score(engine, model, data, { output: overwrite(location) }, { userFunctions })).result.findings).toEqual([]);
  const file = join(model.train.folder, 'model/model.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace('digest of steps/train.ts', 'another digest'));
  const { result } = await score(engine, model, data, { output: overwrite(location) }, { userFunctions });
  expect(result.findings.map(({ code }) => code)).toEqual(['SCORING_CODE_CHANGED']);
});
