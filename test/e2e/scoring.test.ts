/** New data scored with the real command: which model, what runs and what does not, what is left. `test/all/scoring.test.ts` has the rest. */
import { readdirSync } from 'node:fs';
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
beforeAll(() => {
  rig = new RecipeRig({ 'recipe.yaml': RECIPE, 'data/houses.csv': housesCsv(120), 'data/new.csv': NEW });
});
afterAll(() => rig.remove());

const score = () => rig.events(['--step', 'predict']);

test('without a model there is nothing to score with, and the way to one is said', async () => {
  expect(await rig.run(['run', '--step', 'predict'])).toEqual({
    exitCode: 2,
    stdout: '',
    stderr:
      `error[no-model]: there is no model to score with: no version of \`${rig.root.split('/').at(-1)}\` is registered, and none was trained here\n` +
      `  --> recipe.yaml:12:3\n   |\n12 |   predict:\n   |   ^^^^^^^\n\nhint: run \`npx mlrecipe run\` first, or name a model in \`steps.predict.model_uri\`\n`,
  });
});

test('a run trains and scores nothing; scoring trains nothing', async () => {
  const { finished } = await rig.events([]);
  expect(finished.executed).toEqual(['ingest', 'split', 'transform', 'train', 'evaluate', 'register']);
  expect(rig.has('out/scored.csv')).toBe(false);
  const scored = await score();
  expect(scored.exitCode).toBe(0);
  expect(scored.finished.executed).toEqual(['ingest_scoring', 'predict']);
  expect(scored.finished.metrics).toMatchObject({ scored_rows: 2 });
  expect(rig.read('out/scored.csv')).toMatch(
    /^id,area,rooms,district,agent,prediction\nN1,70,2,harbour,Ann,[\d.]+\nN2,90,,station,Bob,[\d.]+\n$/,
  );
  expect(scored.finished.findings.map(({ code }) => code)).toEqual(['SCORING_UNKNOWN_COLUMN']);
  // Rows stay on this disk: the record has cards and the model.
  const recorded = readdirSync(join(rig.root, 'mlartifacts'), { recursive: true }).map(String);
  expect(recorded.some((path) => path.endsWith('schema.json'))).toBe(true);
  expect(recorded.filter((path) => /\.(?:parquet|csv)$/.test(path))).toEqual([]);
  expect((await rig.run(['get-artifact', 'scored_data'])).stdout).toBe('.recipe/outputs/predict/scored.parquet\n');
  const answer = await rig.run(['sql', 'select id, prediction > 0 as some from scored_data']);
  expect(answer.stdout).toBe('id,some\nN1,true\nN2,true\n');
});
