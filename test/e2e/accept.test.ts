/** `recipe accept`: a result stands for an edit that does not matter, and everything that shows it says so. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { holdStep } from '../support/held-step.ts';
import { bareEnvironment, REPOSITORY, RecipeRig } from '../support/recipe-rig.ts';
import { regressionProject } from '../support/small-projects.ts';

let rig: RecipeRig;
beforeAll(async () => {
  rig = new RecipeRig(regressionProject());
  await rig.events([]);
});
afterAll(() => rig.remove());

test('what has nothing to accept says so, and what cannot be accepted says why', async () => {
  expect(await rig.run(['accept', 'train'])).toMatchObject({
    exitCode: 0,
    stdout: 'train is up to date: there was nothing to accept\n',
  });
  expect(JSON.parse((await rig.run(['accept', 'train', '--json'])).stdout)).toMatchObject({ step: 'train', accepted: false, reasons: [] });
  expect(await rig.run(['accept', 'trian'])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('did you mean `train`?') });
  const never = new RecipeRig(regressionProject());
  expect(await never.run(['accept', 'ingest'])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('`ingest` has no result to accept'),
  });
  never.remove();
});

test('an edit is accepted: nothing runs, and plan, run, JSON, record and cards say so', async () => {
  const before = rig.read('.recipe/outputs/train/metrics.json');
  rig.edit('steps/numbers.json', '30', '31');
  const set = ['--set', 'steps.split.seed=5'];
  const refused = await rig.run(['accept', 'train', ...set]);
  expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('run or accept `split` first') });

  const accepted = await rig.run(['accept', 'train']);
  expect(accepted, accepted.stderr).toMatchObject({
    exitCode: 0,
    stdout:
      'train is accepted by hand: its result stands for the present state, and nothing was executed\n  code changed: steps/train.ts\n',
  });
  expect((await rig.run(['plan', '--check'])).stdout).toContain('train           fresh    accepted by hand\n');
  expect((await rig.run(['inspect', 'train', '--card', 'md'])).stdout).toContain('Accepted by hand: code changed: steps/train.ts');

  const { exitCode, finished, events } = await rig.events([]);
  expect(exitCode).toBe(0);
  expect(finished).toMatchObject({ executed: [], acceptedByHand: ['train'], verdict: 'VALIDATED' });
  expect(events[0]?.['steps']).toContainEqual({ name: 'train', state: 'fresh', reasons: [], acceptedByHand: true });
  expect(events.find(({ type, step }) => type === 'step-reused' && step === 'train')).toMatchObject({ acceptedByHand: true });
  expect(rig.read('.recipe/outputs/run/card.md')).toContain('The result of train was accepted by hand.');
  expect(rig.read('.recipe/outputs/run/card.html')).toContain('accepted by hand');
  expect(rig.read('mlflow.db')).toContain('mlrecipe.step.accepted_by_hand');
  const human = await rig.run(['run']);
  expect(human.stderr).toMatch(/^✓ train +fresh .* · accepted by hand$/m);
  expect(human.stdout).toContain('note  train was accepted by hand\n');
  expect(rig.read('.recipe/outputs/train/metrics.json')).toBe(before);
  expect((await rig.run(['cache', 'verify'])).exitCode).toBe(0);

  // The state before the edit has its own result still, and its own card.
  rig.edit('steps/numbers.json', '31', '30');
  expect((await rig.events([])).finished).toMatchObject({ executed: [], acceptedByHand: [] });
  expect(rig.read('.recipe/outputs/train/card.md')).not.toContain('ccepted by hand');
});

test('a parameter is told with its old and new value, and the result of a run replaces the accepted one', async () => {
  const set = ['--set', 'steps.split.seed=5'];
  const { stdout } = await rig.run(['accept', 'split', '--json', ...set]);
  expect(JSON.parse(stdout)).toMatchObject({
    schemaVersion: 1,
    step: 'split',
    accepted: true,
    reasons: [{ kind: 'params-changed', changes: [{ path: 'seed', old: 0, new: 5 }] }],
  });
  expect((await rig.events([...set, '--to', 'split'])).finished).toMatchObject({ executed: [], acceptedByHand: ['split'] });
  expect((await rig.events([...set, '--to', 'split', '--force'])).finished).toMatchObject({ executed: ['split'], acceptedByHand: [] });
  expect((await rig.run(['plan', ...set])).stdout).not.toContain('accepted by hand');
});

test('outputs that were edited are not accepted', async () => {
  await rig.events([]);
  rig.edit('steps/numbers.json', '30', '32');
  rig.write('.recipe/outputs/train/metrics.json', '{}');
  expect(await rig.run(['accept', 'train'])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('the outputs of `train` are not as it left them'),
  });
  rig.edit('steps/numbers.json', '32', '30');
});

test('it waits for the command that works on the step, and says for whom', async () => {
  await rig.events([]);
  rig.edit('steps/numbers.json', '30', '33');
  const hold = await holdStep(rig.root, 'train');
  const child = spawn(process.execPath, [join(REPOSITORY, 'bin/recipe.js'), 'accept', 'train'], {
    cwd: rig.root,
    env: { ...bareEnvironment() },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let told = '';
  const exitCode = await new Promise((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      told += text;
      if (told.includes('\n')) hold.release();
    });
    child.on('error', reject);
    child.on('close', resolve);
  });
  hold.release();
  expect(told).toMatch(/^waiting for `train`: `a test` of process \d+ on .* is working on it\n$/);
  expect(exitCode).toBe(0);
  expect((await rig.plan())['train']).toBe('fresh');
});
