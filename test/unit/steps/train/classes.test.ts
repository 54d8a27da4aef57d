import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { openDuckDb } from '../../../../src/data/duckdb.ts';
import type { DataEngine } from '../../../../src/data/engine.ts';
import { parquetRelation } from '../../../../src/data/sql.ts';
import { complaint, ESTIMATOR_METHOD, type Tables, type TrainOptions, trainModel } from '../../../support/trained-model.ts';

let engine: DataEngine;
beforeAll(async () => {
  engine = await openDuckDb({ threads: 2 });
});
afterAll(() => engine.close());

/** One row in ten is `yes`, more often so where `a` is large: never more likely than not. */
const rows = (from: number, count: number) =>
  `SELECT (i * 7919 % 101) / 10.0 AS a, (i * 31 % 7) AS b, CASE WHEN i * 104729 % 1000 < 30 * ((i * 7919 % 101) / 10.0) - 50 THEN 'yes' ELSE 'no' END AS y FROM range(${from}, ${from + count}) t(i)`;
const TABLES: Tables = { training: rows(0, 600), validation: rows(600, 200), test: rows(800, 200), target: 'y', classes: ['no', 'yes'] };
const linear = (classes?: object): TrainOptions => ({
  params: { using: 'linear', estimator_params: {}, ...(classes !== undefined && { classes, fold_key: { roles: {} } }) },
});
const read = (folder: string, name: string) => readFileSync(join(folder, name), 'utf8');
const codes = (findings: readonly { readonly code: string }[]) => findings.map(({ code }) => code);

describe('the threshold of the label', () => {
  test('is chosen where a class is rare, saved, told, and used by whatever says labels', async () => {
    const { train, result, evaluate } = await trainModel(engine, TABLES, linear());
    const finding = result.findings.find(({ code }) => code === 'TRAIN_THRESHOLD');
    expect(finding?.message).toMatch(
      /^rows are `yes` from a probability of 0\.\d+ on: validation F1 0\.\d+ there and 0(?:\.\d+)? at 0\.5 \(base rate [\d.]+ %, PR AUC 0\.\d+\)$/,
    );
    const { threshold } = JSON.parse(read(train.folder, 'model/model.json')).adjustment;
    expect(threshold).toBeLessThan(0.5);
    expect(result.params).toMatchObject({ threshold });
    expect(parse(read(train.folder, 'model/MLmodel')).flavors.mlrecipe).toMatchObject({ classes: '["no","yes"]', threshold });
    const { step, result: judged } = await evaluate(linear());
    const file = parquetRelation(join(step.folder, 'predicted_test_data.parquet'));
    const [wrong] = await engine.query(
      `SELECT count(*) AS n, count(*) FILTER (predicted_data = 'yes') AS yes, count(*) FILTER (predicted_data <> predicted_label) AS other FROM ${file} WHERE (predicted_data = 'yes') = (predicted_score_yes >= ${threshold})`,
    );
    expect(wrong).toMatchObject({ n: 200, other: 0 });
    expect(Number(wrong?.['yes'])).toBeGreaterThan(0);
    expect(judged.metrics['test_f1_score']).toBeGreaterThan(0.2);
    expect(judged.card.sections.find(({ id }) => id === 'thresholds')?.note).toMatch(/^The model calls a row yes from 0\.\d+ on\. /);
  });

  test('of the recipe is taken as it is; by cost it falls where a miss is dear', async () => {
    const saved = async (threshold: unknown) => {
      const { train } = await trainModel(engine, TABLES, linear({ threshold }));
      return JSON.parse(read(train.folder, 'model/model.json')).adjustment.threshold as number;
    };
    expect(await saved(0.4)).toBe(0.4);
    const [even, dear] = [
      await saved({ cost: { false_positive: 1, false_negative: 2 } }),
      await saved({ cost: { false_positive: 1, false_negative: 20 } }),
    ];
    expect(dear).toBeLessThan(even);
  });

  test('is not chosen where classes are about as frequent, and a model keeps its bytes', async () => {
    const half = (text: string) => text.replace('- 50', '+ 300');
    const { result, train } = await trainModel(engine, { ...TABLES, training: half(TABLES.training) }, linear());
    expect(codes(result.findings)).not.toContain('TRAIN_THRESHOLD');
    expect(JSON.parse(read(train.folder, 'model/model.json')).adjustment).toBeUndefined();
  });

  test('cannot be chosen on validation rows of one class', async () => {
    const { result } = await trainModel(
      engine,
      { ...TABLES, validation: `${rows(600, 200)} WHERE y = 'no'` },
      linear({ threshold: 'auto' }),
    );
    expect(codes(result.findings)).toContain('TRAIN_NO_THRESHOLD');
  });
});

test('class weights make the rare class more likely, and a calibration takes that back', async () => {
  const mean = async (classes?: object): Promise<number> => {
    const { train } = await trainModel(engine, TABLES, linear(classes));
    const file = parquetRelation(join(train.folder, 'predicted_validation_data.parquet'));
    return Number((await engine.query(`SELECT avg(predicted_score_yes) AS p FROM ${file}`))[0]?.['p']);
  };
  const [plain, weighted, calibrated] = [
    await mean(),
    await mean({ class_weight: 'balanced' }),
    await mean({ class_weight: 'balanced', calibrate_proba: 'sigmoid' }),
  ];
  expect(weighted).toBeGreaterThan(2 * plain);
  expect(Math.abs(calibrated - plain)).toBeLessThan(0.03);
});

test('rebalancing leaves out rows of the larger class, says so, and probabilities stay at the base rate', async () => {
  const { train, result } = await trainModel(engine, TABLES, linear({ rebalance: 0.4 }));
  expect(result.findings.find(({ code }) => code === 'TRAIN_REBALANCED')?.message).toMatch(
    /^\d+ of \d+ rows of `no` were learned from, so that `yes` has 40\.\d % and not [\d.]+ %; probabilities are corrected back$/,
  );
  const { kept } = JSON.parse(read(train.folder, 'model/model.json')).adjustment;
  expect(kept[0]).toBeLessThan(1);
  expect(kept[1]).toBe(1);
  const file = parquetRelation(join(train.folder, 'predicted_training_data.parquet'));
  const [share] = await engine.query(`SELECT avg(predicted_score_yes) AS said, avg(CAST(y = 'yes' AS INTEGER)) AS is FROM ${file}`);
  expect(Math.abs(Number(share?.['said']) - Number(share?.['is']))).toBeLessThan(0.03);
  const again = await trainModel(engine, TABLES, linear({ rebalance: 0.4 }));
  expect(read(again.train.folder, 'model/model.json')).toBe(read(train.folder, 'model/model.json'));
  expect(codes((await trainModel(engine, TABLES, linear({ rebalance: 0.05 }))).result.findings)).toContain('TRAIN_NOT_REBALANCED');
});

test.each(['sigmoid', 'isotonic'])(
  '%s: the card shows the final model before and after, and the model scores as it was saved',
  async (method) => {
    const { train, result, evaluate } = await trainModel(engine, TABLES, linear({ calibrate_proba: method, class_weight: { yes: 5 } }));
    const section = result.card.sections.find(({ id }) => id === 'calibration');
    const table = section?.blocks.find(({ kind }) => kind === 'table') as unknown as {
      rows: { name: string; loss: number; error: number }[];
    };
    const [before, after] = table.rows;
    expect([before?.name, after?.name]).toEqual(['before', 'after']);
    expect(after?.loss).toBeLessThan(before?.loss ?? 0);
    expect(after?.error).toBeLessThan(before?.error ?? 0);
    expect(result.metrics['val_log_loss']).toBe(after?.loss);
    expect(JSON.parse(read(train.folder, 'model/model.json')).adjustment.calibrator.method).toBe(method);
    expect((await evaluate(linear())).result.metrics['test_log_loss']).toBeLessThan(0.4);
  },
);

describe('what cannot be', () => {
  test('a class that is none, and two wishes for three classes', async () => {
    expect(await complaint(trainModel(engine, TABLES, linear({ class_weight: { Yes: 2 } })))).toMatch(
      /^bad-value: `class_weight` names `Yes`, which is no class of the target \| did you mean `yes`\?/,
    );
    const three = (text: string) => text.replace("ELSE 'no'", "WHEN i % 3 = 0 THEN 'maybe' ELSE 'no'");
    const tables = { ...TABLES, training: three(TABLES.training), validation: three(TABLES.validation), classes: ['maybe', 'no', 'yes'] };
    expect(await complaint(trainModel(engine, tables, linear({ threshold: 0.3 })))).toBe(
      'bad-value: `threshold` is for two classes; the target has 3 | remove `threshold`',
    );
  });

  test('an estimator without probabilities, or without weights', async () => {
    const wanting = (classes: object, withWeights: boolean): TrainOptions => {
      class Always {
        static load = () => new Always();
        train = withWeights ? (_x: unknown, _y: unknown, _w: unknown) => {} : (_x: unknown, _y: unknown) => {};
        predict = (x: readonly unknown[]) => x.map(() => 0);
        toJSON = () => ({});
      }
      return {
        params: { using: 'custom', method: ESTIMATOR_METHOD, classes, fold_key: { roles: {} } },
        userFunctions: { 'steps/train.ts#estimator_fn': () => new Always() },
      };
    };
    expect(await complaint(trainModel(engine, TABLES, wanting({ calibrate_proba: 'sigmoid' }, true)))).toBe(
      'bad-value: `calibrate_proba` needs probabilities, and the estimator gives none | add `predictProba` to the estimator, or remove `calibrate_proba`',
    );
    const { result } = await trainModel(engine, TABLES, wanting({ class_weight: 'balanced' }, false));
    expect(codes(result.findings)).toContain('TRAIN_CLASS_WEIGHT_UNUSED');
  });
});
