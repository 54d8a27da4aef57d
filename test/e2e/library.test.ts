/** `import { Recipe } from 'mlrecipe'`: the built library, as a program of its own uses it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Recipe, RecipeError } from '../../dist/index.js';
import { RecipeRig } from '../support/recipe-rig.ts';
import { regressionProject } from '../support/small-projects.ts';

let rig: RecipeRig;
beforeAll(() => {
  rig = new RecipeRig(regressionProject());
});
afterAll(() => rig.remove());

test('load, plan, run, inspect, getArtifact, clean', async () => {
  const recipe = await Recipe.load({ root: rig.root });
  expect((await recipe.plan()).steps[0]).toMatchObject({ name: 'ingest', state: 'run', reasons: [{ kind: 'never-ran' }] });
  const types: string[] = [];
  const finished = await recipe.run('evaluate', { onEvent: ({ type }) => types.push(type) });
  expect(finished).toMatchObject({
    type: 'run-finished',
    status: 'ok',
    executed: ['ingest', 'split', 'transform', 'train', 'evaluate'],
    verdict: 'VALIDATED',
  });
  expect([types[0], types.at(-1)]).toEqual(['run-started', 'run-finished']);
  expect((await recipe.inspect('train')).html).toBe('.recipe/outputs/train/card.html');
  expect(await recipe.getArtifact('training_data')).toMatch(/train\.parquet$/);
  expect(await recipe.clean('evaluate')).toEqual([{ step: 'evaluate', folder: '.recipe/outputs/evaluate', results: 1 }]);
  expect((await recipe.plan()).steps.find(({ name }) => name === 'evaluate')?.state).toBe('run');
});

test('set overrides the recipe; mistakes reject with every diagnostic', async () => {
  const recipe = await Recipe.load({ root: rig.root, set: ['steps.split.seed=3'] });
  expect((await recipe.plan()).steps.map(({ state }) => state)).toEqual(['fresh', 'run', 'unknown', 'unknown', 'run', 'run']);
  const wrong = Recipe.load({ root: rig.root, set: ['steps.split.sed=3', 'target_col=[1]'] });
  await expect(wrong).rejects.toBeInstanceOf(RecipeError);
  const { diagnostics } = (await wrong.catch((error: unknown) => error)) as RecipeError;
  expect(diagnostics.map(({ code }) => code).sort()).toEqual(['unknown-key', 'wrong-type']);
});

test('an artifact that is out of date rejects and names the step', async () => {
  const recipe = await Recipe.load({ root: rig.root, set: ['steps.split.seed=4'] });
  await expect(recipe.getArtifact('training_data')).rejects.toThrow('run `npx mlrecipe run --step split`');
});
