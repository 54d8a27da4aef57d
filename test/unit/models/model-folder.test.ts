import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { linear } from '../../../src/ml/linear/linear.ts';
import type { SignatureColumn } from '../../../src/models/mlmodel.ts';
import { readModelFolder, savedEstimator, writeModelFolder } from '../../../src/models/model-folder.ts';
import { summarisePredictions } from '../../../src/models/prediction-summary.ts';
import { restoreSaved } from '../../../src/models/restore-model.ts';
import type { SavedModel } from '../../../src/models/saved-model.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const MODEL: SavedModel = {
  schemaVersion: 1,
  task: 'classification',
  target: 'kind',
  classes: ['no', 'yes'],
  features: [{ name: 'colour', kind: 'categorical', levels: 3 }],
  estimator: { name: 'linear', params: { l2: 1 }, state: { weights: [0.1, Number.MIN_VALUE] } },
};
const SIGNATURE: readonly SignatureColumn[] = [
  { name: 'colour', type: 'string', required: true },
  { name: 'it\'s "odd": #1\u2028\u0085\u007f Größe 😀', type: 'datetime', required: true },
];

const SCHEMA = { columns: [{ name: 'colour', type: 'string', sql_type: 'VARCHAR' }] };
const PREDICTIONS = summarisePredictions(Float64Array.of(0, 1, 1), ['no', 'yes']);

function written(model: SavedModel = MODEL): string {
  const folder = join(tempFolder(), 'model');
  writeModelFolder(folder, {
    model,
    transformer: { kind: 'pipeline', formatVersion: 1 },
    signature: SIGNATURE,
    schema: SCHEMA,
    predictions: PREDICTIONS,
  });
  return folder;
}

test('what was written comes back', () => {
  const folder = written();
  expect(readdirSync(folder).sort()).toEqual(['MLmodel', 'model.json', 'predictions.json', 'schema.json', 'transformer.json']);
  expect(readModelFolder(folder)).toEqual({ model: MODEL, transformer: { kind: 'pipeline', formatVersion: 1 } });
});

test('equal models have equal bytes', () => {
  const bytes = (folder: string) => readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  expect(bytes(written())).toEqual(bytes(written()));
});

test('a folder of a later version is refused, and so is what is no folder of ours', () => {
  const folder = written();
  writeFileSync(join(folder, 'model.json'), JSON.stringify({ ...MODEL, schemaVersion: 2 }));
  expect(() => readModelFolder(folder)).toThrow(`the model in ${folder} has format 2; this version of mlrecipe reads format 1`);
  writeFileSync(join(folder, 'model.json'), '{}');
  expect(() => readModelFolder(folder)).toThrow(`the model in ${folder} has format undefined; this version of mlrecipe reads format 1`);
  expect(() => readModelFolder(tempFolder())).toThrow('ENOENT');
});

test.each([
  ['classification', 'string'],
  ['regression', 'double'],
] as const)('MLmodel of a %s: the flavour, and the signature in the types of MLflow', (task, type) => {
  const text = readFileSync(join(written({ ...MODEL, task }), 'MLmodel'), 'utf8');
  // MLflow reads YAML 1.1, in which other line breaks and control characters would change or end the text.
  expect(text).toMatch(/^[\n\x20-\x7e]+$/);
  for (const version of ['1.1', '1.2'] as const) {
    const { flavors, signature } = parse(text, { version });
    expect(flavors).toEqual({ mlrecipe: { data: 'model.json', transformer: 'transformer.json', estimator: 'linear', task } });
    expect(JSON.parse(signature.inputs)).toEqual(SIGNATURE);
    expect(JSON.parse(signature.outputs)).toEqual([{ name: 'prediction', type, required: true }]);
    expect(signature.params).toBeNull();
  }
});

const X = { rowCount: 3, features: [{ name: 'a', kind: 'numeric' as const }], columns: [Float64Array.of(1, 2, 4)] };

test('a fitted model of ours predicts the same after the way through the file', async () => {
  const estimator = linear({ l2: 0.5 });
  const fitted = await estimator.fit(X, { kind: 'regression', values: Float64Array.of(2, 4, 9) }, { seed: 1 });
  const { classes: _, ...regression } = MODEL;
  const folder = written({ ...regression, task: 'regression', estimator: savedEstimator(fitted, estimator.params) });
  const restored = await restoreSaved(readModelFolder(folder).model, () => Promise.reject(new Error('no code of the user is needed')));
  expect(restored.predict(X)).toEqual(fitted.predict(X));
});

test('a model of the user is restored by their code alone, which is told what was saved', async () => {
  const custom = { file: 'steps/train.ts', name: 'estimator_fn', code: 'abc' };
  const asked: unknown[] = [];
  const answer = { estimator: 'custom', predict: () => new Float64Array(0), toJSON: () => null, describe: () => ({}) };
  const { model } = readModelFolder(written({ ...MODEL, estimator: { name: 'custom', params: {}, state: [1], custom } }));
  const restored = await restoreSaved(model, async (...args) => {
    asked.push(...args);
    return answer;
  });
  expect(restored).toBe(answer);
  expect(asked).toEqual([custom, [1], 2]);
});
