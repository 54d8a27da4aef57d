import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, test } from 'vitest';
import { findRoot, loadRecipe } from '../../../src/recipe/load.ts';
import { listProfiles } from '../../../src/recipe/profile.ts';
import { DEFAULTS, NULL_CANDIDATES as RECIPE_CANDIDATES } from '../../../src/recipe/vocabulary.ts';
import { DEFAULT_NULL_VALUES } from '../../../src/steps/ingest/params.ts';
import { NULL_CANDIDATES } from '../../../src/steps/ingest/text-types.ts';
import { loadedMemory, loadMemory, reports } from '../../support/memory-recipe.ts';

const FIVE_LINES = 'recipe: regression/v1\ntarget_col: price\nsteps:\n  ingest:\n    location: data/houses.csv\n';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function onDisk(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'recipe-'));
  folders.push(root);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(root, name, '..'), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

test('the words for missing values are the same for headers and for ingest', () => {
  expect(DEFAULTS.ingest.null_values).toEqual(DEFAULT_NULL_VALUES);
  expect(RECIPE_CANDIDATES).toEqual(NULL_CANDIDATES);
});

describe('five lines', () => {
  it('are a complete recipe', () => {
    expect(loadedMemory({ recipe: FIVE_LINES }).recipe).toEqual({
      recipe: 'regression/v1',
      task: 'regression',
      target_col: 'price',
      primary_metric: 'root_mean_squared_error',
      custom_metrics: [],
      columns: {},
      steps: {
        ingest: {
          using: 'csv',
          location: ['data/houses.csv'],
          header: true,
          bad_lines: 'error',
          schema_drift: 'union',
          skip_data_profiling: false,
        },
        split: { using: 'split_ratios', split_ratios: [0.75, 0.125, 0.125], seed: 0, skip_data_profiling: false },
        transform: { using: 'auto', impute: 'auto', encode: 'auto', skip_data_profiling: false },
        train: {
          using: 'gradient_boosting',
          estimator_params: {},
          seed: 0,
          predict_scores_for_all_classes: true,
          predict_prefix: 'predicted_',
          skip_data_profiling: false,
        },
        evaluate: { validation_criteria: [] },
        register: { allow_non_validated_model: false, model_name: 'houses' },
      },
      experiment: { name: 'houses', tags: {} },
      custom_steps: {},
      patience: {},
      resources: {},
    });
  });

  it('know their folder and need no profile', () => {
    const { name, profile, secrets, root } = loadedMemory({ recipe: FIVE_LINES });
    expect({ name, profile, secrets, root }).toEqual({ name: 'houses', profile: undefined, secrets: [], root: '/projects/houses' });
  });

  it('load from the disk too', () => {
    const root = onDisk({ 'recipe.yaml': FIVE_LINES, 'data/houses.csv': 'a,price\n' });
    expect(loadRecipe({ root, env: {} }).ok).toBe(true);
  });
});

describe('a recipe of MLflow Recipes', () => {
  const recipe = `# \`{{ INGEST_DATA_LOCATION }}\` stands in a comment – with “quotes”
recipe: "regression/v1"
target_col: "fare_amount"
primary_metric: "root_mean_squared_error"
steps:
  ingest: {{INGEST_CONFIG}}
  split:
    split_ratios: {{SPLIT_RATIOS|default([0.75, 0.125, 0.125])}}
    post_split_filter_method: create_dataset_filter
  transform: {using: custom, transformer_method: transformer_fn}
  train: {using: custom, estimator_method: estimator_fn}
  evaluate:
    validation_criteria:
      - metric: root_mean_squared_error
        threshold: 10
      - metric: weighted_mean_squared_error
        threshold: 50
  register: {allow_non_validated_model: false}
  ingest_scoring: {{INGEST_SCORING_CONFIG}}
  predict:
    output: {{PREDICT_OUTPUT_CONFIG}}
custom_metrics:
  - name: weighted_mean_squared_error
    function: weighted_mean_squared_error
    greater_is_better: False
`;
  const local = `experiment:
  name: "sklearn_regression_experiment"
  tracking_uri: "sqlite:///metadata/mlflow/mlruns.db"
  artifact_location: "./metadata/mlflow/mlartifacts"
model_registry: {model_name: "taxi_fare_regressor"}
SPLIT_RATIOS: [0.80, 0.10, 0.10]
INGEST_CONFIG: {using: parquet, location: "./data/sample.parquet"}
INGEST_SCORING_CONFIG: {using: parquet, location: "./data/sample.parquet"}
PREDICT_OUTPUT_CONFIG: {using: parquet, location: "./data/sample_output.parquet"}
`;

  it('loads unmodified', () => {
    const result = loadMemory({ recipe, profiles: { local }, data: ['data/sample.parquet'] });
    expect(reports(result)).toEqual([]);
    const loaded = loadedMemory({ recipe, profiles: { local }, data: ['data/sample.parquet'] });
    expect(loaded.profile).toBe('local');
    expect(loaded.recipe).toMatchObject({
      target_col: 'fare_amount',
      custom_metrics: [{ name: 'weighted_mean_squared_error', function: 'weighted_mean_squared_error', greater_is_better: false }],
      steps: {
        ingest: { using: 'parquet', location: ['./data/sample.parquet'] },
        split: { using: 'split_ratios', split_ratios: [0.8, 0.1, 0.1], post_split_filter_method: 'create_dataset_filter' },
        transform: { using: 'custom', transformer_method: 'transformer_fn' },
        train: { using: 'custom', estimator_method: 'estimator_fn' },
        evaluate: {
          validation_criteria: [
            { metric: 'root_mean_squared_error', threshold: 10 },
            { metric: 'weighted_mean_squared_error', threshold: 50 },
          ],
        },
        register: { allow_non_validated_model: false, model_name: 'taxi_fare_regressor' },
        ingest_scoring: { using: 'parquet', location: ['./data/sample.parquet'] },
        predict: { using: 'parquet', location: './data/sample_output.parquet', save_mode: 'overwrite' },
      },
      experiment: { name: 'sklearn_regression_experiment', tracking_uri: 'sqlite:///metadata/mlflow/mlruns.db' },
    });
  });

  it('keeps a loader and its format', () => {
    const { ingest } = loadedMemory({
      recipe: `recipe: classification@v1
target_col: is_red
positive_class: 0
steps:
  ingest:
    using: csv
    location: ["./data/white.csv", "./data/red.csv"]
    loader_method: load_file_as_dataframe
`,
      data: ['data/white.csv', 'data/red.csv'],
    }).recipe.steps;
    expect(ingest).toEqual({
      using: 'custom',
      format: 'csv',
      loader_method: 'load_file_as_dataframe',
      location: ['./data/white.csv', './data/red.csv'],
      schema_drift: 'union',
      skip_data_profiling: false,
    });
  });
});

describe('defaults', () => {
  const classification = FIVE_LINES.replace('regression', 'classification');

  it('leave the metric of a classification to the data, and keep a positive class that is false', () => {
    const { recipe } = loadedMemory({ recipe: `${classification}positive_class: false\n` });
    expect('primary_metric' in recipe).toBe(false);
    expect(recipe.positive_class).toBe(false);
  });

  it('scale shares to a sum of 1, and leave those that sum to 1 as written', () => {
    const ratios = (text: string): unknown =>
      loadedMemory({ recipe: FIVE_LINES, set: [`steps.split.split_ratios=${text}`] }).recipe.steps.split;
    expect(ratios('[6, 2, 2]')).toMatchObject({ split_ratios: [0.6, 0.2, 0.2] });
    expect(ratios('[0.7, 0.2, 0.1]')).toMatchObject({ split_ratios: [0.7, 0.2, 0.1] });
  });

  it('take a function alone as custom', () => {
    const { steps } = loadedMemory({
      recipe: FIVE_LINES,
      set: [
        'steps.split.split_method=a',
        'steps.transform.transformer_method=b',
        'steps.train.estimator_method=c',
        'steps.ingest.loader_method=d',
      ],
    }).recipe;
    expect([steps.ingest, steps.split, steps.transform, steps.train]).toMatchObject([
      { using: 'custom', loader_method: 'd', format: 'csv' },
      { using: 'custom', split_method: 'a' },
      { using: 'custom', transformer_method: 'b' },
      { using: 'custom', estimator_method: 'c' },
    ]);
  });

  it.each([
    ['x.csv', 'csv'],
    ['x.TSV', 'tsv'],
    ['x.parquet', 'parquet'],
    ['x.json', 'json'],
    ['x.ndjson', 'ndjson'],
    ['x.jsonl', 'ndjson'],
  ])('read %s with %s', (file, using) => {
    const recipe = FIVE_LINES.replace('houses.csv', file);
    expect(loadedMemory({ recipe, data: [`data/${file}`] }).recipe.steps.ingest.using).toBe(using);
  });

  it('read a folder by what is in it', () => {
    const recipe = FIVE_LINES.replace('data/houses.csv', 'data');
    expect(loadedMemory({ recipe, data: ['data/a.parquet', 'data/b.parquet', 'data/README'] }).recipe.steps.ingest.using).toBe('parquet');
    expect(reports(loadMemory({ recipe, data: ['data/a.parquet', 'data/b.csv'] }))).toEqual([
      'recipe.yaml:5:15 error[unsupported-format] the format of `data` cannot be told from its name',
    ]);
  });

  it('take the top-level registry before the one of the step', () => {
    const result = loadMemory({
      recipe: `${FIVE_LINES}  register: {model_name: a, registry_uri: sqlite:///r.db}\nmodel_registry: {model_name: b}\n`,
    });
    expect(reports(result)).toEqual([
      'recipe.yaml:6:14 warning[unused-key] `steps.register.model_name` has no effect: `model_registry.model_name` comes first',
    ]);
    expect(result.ok && result.value.recipe.steps.register).toEqual({
      allow_non_validated_model: false,
      model_name: 'b',
      registry_uri: 'sqlite:///r.db',
    });
  });

  it('take an experiment by id', () => {
    expect(loadedMemory({ recipe: `${FIVE_LINES}experiment: {id: 17, tags: {team: 3}}\n` }).recipe.experiment).toEqual({
      id: '17',
      tags: { team: '3' },
    });
  });
});

describe('places and origins', () => {
  const project = {
    recipe: `${FIVE_LINES}  split: {seed: {{SEED}}}\n`,
    profiles: { local: 'SEED: 7\nexperiment: {name: e}\n' },
    set: ['steps.train.seed=9'],
  };

  it('say where each value was written', () => {
    const loaded = loadedMemory(project);
    expect(loaded.origin(['target_col'])).toBe('recipe.yaml');
    expect(loaded.origin(['steps', 'split', 'seed'])).toBe('profiles/local.yaml');
    expect(loaded.origin(['experiment', 'name'])).toBe('profiles/local.yaml');
    expect(loaded.origin(['steps', 'train', 'seed'])).toBe('--set');
    expect(loaded.origin(['steps', 'train', 'using'])).toBe('default');
    expect(loaded.origin(['model_registry', 'model_name'])).toBe('default');
  });

  it('find values, keys, and the nearest parent of what is absent', () => {
    const loaded = loadedMemory(project);
    const text = (path: readonly (string | number)[], at?: 'key' | 'value'): string => {
      const span = loaded.locate(path, at);
      return span === undefined ? '' : `${span.file}: ${loaded.files.get(span.file)?.slice(span.start, span.end)}`;
    };
    expect(text(['target_col'])).toBe('recipe.yaml: price');
    expect(text(['target_col'], 'key')).toBe('recipe.yaml: target_col');
    expect(text(['steps', 'split', 'seed'])).toBe('profiles/local.yaml: 7');
    expect(text(['steps', 'split', 'seed'], 'key')).toBe('recipe.yaml: seed');
    expect(text(['steps', 'split', 'split_ratios', 2])).toBe('recipe.yaml: split');
    expect(text(['steps', 'evaluate', 'validation_criteria'])).toBe('recipe.yaml: steps');
    expect(text(['primary_metric'])).toBe('recipe.yaml: recipe');
    expect(text(['steps', 'train', 'seed'])).toBe('--set: 9');
    const { span, related } = loaded.place(['steps', 'split', 'seed']);
    expect([span.file, related.map((other) => [other.span.file, other.message])]).toEqual([
      'profiles/local.yaml',
      [['recipe.yaml', 'used here']],
    ]);
  });
});

describe('roots and profiles', () => {
  it('finds the root from below', () => {
    const root = onDisk({ 'recipe.yaml': FIVE_LINES, 'steps/deep/x.ts': '' });
    expect(findRoot(join(root, 'steps/deep'))).toBe(root);
    expect(findRoot(root)).toBe(root);
    expect(findRoot(join(root, '..'))).toBeUndefined();
  });

  it('lists profiles in one order', () => {
    const root = onDisk({
      'recipe.yaml': FIVE_LINES,
      'profiles/local.yaml': '',
      'profiles/Cloud.yaml': '',
      'profiles/notes.txt': '',
      'profiles/a.yaml': '',
    });
    expect(listProfiles(root)).toEqual(['Cloud', 'a', 'local']);
    expect(listProfiles(join(root, 'none'))).toEqual([]);
  });

  it('chooses --profile, then RECIPE_PROFILE, then local, then none', () => {
    const profiles = { local: 'SEED: 1\n', cloud: 'SEED: 2\n', other: 'SEED: 3\n' };
    const recipe = `${FIVE_LINES}  split: {seed: {{SEED|default(0)}}}\n`;
    const seedOf = (project: object): unknown => {
      const { profile, recipe: loaded } = loadedMemory({ recipe, profiles, ...project });
      return [profile, loaded.steps.split.using === 'split_ratios' && loaded.steps.split.seed];
    };
    expect(seedOf({ profile: 'other', env: { RECIPE_PROFILE: 'cloud' } })).toEqual(['other', 3]);
    expect(seedOf({ env: { RECIPE_PROFILE: 'cloud' } })).toEqual(['cloud', 2]);
    expect(seedOf({ env: { RECIPE_PROFILE: '' } })).toEqual(['local', 1]);
    expect(seedOf({ profiles: { cloud: 'SEED: 2\n' } })).toEqual([undefined, 0]);
  });

  it.each(['clod', '../cloud', 'a/b', 'a\\b'])('refuses the profile %j', (profile) => {
    const root = onDisk({ 'recipe.yaml': FIVE_LINES, 'profiles/cloud.yaml': '', 'cloud.yaml': '', 'data/houses.csv': '' });
    expect(reports(loadRecipe({ root, profile, env: {} }))).toEqual([
      `error[profile-not-found] there is no profile \`${profile}\`; the profiles are \`cloud\``,
    ]);
  });

  it('says that the name came from the environment', () => {
    expect(reports(loadMemory({ recipe: FIVE_LINES, env: { RECIPE_PROFILE: 'gone' } }))).toEqual([
      'error[profile-not-found] there is no profile `gone` (from `RECIPE_PROFILE`) in `profiles/`',
    ]);
  });

  it('misses recipe.yaml', () => {
    expect(reports(loadRecipe({ root: '/projects/none', env: {}, readText: () => undefined }))).toEqual([
      'error[recipe-not-found] there is no `recipe.yaml` in `/projects/none`',
    ]);
  });

  it('says when a file cannot be read', () => {
    const root = onDisk({ 'recipe.yaml/x': '' });
    expect(reports(loadRecipe({ root, env: {} }))).toEqual(['error[file-unreadable] `recipe.yaml` cannot be read (EISDIR)']);
  });
});
