/** What a person does all day: run, run again, edit one thing, run again. The real command on a small project. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RecipeRig } from '../support/recipe-rig.ts';
import { regressionProject } from '../support/small-projects.ts';

const ALL = ['ingest', 'split', 'transform', 'train', 'evaluate', 'register'];

describe('iterating on a recipe', () => {
  let rig: RecipeRig;

  beforeAll(() => {
    rig = new RecipeRig(regressionProject());
  });
  afterAll(() => rig.remove());

  test('the first run executes every step and registers version 1', async () => {
    const { exitCode, finished } = await rig.events([]);
    expect(exitCode).toBe(0);
    expect(finished).toMatchObject({ type: 'run-finished', status: 'ok', executed: ALL, reused: [], verdict: 'VALIDATED' });
    expect(finished.metrics['test_root_mean_squared_error']).toBeGreaterThan(0);
    expect(Object.keys(finished.cards)).toEqual([...ALL, 'run']);
    expect(JSON.parse(rig.read('.recipe/outputs/register/registered_model_version.json'))).toMatchObject({ registered_model_version: '1' });
  });

  test('the second run executes nothing and reports the run that made the results', async () => {
    const before = await rig.events([]);
    const { exitCode, finished } = await rig.events([]);
    expect(exitCode).toBe(0);
    expect(finished).toMatchObject({ status: 'ok', executed: [], reused: ALL, verdict: 'VALIDATED', runId: before.finished.runId });
    expect(finished.metrics).toEqual(before.finished.metrics);
  });

  test('a comment, a type, formatting and line endings change nothing', async () => {
    rig.edit('steps/train.ts', '// A comment.', '/* Another\n comment, longer. */\ntype Unused = string;\n');
    expect(await rig.plan()).toEqual(Object.fromEntries(ALL.map((step) => [step, 'fresh'])));
    rig.write('steps/train.ts', rig.read('steps/train.ts').replaceAll('\n', '\r\n').replace('{ n_estimators', '{\r\n\r\n    n_estimators'));
    expect(await rig.plan()).toEqual(Object.fromEntries(ALL.map((step) => [step, 'fresh'])));
  });

  test('a literal in a JSON file two imports deep re-runs train and what follows, and nothing before', async () => {
    rig.write('steps/numbers.json', '{ "trees": 31 }\n');
    const { stdout } = await rig.run(['plan', '--json']);
    const { steps } = JSON.parse(stdout) as { steps: { name: string; state: string; reasons: { kind: string }[] }[] };
    expect(steps.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'ingest fresh',
      'split fresh',
      'transform fresh',
      'train run',
      'evaluate unknown',
      'register unknown',
    ]);
    expect(steps[3]?.reasons).toEqual([{ kind: 'code-changed', changes: [expect.objectContaining({ path: 'steps/train.ts' })] }]);
    const { finished } = await rig.events(['--step', 'train']);
    expect(finished).toMatchObject({ executed: ['train'], reused: ['ingest', 'split', 'transform'], verdict: null });
  });

  test('undoing the edit re-runs nothing: the earlier result is restored', async () => {
    rig.write('steps/numbers.json', '{ "trees": 30 }\n');
    const { finished } = await rig.events([]);
    expect(finished).toMatchObject({ executed: [], reused: ALL, verdict: 'VALIDATED' });
  });

  test('validation_criteria re-run evaluate and what follows; a missed one exits 3, also when reused', async () => {
    rig.edit('recipe.yaml', 'threshold: 50000', 'threshold: 1');
    const first = await rig.events([]);
    expect(first.exitCode).toBe(3);
    expect(first.finished).toMatchObject({ status: 'rejected', executed: ['evaluate', 'register'], verdict: 'REJECTED' });
    const second = await rig.events([]);
    expect(second.exitCode).toBe(3);
    expect(second.finished).toMatchObject({ status: 'rejected', executed: [], verdict: 'REJECTED' });
    rig.edit('recipe.yaml', 'threshold: 1', 'threshold: 50000');
  });

  test('a deleted output is restored, and an edited one is put right', async () => {
    await rig.events([]);
    const before = rig.read('.recipe/outputs/train/model/model.json');
    rig.write('.recipe/outputs/train/model/model.json', 'spoilt');
    expect((await rig.plan())['train']).toBe('restore');
    const { finished } = await rig.events([]);
    expect(finished.executed).toEqual([]);
    expect(rig.read('.recipe/outputs/train/model/model.json')).toBe(before);
  });

  test('a lost tracking store is written again: register runs, nothing else', async () => {
    const before = await rig.events([]);
    const { rmSync } = await import('node:fs');
    rmSync(`${rig.root}/mlflow.db`);
    const { finished } = await rig.events([]);
    expect(finished).toMatchObject({ executed: ['register'], verdict: 'VALIDATED' });
    expect(finished.runId).not.toBe(before.finished.runId);
    expect((await rig.events([])).finished).toMatchObject({ executed: [], runId: finished.runId });
  });

  test('get-artifact prints a path, or says which step to run', async () => {
    const found = await rig.run(['get-artifact', 'training_data']);
    expect(found).toMatchObject({ exitCode: 0, stdout: '.recipe/outputs/split/train.parquet\n' });
    await rig.run(['clean', '--step', 'train']);
    const missing = await rig.run(['get-artifact', 'model']);
    expect(missing.exitCode).toBe(1);
    expect(missing.stderr).toBe(
      'error[artifact-missing]: the artifact `model` has not been made\nhint: run `npx mlrecipe run --step train`\n',
    );
    const unknown = await rig.run(['get-artifact', 'trainig_data']);
    expect(unknown.exitCode).toBe(2);
    expect(unknown.stderr).toContain('did you mean `training_data`?');
  });
});
