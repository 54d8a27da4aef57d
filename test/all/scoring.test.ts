/** New data scored again and again: what runs when something has changed, other models, and the mistakes. */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RecipeRig } from '../support/recipe-rig.ts';
import { housesCsv } from '../support/small-projects.ts';

const RECIPE = `recipe: regression/v1
target_col: price
steps:
  ingest:
    location: data/houses.csv
  train:
    using: linear
  register:
    allow_non_validated_model: true
  ingest_scoring:
    location: data/new.csv
  predict:
    output: {using: csv, location: out/scored.csv}
`;
const NEW = 'id,area,rooms,district,agent\nN1,70,2,harbour,Ann\nN2,90,,station,Bob\n';

let rig: RecipeRig;
beforeAll(async () => {
  rig = new RecipeRig({ 'recipe.yaml': RECIPE, 'data/houses.csv': housesCsv(120), 'data/new.csv': NEW });
  expect((await rig.events([])).exitCode).toBe(0);
  expect((await score()).exitCode).toBe(0);
});
afterAll(() => rig.remove());

const score = () => rig.events(['--step', 'predict']);

test('nothing new: nothing runs. New data, a lost or edited output: what is needed runs', async () => {
  expect((await score()).finished.executed).toEqual([]);
  expect(await rig.plan(['--step', 'predict'])).toEqual({ ingest_scoring: 'fresh', predict: 'fresh' });
  rmSync(join(rig.root, 'out/scored.csv'));
  expect((await score()).finished.executed).toEqual(['predict']);
  rig.write('out/scored.csv', 'mine\n');
  expect((await rig.run(['plan', '--step', 'predict'])).stdout).toContain('out/scored.csv was changed since');
  rig.write('data/new.csv', `${NEW}N3,50,1,meadows,Cid\n`);
  expect((await score()).finished.executed).toEqual(['ingest_scoring', 'predict']);
  expect(rig.read('out/scored.csv').split('\n')).toHaveLength(5);
  expect(await rig.plan()).toMatchObject({ train: 'fresh', register: 'fresh' });
});

test('a new version scores again; an explicit one wins, and a folder does as well', async () => {
  const before = rig.read('out/scored.csv');
  rig.edit('recipe.yaml', 'using: linear', 'using: random_forest\n    estimator_params: {n_estimators: 5}');
  expect((await rig.events([])).exitCode).toBe(0);
  const scored = await score();
  // The rows are read in the same way unless the transformer has become another.
  expect(scored.finished.executed).toContain('predict');
  expect(rig.read('out/scored.csv')).not.toBe(before);
  const set = (uri: string) => ['run', '--step', 'predict', '--set', `steps.predict.model_uri=${uri}`];
  const name = rig.root.split('/').at(-1);
  expect((await rig.run(set(`models:/${name}/1`))).exitCode).toBe(0);
  expect(rig.read('out/scored.csv')).toBe(before);
  cpSync(join(rig.root, '.recipe/outputs/train/model'), join(rig.root, 'kept model'), { recursive: true });
  const folder = await rig.run(set('kept model'));
  expect(folder.stderr).toContain('3 rows scored with kept model; written to out/scored.csv');
  expect(rig.read('out/scored.csv')).not.toBe(before);
  const absent = await rig.run(set(`models:/${name}@champion`));
  expect(absent.exitCode).toBe(2);
  expect(absent.stderr).toContain(`error[no-model]: there is no model \`models:/${name}@champion\` in the registry\n`);
  expect(absent.stderr).toContain(`hint: the latest is \`models:/${name}/2\`\n`);
});

test('mistakes: a column that is missing, data that are not there, a step that the recipe does not have', async () => {
  rig.write('data/new.csv', 'id,aera,rooms,district\nN1,70,2,harbour\n');
  const missing = await rig.run(['run', '--step', 'predict', '--format', 'concise']);
  expect(missing.exitCode).toBe(1);
  expect(missing.stderr).toContain(
    'recipe.yaml:11:3 error[unknown-column] column `area`, which the model needs, is not in new.csv; the data have `id`, `aera`, `rooms` and `district`',
  );
  rmSync(join(rig.root, 'data/new.csv'));
  const gone = await rig.run(['run', '--step', 'predict']);
  expect(gone.exitCode).toBe(2);
  expect(gone.stderr).toContain('error[file-not-found]: `data/new.csv` does not exist\n');
  rig.edit('recipe.yaml', RECIPE.slice(RECIPE.indexOf('  ingest_scoring')), '');
  const none = await rig.run(['run', '--step', 'predict']);
  expect(none.stderr).toContain('error[unknown-step]: the recipe does not say what to score, so there is no step `predict`\n');
});
