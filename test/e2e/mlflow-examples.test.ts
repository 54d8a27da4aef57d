/**
 * MLflow Recipes' two example projects, with `recipe.yaml` and profiles as they are there and the
 * functions of `steps/` written in TypeScript: the real command takes them to a registered model.
 */
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { placeExampleData } from '../support/example-data.ts';
import { REPOSITORY, RecipeRig } from '../support/recipe-rig.ts';

const STEPS = ['ingest', 'split', 'transform', 'train', 'evaluate', 'register'];

let rig: RecipeRig;
afterEach(() => rig.remove());

function example(name: string): RecipeRig {
  const made = new RecipeRig();
  made.copy(join(REPOSITORY, 'test/fixtures', name), '.');
  mkdirSync(join(made.root, 'node_modules'));
  symlinkSync(REPOSITORY, join(made.root, 'node_modules/mlrecipe'));
  return made;
}

/** The name and version that `register` left. */
function registered(): unknown {
  return JSON.parse(rig.read('.recipe/outputs/register/registered_model_version.json'));
}

test('taxi fares: to a registered model, then nothing to do, then an edit of steps/train.ts', async () => {
  rig = example('mlflow-taxi');
  const isReal = await placeExampleData('regression', join(rig.root, 'data'));

  const first = await rig.events([]);
  expect(first.stderr).not.toContain('error');
  expect(first).toMatchObject({ exitCode: 0, finished: { status: 'ok', verdict: 'VALIDATED', executed: STEPS } });
  const { metrics } = first.finished;
  // The same model on 20 random splits of the real data had a test RMSE between 2.1 and 8.6.
  expect(metrics['test_root_mean_squared_error']).toBeGreaterThan(isReal ? 1.9 : 0);
  expect(metrics['test_root_mean_squared_error']).toBeLessThan(isReal ? 8.6 : 1);
  expect(metrics['test_r2_score']).toBeGreaterThan(0.6);
  expect(metrics['test_weighted_mean_squared_error']).toBeGreaterThan(0);
  expect(metrics).toHaveProperty('val_weighted_mean_squared_error');
  expect(registered()).toEqual({ registered_model_name: 'taxi_fare_regressor', registered_model_version: '1' });
  // Where the profile says.
  expect(rig.has('metadata/mlflow/mlruns.db')).toBe(true);
  expect(rig.has('mlflow.db')).toBe(false);

  expect((await rig.events([])).finished).toMatchObject({ status: 'ok', verdict: 'VALIDATED', executed: [], reused: STEPS });

  rig.edit('steps/train.ts', 'l2: 0.8', 'l2: 20');
  const third = await rig.events([]);
  expect(third.finished).toMatchObject({ status: 'ok', executed: ['train', 'evaluate', 'register'] });
  expect(third.finished.metrics['training_root_mean_squared_error']).toBeGreaterThan(metrics['training_root_mean_squared_error'] ?? 0);
  expect(registered()).toEqual({ registered_model_name: 'taxi_fare_regressor', registered_model_version: '2' });
});

test('red and white wine: two files through a loader, to a registered model, then nothing to do', async () => {
  rig = example('mlflow-wine');
  const isReal = await placeExampleData('classification', join(rig.root, 'data'));

  const first = await rig.events([]);
  expect(first).toMatchObject({ exitCode: 0, finished: { status: 'ok', verdict: 'VALIDATED', executed: STEPS } });
  const { metrics } = first.finished;
  // A linear model with hinge loss reaches an F1 of 0.79 there; ours is logistic and scales its columns.
  for (const metric of ['f1_score', 'precision_score', 'recall_score', 'roc_auc'])
    expect(metrics[`test_${metric}`]).toBeGreaterThan(isReal ? 0.95 : 0.8);
  expect(registered()).toEqual({ registered_model_name: 'red_wine_classifier', registered_model_version: '1' });

  expect((await rig.events([])).finished).toMatchObject({ status: 'ok', verdict: 'VALIDATED', executed: [], reused: STEPS });
});

test('a profile for Databricks is valid, and is refused at its place when it is run', async () => {
  rig = example('mlflow-taxi');
  const valid = await rig.run(['validate', '--profile', 'databricks', '--format', 'concise']);
  expect(valid).toMatchObject({ exitCode: 0 });
  expect(valid.stderr).toContain('profiles/databricks.yaml:9:10 warning[not-supported-yet] `using: spark_sql` is not available yet');
  for (const command of ['run', 'plan']) {
    const refused = await rig.run([command, '--profile', 'databricks', '--format', 'concise']);
    expect(refused).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: 'profiles/databricks.yaml:9:10 error[not-supported-yet] `using: spark_sql` is not available yet\n',
    });
  }
  for (const trace of ['.recipe/outputs', '.recipe/logs', 'metadata', 'mlflow.db']) expect(rig.has(trace)).toBe(false);
});
