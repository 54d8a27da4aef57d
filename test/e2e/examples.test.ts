/** The repository's own recipes: data sets as people have them, run by the real command in a copy. */
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { placeExampleData } from '../support/example-data.ts';
import { type FinishedLine, REPOSITORY, RecipeRig } from '../support/recipe-rig.ts';

let rig: RecipeRig;
afterEach(() => rig.remove());

/** A copy of an example, two folders below one that has the sample data, as in the repository. */
function example(name: string): RecipeRig {
  const made = new RecipeRig();
  made.copy(join(REPOSITORY, 'examples', name, 'recipe.yaml'), join('examples', name, 'recipe.yaml'));
  mkdirSync(join(made.root, 'node_modules'));
  symlinkSync(join(REPOSITORY, 'node_modules/@observablehq'), join(made.root, 'node_modules/@observablehq'));
  return made;
}

async function run(name: string): Promise<{ readonly exitCode: number | null; readonly finished: FinishedLine }> {
  return rig.events(['-C', join(rig.root, 'examples', name)]);
}

test('penguins: three classes from five lines, without profile, code or criteria', async () => {
  rig = example('penguins');
  const { exitCode, finished } = await run('penguins');
  expect(exitCode).toBe(0);
  expect(finished).toMatchObject({
    status: 'ok',
    verdict: 'UNKNOWN',
    executed: ['ingest', 'split', 'transform', 'train', 'evaluate', 'register'],
  });
  expect(finished.metrics['test_f1_score_macro']).toBeGreaterThan(0.85);
  const { stdout } = await rig.run(['run', '-C', join(rig.root, 'examples/penguins')]);
  expect(stdout).toContain('validation_criteria:');
  expect(stdout).toContain('- metric: f1_score_macro');
});

test('olympians: two classes with missing values; the positive class is told, with the line to change it', async () => {
  rig = example('olympians');
  const { exitCode, finished } = await run('olympians');
  expect(exitCode).toBe(0);
  expect(finished).toMatchObject({ status: 'ok', verdict: 'VALIDATED' });
  expect(finished.metrics['test_roc_auc']).toBeGreaterThan(0.9);
  expect(finished.metrics).toHaveProperty('test_f1_score');
  expect(finished.metrics).toHaveProperty('test_f1_score_macro');
  const told = finished.findings.find(({ code }) => code === 'INGEST_POSITIVE_CLASS');
  expect(told?.message).toContain('female');
  expect(told?.message).toContain('positive_class: ');
});

test.each(['taxi', 'wine'])('%s, whose data are not in this repository: recipe, profile and functions are valid', async (name) => {
  rig = new RecipeRig();
  rig.copy(join(REPOSITORY, 'examples', name), '.');
  mkdirSync(join(rig.root, 'node_modules'));
  symlinkSync(REPOSITORY, join(rig.root, 'node_modules/mlrecipe'));
  await placeExampleData(name === 'taxi' ? 'regression' : 'classification', join(rig.root, 'data'));
  expect(await rig.run(['validate', '--profile', 'local'])).toMatchObject({ exitCode: 0, stderr: '' });
});

test('the root recipe: profiles local and cloud validate', async () => {
  rig = new RecipeRig();
  for (const part of ['recipe.yaml', 'profiles', 'steps']) rig.copy(join(REPOSITORY, part), part);
  mkdirSync(join(rig.root, 'node_modules'));
  symlinkSync(join(REPOSITORY, 'node_modules/@observablehq'), join(rig.root, 'node_modules/@observablehq'));
  for (const profile of ['local', 'cloud']) {
    expect(await rig.run(['validate', '--profile', profile])).toMatchObject({ exitCode: 0, stderr: '' });
  }
});
