/** examples/taxi and examples/wine, by the real command, on the data of MLflow Recipes' examples where they are. */
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { placeExampleData } from '../support/example-data.ts';
import { REPOSITORY, RecipeRig } from '../support/recipe-rig.ts';

let rig: RecipeRig;
afterEach(() => rig.remove());

function example(name: string): RecipeRig {
  const made = new RecipeRig();
  made.copy(join(REPOSITORY, 'examples', name), '.');
  mkdirSync(join(made.root, 'node_modules'));
  symlinkSync(REPOSITORY, join(made.root, 'node_modules/mlrecipe'));
  return made;
}

test('taxi: a filter, a transformer, least squares and a metric of its own', async () => {
  rig = example('taxi');
  await placeExampleData('regression', join(rig.root, 'data'));
  const { exitCode, finished } = await rig.events(['--profile', 'local']);
  expect({ exitCode, verdict: finished.verdict }).toEqual({ exitCode: 0, verdict: 'VALIDATED' });
  expect(finished.metrics['test_mean_absolute_error']).toBeLessThan(2.5);
  expect(finished.metrics['test_weighted_mean_squared_error']).toBeGreaterThan(0);
});

test('wine: two files through a loader, and the same bytes in another folder with another number of threads', async () => {
  const predictions: Buffer[] = [];
  for (const threads of ['1', '2']) {
    rig = example('wine');
    await placeExampleData('classification', join(rig.root, 'data'));
    const { exitCode, finished } = await rig.events(['--profile', 'local'], { RECIPE_THREADS: threads });
    expect({ exitCode, verdict: finished.verdict }).toEqual({ exitCode: 0, verdict: 'VALIDATED' });
    expect(finished.metrics['test_f1_score']).toBeGreaterThan(0.85);
    predictions.push(readFileSync(join(rig.root, '.recipe/outputs/evaluate/predicted_test_data.parquet')));
    if (threads === '1') rig.remove();
  }
  expect(predictions[0]?.equals(predictions[1] as Buffer)).toBe(true);
});
