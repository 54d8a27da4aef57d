import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDuckDb } from '../../../src/data/duckdb.ts';
import type { DataEngine } from '../../../src/data/engine.ts';
import { copyToParquet, parquetRelation } from '../../../src/data/sql.ts';
import type { Column, Table } from '../../../src/data/table.ts';
import { oneHot, pipeline, standardScale, targetEncode } from '../../../src/data/transform/api.ts';
import { applyTransformer } from '../../../src/data/transform/apply.ts';
import { parseTransformer } from '../../../src/data/transform/transformer.ts';
import { DiagnosticError } from '../../../src/diagnostics/diagnostic.ts';
import { runTransform } from '../../../src/steps/transform/run.ts';
import { stepContext, type TestStepContext } from '../../support/step-context.ts';
import { tempFolder } from '../../support/temp-folder.ts';

let engine: DataEngine;
beforeAll(async () => {
  engine = await openDuckDb({ threads: 2 });
});
afterAll(() => engine.close());

const TRAINING = "SELECT i * 7 % 30 AS a, ['red', 'green', 'blue'][i % 3 + 1] AS colour, 5 AS same, i * 2.0 AS y FROM range(30) t(i)";
const VALIDATION = "SELECT i AS a, ['red', 'pink'][i % 2 + 1] AS colour, 5 AS same, i * 2.0 AS y FROM range(4) t(i)";

async function context(params: Record<string, unknown> = {}, made?: () => unknown, validation = VALIDATION): Promise<TestStepContext> {
  const folder = tempFolder();
  const inputs = { training_data: join(folder, 'train.parquet'), validation_data: join(folder, 'validation.parquet') };
  await engine.execute(copyToParquet(TRAINING, inputs.training_data));
  await engine.execute(copyToParquet(validation, inputs.validation_data));
  const custom =
    made === undefined ? { using: 'auto' } : { using: 'custom', method: { file: 'steps/transform.ts', name: 'transformer_fn' } };
  return stepContext({
    engine,
    inputs,
    params: { impute: 'none', encode: 'ordinal', target: 'y', task: 'regression', roles: {}, ...custom, ...params },
    userFunctions: { 'steps/transform.ts#transformer_fn': (made ?? (() => undefined)) as never },
  });
}
const read = async (folder: string, part: string) =>
  (await engine.query(`SELECT * FROM ${parquetRelation(join(folder, `transformed_${part}_data.parquet`))}`)).map((row) => ({ ...row }));
const stored = (folder: string) => parseTransformer(readFileSync(join(folder, 'transformer.json'), 'utf8'));

async function complaint(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => new Error('the step did not fail'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof DiagnosticError)) throw error;
  const { code, message, hint } = error.diagnostic;
  return hint === undefined ? `${code}: ${message}` : `${code}: ${message} | ${hint}`;
}

test('auto: features in order, the target untouched beside them, what was decided in the log', async () => {
  const step = await context();
  const result = await runTransform(step);
  expect(result.summary).toBe('2 columns → 2 features (1 numeric, 1 categorical); dropped same');
  expect(step.logged).toEqual(['a: number, as it is', 'colour: text, 3 levels → category codes', 'same: dropped, every value is the same']);
  expect((await read(step.folder, 'training')).slice(0, 3)).toEqual([
    { a: 0, colour: 2, y: 0 },
    { a: 7, colour: 1, y: 2 },
    { a: 14, colour: 0, y: 4 },
  ]);
  expect((await read(step.folder, 'validation')).map((row) => row['colour'])).toEqual([2, null, 2, null]);
  expect(result.findings).toEqual([
    {
      code: 'TRANSFORM_UNSEEN_CATEGORY',
      severity: 'info',
      column: 'colour',
      message: '2 validation rows (50 %) have texts that no training row has',
    },
  ]);
  expect(result.card.sections.map(({ id }) => id)).toEqual(['choices', 'features']);
  await step.dispose();
});

test('two runs give the same bytes', async () => {
  const digests = await Promise.all(
    [0, 1].map(async () => {
      const step = await context();
      await runTransform(step);
      const bytes = ['transformer.json', 'transformed_training_data.parquet', 'transformed_validation_data.parquet'].map((file) =>
        createHash('sha256')
          .update(readFileSync(join(step.folder, file)))
          .digest('hex'),
      );
      await step.dispose();
      return bytes;
    }),
  );
  expect(digests[1]).toEqual(digests[0]);
});

test('what is decided and learned does not depend on the validation rows', async () => {
  const other =
    "SELECT NULL::BIGINT AS a, 'a text of many words that nobody has seen ' || i AS colour, i AS same, i * 1e6 AS y FROM range(500) t(i)";
  const texts = await Promise.all(
    [VALIDATION, other].map(async (rows) => {
      const step = await context({ impute: 'median', encode: 'one_hot' }, undefined, rows);
      await runTransform(step);
      const files = ['transformer.json', 'transformed_training_data.parquet'];
      const found = files.map((file) => readFileSync(join(step.folder, file)).toString('base64'));
      await step.dispose();
      return [...found, ...step.logged];
    }),
  );
  expect(texts[1]).toEqual(texts[0]);
});

test('means of the target are out of fold in the training rows alone, and the log says so', async () => {
  const step = await context({}, () => pipeline([targetEncode({ columns: ['colour'], smooth: 0 })]));
  await runTransform(step);
  const values = async (part: string) => new Set((await read(step.folder, part)).map((row) => row['colour']));
  expect((await values('training')).size).toBeGreaterThan(3);
  expect([...(await values('validation'))]).toEqual([27, 29]);
  expect(step.logged).toEqual(['colour: 3 levels → mean of the target, out of fold']);
  await step.dispose();
});

test('a text that no training row has stops the step where the recipe wants that', async () => {
  const step = await context({}, () => pipeline([oneHot({ handleUnknown: 'error' })]));
  expect(await complaint(runTransform(step))).toBe(
    'bad-column: the column `colour` holds a text that no training row has, which `handle_unknown: error` of `one_hot` refuses | correct the text, train on rows that have it, or write `handle_unknown: ignore`',
  );
  await step.dispose();
});

test('a function that returns nothing passes the columns on', async () => {
  const step = await context({}, () => undefined);
  await runTransform(step);
  expect(stored(step.folder).features.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
    'a numeric',
    'colour categorical',
    'same numeric',
  ]);
  await step.dispose();
});

test('a pipeline is the same kind of transformer', async () => {
  const step = await context({}, () => pipeline([standardScale({ columns: ['a'] })]));
  const result = await runTransform(step);
  expect(stored(step.folder).kind).toBe('pipeline');
  expect(result.findings).toContainEqual({
    code: 'TRANSFORM_CONSTANT_OUTPUT',
    severity: 'warning',
    column: 'same',
    message: 'the feature is the same in all training rows',
  });
  await step.dispose();
});

/** Subtracts the mean of `a`, and marks one colour by text. */
class Centre {
  mean = Number.NaN;
  targets = 0;
  fit(table: Table, target: Column): void {
    const a = table.column('a').data as Float64Array;
    this.mean = a.reduce((sum, value) => sum + value, 0) / a.length;
    this.targets = target.data.length;
    a.fill(0);
  }
  async transform(table: Table): Promise<unknown> {
    return [...table.rows()].map(({ a, colour }) => ({ centred: Number(a) - this.mean, is: colour === 'red' ? 'red' : 'other' }));
  }
  toJSON(): unknown {
    return { mean: this.mean };
  }
  restore(state: { readonly mean: number }): void {
    this.mean = state.mean;
  }
}

test('an object of the user is kept by its state and restored where it is applied', async () => {
  const step = await context({}, () => new Centre());
  const result = await runTransform(step);
  expect(result.summary).toBe('3 columns → 2 features (1 numeric, 1 categorical)');
  const transformer = stored(step.folder);
  expect(transformer).toMatchObject({
    kind: 'custom',
    file: 'steps/transform.ts',
    method: 'transformer_fn',
    state: { mean: 14.5 },
    features: [
      { name: 'centred', kind: 'numeric' },
      { name: 'is', kind: 'categorical', levels: 2, labels: ['other', 'red'] },
    ],
  });
  expect((await read(step.folder, 'validation')).map((row) => Object.values(row))).toEqual([
    [-14.5, 1, 0],
    [-13.5, 0, 2],
    [-12.5, 1, 4],
    [-11.5, 0, 6],
  ]);
  const applied = await applyTransformer(engine, transformer, `(${VALIDATION})`, {
    keep: ['y', 'colour'],
    userFunction: async () => () => new Centre(),
  });
  expect((await engine.query(applied.sql)).map((row) => ({ ...row }))[1]).toEqual({ centred: -13.5, is: 0, y: 2, colour: 'pink' });
  await applied.release();
  expect(await engine.query("SELECT table_name FROM duckdb_tables() WHERE table_name LIKE '__mlrecipe%'")).toEqual([]);
  await expect(applyTransformer(engine, transformer, `(${VALIDATION})`)).rejects.toThrow(
    new Error('the transformer needs `transformer_fn` in steps/transform.ts, and no user code is at hand'),
  );
  await step.dispose();
});

class Broken extends Centre {
  readonly answer: unknown;
  constructor(answer: unknown) {
    super();
    this.answer = answer;
  }
  override async transform(): Promise<unknown> {
    return this.answer;
  }
}

test.each([
  [
    () => 5,
    '`transformer_fn` in steps/transform.ts returned a number | return `pipeline([…])`, nothing, or an object with `fit(table, target)`, `transform(table)`, `toJSON()` and `restore(state)`',
  ],
  [
    () => ({ fit() {}, transform() {} }),
    '`transformer_fn` in steps/transform.ts returned an object without `toJSON`, `restore` | return `pipeline([…])`, nothing, or an object with `fit(table, target)`, `transform(table)`, `toJSON()` and `restore(state)`',
  ],
  [
    () => new Broken(undefined),
    '`transformer_fn` in steps/transform.ts: `transform` returned nothing | return a Table, an array of rows, or an object of columns',
  ],
  [() => new Broken([{ a: 1 }]), '`transformer_fn` in steps/transform.ts: `transform` returned 1 rows for 30 | return one row for each'],
  [
    () => new Broken({ y: new Float64Array(30) }),
    '`transformer_fn` in steps/transform.ts: `transform` returned a column `y`, which is the name of the target | give the column another name',
  ],
])('a wrong answer of the function %#', async (made, expected) => {
  const step = await context({}, made);
  expect(await complaint(runTransform(step))).toBe(`step-failed: ${expected}`);
  await step.dispose();
});
