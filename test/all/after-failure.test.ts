/** What is left when something went wrong, and what a later run makes of it. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, expect, test } from 'vitest';
import { startFakeMlflow } from '../support/fake-mlflow-server.ts';
import { bareEnvironment, command, REPOSITORY, RecipeRig } from '../support/recipe-rig.ts';
import { regressionProject } from '../support/small-projects.ts';

const STEPS = ['ingest', 'split', 'transform', 'train', 'evaluate', 'register'];

let rig: RecipeRig;
afterEach(() => rig.remove());

const SLOW = `import { gradientBoosting } from 'mlrecipe';
export function estimator_fn() {
  return gradientBoosting({ n_estimators: 100000, learning_rate: 0.0001, early_stopping_rounds: 0 });
}
`;

/** Look again until it is so, or the test's time is over. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 50));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Start a run, send the signal when train has begun, and wait for the end. */
async function interrupt(signals: readonly NodeJS.Signals[]): Promise<{ readonly exitCode: number | null; readonly stdout: string }> {
  const child = spawn(process.execPath, [join(REPOSITORY, 'bin/recipe.js'), 'run', '--json'], { cwd: rig.root, env: bareEnvironment() });
  let stdout = '';
  let sent = false;
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    if (!sent && stdout.includes('"step":"train"') && stdout.includes('step-progress')) {
      sent = true;
      for (const signal of signals) child.kill(signal);
    }
  });
  return new Promise((resolve) => child.on('close', (exitCode) => resolve({ exitCode, stdout })));
}

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s ends the run with %d, and the next run is right', async (signal, code) => {
  rig = new RecipeRig({ ...regressionProject(), 'steps/train.ts': SLOW });
  const { exitCode, stdout } = await interrupt([signal]);
  expect(exitCode).toBe(code);
  const last = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { type: string; status: string; exitCode: number };
  expect(last).toMatchObject({ type: 'run-finished', status: 'interrupted', exitCode: code });
  rig.write('steps/train.ts', regressionProject()['steps/train.ts'] ?? '');
  const { finished } = await rig.events([]);
  expect(finished).toMatchObject({ status: 'ok', reused: ['ingest', 'split', 'transform'], executed: ['train', 'evaluate', 'register'] });
});

test.each([[['SIGINT', 'SIGINT']], [['SIGKILL']]] as const)('%j: no worker stays behind, even one that never yields', async (signals) => {
  rig = new RecipeRig({
    ...regressionProject(),
    'steps/train.ts':
      "import { writeFileSync } from 'node:fs';\nexport function estimator_fn(): never {\n  writeFileSync('pid.txt', String(process.pid));\n  for (;;);\n}\n",
  });
  const child = spawn(process.execPath, [join(REPOSITORY, 'bin/recipe.js'), 'run'], {
    cwd: rig.root,
    env: bareEnvironment(),
    stdio: 'ignore',
  });
  const ended = new Promise((resolve) => child.on('close', resolve));
  await until(() => rig.has('pid.txt') && rig.read('pid.txt') !== '');
  for (const signal of signals) {
    child.kill(signal);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  await ended;
  const pid = Number(rig.read('pid.txt'));
  await until(() => !isAlive(pid));
  expect(isAlive(pid)).toBe(false);
});

test('killed outright in the middle of train: the next run needs no help', async () => {
  rig = new RecipeRig({ ...regressionProject(), 'steps/train.ts': SLOW });
  await interrupt(['SIGKILL']);
  rig.write('steps/train.ts', regressionProject()['steps/train.ts'] ?? '');
  const { exitCode, finished } = await rig.events([]);
  expect(exitCode).toBe(0);
  expect(finished).toMatchObject({ status: 'ok', verdict: 'VALIDATED' });
  expect((await rig.events([])).finished.executed).toEqual([]);
  // The run that was killed is closed in the store.
  const { stdout } = await command('sqlite3', ['mlflow.db', 'select status, count(*) from runs group by 1 order by 1'], { cwd: rig.root });
  expect(stdout).toMatch(/^FINISHED\|\d+\nKILLED\|1\n$/);
});

test('the store refuses in the middle of a run: told as such, the steps stay cached', async () => {
  const server = await startFakeMlflow();
  try {
    rig = new RecipeRig(regressionProject());
    // The parent run is made; what the first step wants to write is refused.
    const env = { MLFLOW_TRACKING_URI: server.uri, MLFLOW_HTTP_REQUEST_MAX_RETRIES: '0' };
    const stop = setInterval(() => {
      if (server.requests.some(({ path }) => path.endsWith('/runs/create'))) {
        clearInterval(stop);
        server.failNext(
          ...Array.from({ length: 50 }, () => ({ status: 403, body: '{"error_code":"PERMISSION_DENIED","message":"not for you"}' })),
        );
      }
    }, 5);
    const { exitCode, finished, stderr } = await rig.events([], env);
    clearInterval(stop);
    expect(exitCode, stderr).toBe(1);
    expect(finished).toMatchObject({ type: 'run-finished', status: 'failed' });
    expect(JSON.stringify(finished)).toContain('tracking-failed');
    const local = await rig.events([]);
    expect(local.finished).toMatchObject({ status: 'ok' });
    expect(local.finished.reused).toEqual(expect.arrayContaining(['ingest', 'split', 'transform', 'train', 'evaluate']));
  } finally {
    await server.close();
  }
});

test('a failure is forgotten when the step succeeds', async () => {
  rig = new RecipeRig({
    ...regressionProject(),
    'steps/train.ts': "export function estimator_fn(): never {\n  console.log('from the failure');\n  throw new Error('no');\n}\n",
  });
  await rig.events([]);
  expect((await rig.run(['inspect', 'train', '--no-open'])).stdout).toBe('.recipe/logs/failed/train/card.html\n');
  rig.write('steps/train.ts', regressionProject()['steps/train.ts'] ?? '');
  await rig.events([]);
  expect((await rig.run(['inspect', 'train', '--no-open'])).stdout).toBe('.recipe/outputs/train/card.html\n');
  expect((await rig.run(['logs', 'train'])).stdout).not.toContain('from the failure');
});

test('results that come back bring their run along: run_id and the overview card', async () => {
  rig = new RecipeRig(regressionProject());
  const first = await rig.events([]);
  rig.write('steps/numbers.json', '{ "trees": 12 }\n');
  const second = await rig.events(['--step', 'train']);
  expect(rig.read('.recipe/outputs/train/run_id')).toBe(second.finished.runId);
  rig.write('steps/numbers.json', '{ "trees": 30 }\n');
  const third = await rig.events([]);
  expect(third.finished).toMatchObject({ executed: [], runId: first.finished.runId });
  expect(rig.read('.recipe/outputs/train/run_id')).toBe(first.finished.runId);
  expect(rig.read('.recipe/outputs/run/card.json')).toContain(first.finished.runId);
  expect((await rig.run(['get-artifact', 'run'])).exitCode).toBe(0);
});

test('two runs in one folder: each step is executed by one of them, and both end with the complete result', async () => {
  rig = new RecipeRig(regressionProject());
  const [one, two] = await Promise.all([rig.events([]), rig.events([])]);
  expect([one.exitCode, two.exitCode]).toEqual([0, 0]);
  expect([...one.finished.executed, ...two.finished.executed].toSorted()).toEqual(STEPS.toSorted());
  expect(one.stderr + two.stderr).toMatch(/waiting for `\w+`: `recipe run` of process \d+ on /);
  expect(one.finished.metrics).toEqual(two.finished.metrics);
  // A run that found everything done leaves no record of its own.
  const records = new Set([one.finished.runId, two.finished.runId]);
  const store = new Database(join(rig.root, 'mlflow.db'), { readonly: true });
  const runs = store
    .prepare(
      "SELECT run_uuid FROM runs WHERE lifecycle_stage = 'active' AND run_uuid NOT IN (SELECT run_uuid FROM tags WHERE key = 'mlflow.parentRunId')",
    )
    .all() as { run_uuid: string }[];
  store.close();
  expect(new Set(runs.map(({ run_uuid }) => run_uuid))).toEqual(records);
});

test('two runs with different settings in one folder: neither takes the result of the other for its own', async () => {
  rig = new RecipeRig(regressionProject());
  const settings = ['1', '2', '3'].map((seed) => ['--set', `steps.split.seed=${seed}`]);
  const together = await Promise.all(settings.map((set) => rig.events(set)));
  expect(together.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
  for (const [index, set] of settings.entries()) {
    const alone = new RecipeRig(regressionProject());
    try {
      expect((await alone.events(set)).finished.metrics).toEqual(together[index]?.finished.metrics);
    } finally {
      alone.remove();
    }
  }
});
