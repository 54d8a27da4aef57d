/**
 * Real MLflow reads what a run left: experiments, runs with params and metrics, cards, the model version.
 * Needs a Python with mlflow 3: `python3 -m venv .mlflow && .mlflow/bin/pip install 'mlflow>=3,<4'`, or MLFLOW_PYTHON.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bareEnvironment, command, REPOSITORY, RecipeRig } from '../support/recipe-rig.ts';
import { regressionProject } from '../support/small-projects.ts';

const python = process.env['MLFLOW_PYTHON'] ?? join(REPOSITORY, '.mlflow/bin/python');
let rig: RecipeRig;

beforeAll(() => {
  if (!existsSync(python))
    throw new Error(`no Python with MLflow at ${python}: make one with python3 -m venv .mlflow && .mlflow/bin/pip install 'mlflow>=3,<4'`);
  rig = new RecipeRig(regressionProject());
});
afterAll(() => rig?.remove());

interface Seen {
  readonly runs: readonly {
    readonly info?: object;
    readonly run_name?: string;
    readonly tags: Readonly<Record<string, string>>;
    readonly params: Readonly<Record<string, string>>;
    readonly metrics: Readonly<Record<string, unknown>>;
    readonly artifacts: readonly (readonly [string, number])[];
  }[];
  readonly models: readonly {
    readonly name: string;
    readonly versions: readonly { readonly version: string; readonly run_id: string; readonly source: string }[];
  }[];
}

async function mlflowSees(): Promise<Seen> {
  rig.copy(join(rig.root, 'mlflow.db'), 'copy.db');
  const { exitCode, stdout, stderr } = await command(
    python,
    [join(REPOSITORY, 'scripts/check-mlflow.py'), `sqlite:///${join(rig.root, 'copy.db')}`],
    { cwd: rig.root, env: bareEnvironment() },
  );
  expect(exitCode, stderr).toBe(0);
  return JSON.parse(stdout) as Seen;
}

test('a store of ours opens in MLflow, with the runs, their numbers, cards and the version', async () => {
  const { finished } = await rig.events([]);
  const seen = await mlflowSees();
  const parents = seen.runs.filter(({ tags }) => tags['mlflow.parentRunId'] === undefined);
  const children = seen.runs.filter(({ tags }) => tags['mlflow.parentRunId'] === finished.runId);
  expect(parents).toHaveLength(1);
  expect(children.map(({ tags }) => tags['mlflow.pipeline.step.name']).sort()).toEqual([
    'evaluate',
    'ingest',
    'register',
    'split',
    'train',
    'transform',
  ]);
  expect(parents[0]?.params).toMatchObject({ estimator: 'gradient_boosting', learning_rate: '0.1' });
  expect(Object.keys(parents[0]?.metrics ?? {})).toEqual(
    expect.arrayContaining(['training_root_mean_squared_error', 'val_root_mean_squared_error', 'test_root_mean_squared_error']),
  );
  expect(parents[0]?.artifacts.map(([path]) => path)).toEqual(
    expect.arrayContaining(['model/MLmodel', 'model/model.json', 'run/card.html', 'evaluate/card.html']),
  );
  expect(seen.models[0]?.versions).toEqual([expect.objectContaining({ version: '1', run_id: finished.runId })]);
});

test('after MLflow has upgraded the file, runs go on into it', async () => {
  await mlflowSees();
  rig.copy(join(rig.root, 'copy.db'), 'mlflow.db');
  rig.write('steps/numbers.json', '{ "trees": 12 }\n');
  const { exitCode, finished } = await rig.events([]);
  expect(exitCode).toBe(0);
  const seen = await mlflowSees();
  expect(seen.runs.filter(({ tags }) => tags['mlflow.parentRunId'] === finished.runId)).toHaveLength(6);
});
