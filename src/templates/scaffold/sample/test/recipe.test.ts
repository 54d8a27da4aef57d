import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Recipe } from 'mlrecipe';
import { expect, test } from 'vitest';
import { estimator_fn } from '../steps/train.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

test('the estimator has the parameters that we mean', () => {
  expect(estimator_fn().params).toMatchObject({ n_estimators: 200, max_leaves: 15 });
});

test('the recipe trains a model that meets its criteria', async () => {
  const recipe = await Recipe.load({ root });
  const finished = await recipe.run('evaluate');
  expect(finished.status).toBe('ok');
  expect(finished.verdict).toBe('VALIDATED');
}, 120_000);
