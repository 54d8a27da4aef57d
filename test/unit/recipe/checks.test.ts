import { describe, expect, it } from 'vitest';
import { renderConcise } from '../../../src/diagnostics/render.ts';
import { METRIC_NAMES } from '../../../src/recipe/metric-names.ts';
import { loadMemory, reports } from '../../support/memory-recipe.ts';

const regression = 'recipe: regression/v1\ntarget_col: price\nsteps:\n  ingest: {location: data/houses.csv}\n';
const classification = regression.replace('regression', 'classification');

function said(recipe: string, ...set: readonly string[]): readonly string[] {
  return reports(loadMemory({ recipe, set }));
}

describe('metrics', () => {
  it.each(METRIC_NAMES.regression)('a regression has %s', (metric) => {
    expect(said(regression, `primary_metric=${metric}`)).toEqual([]);
  });

  it.each(METRIC_NAMES.classification)('a classification has %s', (metric) => {
    expect(said(classification, `steps.evaluate.validation_criteria=[{metric: ${metric}, threshold: 0.5}]`)).toEqual([]);
  });

  it('may be ones of the recipe', () => {
    const custom = `${regression}custom_metrics: [{name: mine, function: mine, greater_is_better: true}]\n`;
    expect(said(custom, 'primary_metric=mine')).toEqual([]);
    expect(said(custom, 'primary_metric=mien')).toEqual(['--set:1:16 error[unknown-metric] `mien` is not a metric of regression']);
  });

  it.each([
    ['rmse', 'root_mean_squared_error'],
    ['test_max_error', 'max_error'],
    ['R2', 'r2_score'],
    ['mean_absolute_eror', 'mean_absolute_error'],
  ])('%s is probably %s', (name, expected) => {
    const result = loadMemory({ recipe: regression, set: [`primary_metric=${name}`] });
    expect(result.ok ? [] : result.diagnostics.map(({ hint }) => hint)).toEqual([`did you mean \`${expected}\`?`]);
  });

  it('of one name stand once, and may replace a built-in one with a warning', () => {
    const entry = (name: string): string => `{name: ${name}, function: f, greater_is_better: true}`;
    expect(said(`${regression}custom_metrics: [${entry('a')}, ${entry('a')}, ${entry('max_error')}]\n`)).toEqual([
      'recipe.yaml:5:74 error[duplicate-key] two custom metrics are called `a`',
      'recipe.yaml:5:123 warning[bad-value] the custom metric `max_error` takes the place of the built-in one',
    ]);
  });
});

describe('scoring', () => {
  it('needs using and location, in either place', () => {
    expect(said(regression, 'steps.predict={using: parquet, location: out.parquet}')).toEqual([
      '--set:1:7 warning[missing-key] `predict` has nothing to score: `steps.ingest_scoring` is missing',
    ]);
    expect(said(regression, 'steps.predict={output: {using: csv}}')).toEqual([
      '--set:1:7 warning[missing-key] `predict` has nothing to score: `steps.ingest_scoring` is missing',
      '--set:1:16 error[missing-key] `steps.predict.output.location` is missing',
    ]);
    expect(said(regression, 'steps.predict={output: {using: csv, location: a}, location: b}')).toEqual([
      '--set:1:7 warning[missing-key] `predict` has nothing to score: `steps.ingest_scoring` is missing',
      '--set:1:51 warning[unused-key] `steps.predict.location` has no effect: `steps.predict.output.location` comes first',
    ]);
  });

  it('warns of what cannot run yet, without stopping a training run', () => {
    expect(
      said(regression, 'steps.ingest_scoring={using: delta, location: a.b}', 'steps.predict={output: {using: table, location: t}}'),
    ).toEqual([
      '--set:1:30 warning[not-supported-yet] Delta tables cannot be read: no reader of them installs without a compiler or a download',
      '--set:2:32 warning[not-supported-yet] `using: table` is not available yet',
    ]);
  });
});

describe('words of MLflow Recipes that would change the result', () => {
  it.each([
    [
      'steps.ingest.using=delta',
      '--set:1:20 warning[not-supported-yet] Delta tables cannot be read: no reader of them installs without a compiler or a download',
    ],
    ['experiment.tracking_uri=databricks', '--set:1:25 warning[not-supported-yet] `databricks` is not available yet'],
    ['model_registry.registry_uri=databricks-uc', '--set:1:29 warning[not-supported-yet] `databricks` is not available yet'],
    [
      'steps.ingest.location=hdfs://example.org/a.csv',
      '--set:1:23 warning[not-supported-yet] data at `hdfs:` addresses cannot be read yet',
    ],
  ])('%s is valid, and stops a run at the same place', (argument, expected) => {
    const result = loadMemory({ recipe: classification, set: [argument] });
    expect(reports(result)).toEqual([expected]);
    const stops = result.ok ? result.value.unavailable : [];
    expect(stops.map((diagnostic) => renderConcise(diagnostic, (file) => result.files.get(file)))).toEqual([
      expected.replace('warning', 'error'),
    ]);
  });

  it.each([
    ['steps.train.using=automl/flaml', 'automl'],
    ['steps.train.tuning={enabled: false, algorithm: hyperopt.rand.suggest}', 'random'],
    ['steps.train.tuning={enabled: false, algorithm: hyperopt.tpe.suggest}', 'tpe'],
    ['steps.train.tuning={enabled: false, algorithm: hyperopt.anneal.suggest}', 'tpe'],
  ])('%s is read as a word of ours', (argument, ours) => {
    const told = said(classification, argument).filter((line) => line.includes('foreign-word'));
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(` is read as \`${ours}\``);
  });

  it.each(['steps.train.tuning={enabled: false, max_trials: 3}', 'steps.train.rebalance_training_data=false'])('accepts %s', (argument) => {
    expect(said(classification, argument)).toEqual([]);
  });
});

describe('parameters of the estimator', () => {
  it('are those of the estimator in use', () => {
    expect(said(regression, 'steps.train.estimator_params={n_estimators: 0}')).toEqual([
      '--set:1:45 error[bad-value] `steps.train.estimator_params.n_estimators` must be an integer of at least 1 and at most 100000; found `0`',
    ]);
    expect(said(regression, 'steps.train={using: linear, estimator_params: {max_leaves: 3}}')).toEqual([
      '--set:1:48 error[unknown-key] `max_leaves` is not a parameter of `linear`',
    ]);
    expect(said(regression, 'steps.train={estimator_method: f, estimator_params: {anything: [1]}}')).toEqual([]);
  });
});
