import { describe, expect, it } from 'vitest';
import { loadedMemory, loadMemory, reports } from '../../support/memory-recipe.ts';

const recipe = `recipe: regression/v1
target_col: price
steps:
  ingest: {location: data/houses.csv}
  train: {using: random_forest, seed: 1}
  evaluate:
    validation_criteria: [{metric: max_error, threshold: 1}, {metric: r2_score, threshold: 0}]
experiment: {name: from-recipe, tags: {a: 1, b: 2}}
`;

describe('the overlay of a profile', () => {
  it('merges mappings and replaces lists and scalars', () => {
    const local = `steps:
  train: {seed: 2}
  evaluate: {validation_criteria: [{metric: max_error, threshold: 5}]}
experiment: {tags: {b: 3, c: 4}}
`;
    const loaded = loadedMemory({ recipe, profiles: { local } }).recipe;
    expect(loaded.steps.train).toMatchObject({ using: 'random_forest', seed: 2 });
    expect(loaded.steps.evaluate.validation_criteria).toEqual([{ metric: 'max_error', threshold: 5 }]);
    expect(loaded.experiment).toEqual({ name: 'from-recipe', tags: { a: '1', b: '3', c: '4' } });
  });

  it('takes nothing away with an empty key', () => {
    const loaded = loadedMemory({ recipe, profiles: { local: 'experiment:\nsteps:\n  train:\n' } }).recipe;
    expect(loaded.experiment.name).toBe('from-recipe');
    expect(loaded.steps.train).toMatchObject({ using: 'random_forest', seed: 1 });
  });

  it('never calls a variable unknown, used or not', () => {
    const local = 'UNUSED_NAME: 1\nX1: {any: thing}\nlower: 3\n';
    expect(reports(loadMemory({ recipe: recipe.replace('seed: 1', 'seed: {{lower}}'), profiles: { local } }))).toEqual([]);
    expect(reports(loadMemory({ recipe, profiles: { local } }))).toEqual([
      'profiles/local.yaml:3:1 error[unknown-key] `lower` is neither a key of the recipe nor used as `{{lower}}`',
    ]);
  });

  it('lets a key of the recipe be a variable too', () => {
    const loaded = loadedMemory({
      recipe: `${recipe}model_registry: {model_name: "{{experiment.name}}-model"}\n`,
      profiles: { local: 'experiment: {name: e}\n' },
    });
    expect([loaded.recipe.experiment.name, loaded.recipe.steps.register.model_name]).toEqual(['e', 'e-model']);
  });

  it('points into the profile for a mistake in it', () => {
    expect(reports(loadMemory({ recipe, profiles: { local: 'steps:\n  train: {using: forest, sed: 3}\n' } }))).toEqual([
      'profiles/local.yaml:2:18 error[bad-value] `steps.train.using` must be one of `gradient_boosting`, `random_forest`, `extra_trees`, `decision_tree`, `linear`, `neural_network` or `custom`; found `forest`',
      'profiles/local.yaml:2:26 error[unknown-key] `sed` is not a key of `steps.train`',
    ]);
  });
});
