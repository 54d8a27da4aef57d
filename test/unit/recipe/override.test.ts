import { describe, expect, it } from 'vitest';
import { loadedMemory, loadMemory, reports } from '../../support/memory-recipe.ts';

const recipe = `recipe: regression/v1
target_col: price
steps:
  ingest: {location: data/houses.csv}
  evaluate:
    validation_criteria:
      - {metric: max_error, threshold: 1}
`;

describe('--set', () => {
  it('sets, adds, replaces and empties; the later wins', () => {
    const loaded = loadedMemory({
      recipe: `${recipe}columns: {"a.b": {role: ignore}}\nprimary_metric: r2_score\n`,
      set: [
        'steps.train.seed=1',
        'steps.train.seed=2',
        'steps.evaluate.validation_criteria.0.threshold=5.5',
        'steps.train.estimator_params.learning_rate=0.05',
        'columns."a.b".role=id',
        'experiment={name: "a=b", tags: {x: "007"}}',
        'primary_metric=',
      ],
    }).recipe;
    expect(loaded.steps.train).toMatchObject({ seed: 2, estimator_params: { learning_rate: 0.05 } });
    expect(loaded.steps.evaluate.validation_criteria).toEqual([{ metric: 'max_error', threshold: 5.5 }]);
    expect(loaded.columns).toEqual({ 'a.b': { role: 'id' } });
    expect(loaded.experiment).toEqual({ name: 'a=b', tags: { x: '007' } });
    expect(loaded.primary_metric).toBe('root_mean_squared_error');
  });

  it('puts right what a placeholder lacks, but still says so', () => {
    const result = loadMemory({ recipe: recipe.replace('price', '{{TARGET}}'), set: ['target_col=price'] });
    expect(reports(result)).toEqual(['recipe.yaml:2:13 error[undefined-placeholder] `{{TARGET}}` has no value: no profile is in use']);
  });

  it.each([
    ['seed', '--set:1:1 error[bad-override] `seed` is not of the form `path=value`'],
    ['=1', '--set:1:1 error[bad-override] `=1` is not of the form `path=value`'],
    ['a..b=1', '--set:1:1 error[bad-override] `a..b=1` is not of the form `path=value`'],
    ['target_col.x=1', '--set:1:12 error[bad-override] `target_col` is a single value and has no `x`'],
    [
      'steps.evaluate.validation_criteria.1.metric=x',
      '--set:1:36 error[bad-override] `1` is not an item of the list in `steps.evaluate.validation_criteria.1.metric=x`: it has the items 0 to 0',
    ],
    [
      'steps.train.seed=[1',
      '--set:1:20 error[bad-override] the value of `steps.train.seed=[1` is not valid YAML: a `[` is not closed with `]`',
    ],
    [
      'steps.train.seed=a: b: c',
      '--set:1:21 error[bad-override] the value of `steps.train.seed=a: b: c` is not valid YAML: a mapping cannot begin on the line of a value; check the indentation, or quote a value that contains `: `',
    ],
    ['steps.train.sead=1', '--set:1:13 error[unknown-key] `sead` is not a key of `steps.train`'],
    [
      'steps.train.seed=-1',
      '--set:1:18 error[bad-value] `steps.train.seed` must be an integer of at least 0 and at most 4294967295; found `-1`',
    ],
    ['steps.train=3', '--set:1:13 error[wrong-type] `steps.train` must be a mapping; found `3`'],
  ])('explains %j', (argument, expected) => {
    expect(reports(loadMemory({ recipe, set: [argument] }))).toEqual([expected]);
  });

  it('counts a line for each argument', () => {
    expect(reports(loadMemory({ recipe, set: ['steps.train.seed=1', 'bad'] }))).toEqual([
      '--set:2:1 error[bad-override] `bad` is not of the form `path=value`',
    ]);
  });
});
