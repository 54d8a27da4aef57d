/**
 * The recipe files of MLflow Recipes' two templates and two example projects, each with its two
 * profiles, load as they are. In a bare template exactly what is to be filled in is missing.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderConcise } from '../../../src/diagnostics/render.ts';
import { loadedMemory, loadMemory, type MemoryProject, reports } from '../../support/memory-recipe.ts';
import { REPOSITORY } from '../../support/recipe-rig.ts';

function project(name: string, profile: string, data: readonly string[] = []): MemoryProject {
  const read = (file: string): string => readFileSync(join(REPOSITORY, 'test/fixtures', name, file), 'utf8');
  return { recipe: read('recipe.yaml'), profiles: { [profile]: read(`profiles/${profile}.yaml`) }, profile, data };
}

const TAXI = ['data/sample.parquet'];
const WINE = ['data/winequality-white.csv', 'data/winequality-red.csv'];

/** Reports without their place in the file. */
const words = (lines: readonly string[]): readonly string[] => lines.map((line) => line.replace(/^\S+ /, ''));

describe('the taxi example', () => {
  it('with its local profile', () => {
    const taxi = project('mlflow-taxi', 'local', TAXI);
    expect(words(reports(loadMemory(taxi)))).toEqual([]);
    expect(loadedMemory(taxi).recipe).toMatchObject({
      task: 'regression',
      target_col: 'fare_amount',
      steps: {
        ingest: { using: 'parquet', location: ['./data/sample.parquet'] },
        split: { split_ratios: [0.8, 0.1, 0.1], post_split_filter_method: 'create_dataset_filter' },
        transform: { using: 'custom', transformer_method: 'transformer_fn' },
        train: { using: 'custom', estimator_method: 'estimator_fn' },
        register: { model_name: 'taxi_fare_regressor' },
        predict: { using: 'parquet', location: './data/sample_output.parquet' },
      },
    });
  });

  it('with its Databricks profile, which cannot run here', () => {
    const result = loadMemory(project('mlflow-taxi', 'databricks'));
    expect(words(reports(result))).toEqual([
      'warning[not-supported-yet] `using: spark_sql` is not available yet',
      'warning[not-supported-yet] `using: spark_sql` is not available yet',
      'warning[not-supported-yet] `using: table` is not available yet',
    ]);
    const stops = result.ok ? result.value.unavailable : [];
    expect(stops.map((diagnostic) => renderConcise(diagnostic, (file) => result.files.get(file)))).toEqual([
      'profiles/databricks.yaml:9:10 error[not-supported-yet] `using: spark_sql` is not available yet',
    ]);
    // The default of `{{SPLIT_RATIOS|default(…)}}`.
    expect(loadedMemory(project('mlflow-taxi', 'databricks')).recipe.steps.split).toMatchObject({ split_ratios: [0.75, 0.125, 0.125] });
  });
});

describe('the wine example', () => {
  it('with its local profile, whose scoring file never existed', () => {
    const wine = project('mlflow-wine', 'local', WINE);
    expect(words(reports(loadMemory(wine)))).toEqual(['warning[file-not-found] `./data/winequality.csv` does not exist']);
    expect(loadedMemory(wine).recipe).toMatchObject({
      task: 'classification',
      positive_class: 1,
      steps: {
        ingest: { using: 'custom', format: 'csv', loader_method: 'load_file_as_dataframe', location: WINE.map((file) => `./${file}`) },
        train: { using: 'custom', estimator_method: 'estimator_fn' },
      },
    });
  });

  it('with its Databricks profile, whose scoring location is empty', () => {
    expect(words(reports(loadMemory(project('mlflow-wine', 'databricks', WINE))))).toEqual([
      'warning[not-supported-yet] `using: spark_sql` is not available yet',
      'warning[fill-me-in] `steps.ingest_scoring.location` is empty',
      'warning[not-supported-yet] `using: table` is not available yet',
    ]);
  });
});

describe('a bare template', () => {
  it.each([
    ['regression', 'local', []],
    ['regression', 'databricks', []],
    ['classification', 'local', ['positive_class']],
    ['classification', 'databricks', ['positive_class']],
  ] as const)('%s with %s: all that is wrong is what is to be filled in', (task, profile, more) => {
    expect(words(reports(loadMemory(project(`mlflow-${task}-template`, profile))))).toEqual(
      [
        'experiment.name',
        'model_registry.model_name',
        'steps.ingest.using',
        'target_col',
        ...more,
        'primary_metric',
        'steps.train.using',
      ].map((key) => `error[fill-me-in] \`${key}\` is empty`),
    );
  });

  it('loads once it is filled in', () => {
    const { recipe, profiles, ...rest } = project('mlflow-regression-template', 'local', TAXI);
    const filled = recipe
      .replace('target_col: ""', 'target_col: fare_amount')
      .replace('primary_metric: ""', 'primary_metric: root_mean_squared_error')
      .replace('using: ""', 'using: linear');
    const local = (profiles?.['local'] ?? '')
      .replace('  name: ""', '  name: taxi')
      .replace('model_name: ""', 'model_name: taxi')
      .replace('using: ""\n  # location', 'using: parquet\n  location');
    expect(reports(loadMemory({ ...rest, recipe: filled, profiles: { local } }))).toEqual([]);
  });
});

/** Every key of MLflow Recipes, the undocumented ones included. */
const EVERYTHING = `recipe: classification@v1
target_col: label
positive_class: 1
primary_metric: f1_score
custom_metrics: [{name: mine, function: mine, greater_is_better: true}]
experiment: {name: e, id: 3, tracking_uri: "sqlite:///mlruns.db", artifact_location: ./artifacts, run_name_prefix: nightly}
model_registry: {model_name: m, registry_uri: "sqlite:///registry.db", uri: unread}
steps:
  ingest: {using: csv, location: [data/houses.csv], loader_method: load, skip_data_profiling: true}
  split:
    using: split_ratios
    split_ratios: [3, 1, 1]
    post_split_filter_method: keep
    post_split_method: revise
    skip_data_profiling: true
  transform: {using: custom, transformer_method: transform, skip_data_profiling: true}
  train:
    using: automl/flaml
    time_budget_secs: 60
    flaml_params: {estimator_list: [lgbm]}
    estimator_params: {}
    predict_scores_for_all_classes: false
    predict_prefix: my_
    calibrate_proba: sigmoid
    rebalance_training_data: true
    resampling_minority_percentage: 0.3
    tuning:
      enabled: true
      max_trials: 5
      algorithm: hyperopt.rand.suggest
      parallelism: 2
      sample_fraction: 0.5
      early_stop_fn: stop
      parameters:
        alpha: {distribution: loguniform, low: -5, high: 0}
        depth: {values: [3, 5]}
        width: {distribution: quniform, low: 1, high: 9, q: 2}
        height: {distribution: normal, mu: 0, sigma: 1}
        count: {distribution: randint, upper: 9}
    skip_data_profiling: true
  evaluate: {validation_criteria: [{metric: f1_score, threshold: 0.5}]}
  register: {allow_non_validated_model: true, model_name: m, registry_uri: "sqlite:///registry.db"}
  ingest_scoring: {using: delta, location: /tables/new, version: 3, timestamp: "2024-01-01", skip_data_profiling: true}
  predict:
    using: parquet
    location: data/out.parquet
    model_uri: models:/m/latest
    result_type: double
    save_mode: errorifexists
    skip_data_profiling: true
`;

describe('every key', () => {
  it('is known, and none is an error', () => {
    const found = reports(loadMemory({ recipe: EVERYTHING }));
    expect(found.filter((line) => line.includes(' error['))).toEqual([]);
    expect([...new Set(found.map((line) => /warning\[([\w-]+)\]/.exec(line)?.[1]))].sort()).toEqual([
      'foreign-word',
      'not-supported-yet',
      'unused-key',
    ]);
  });
});
