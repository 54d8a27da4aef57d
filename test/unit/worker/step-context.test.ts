import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { RunMessage } from '../../../src/executors/worker-messages.ts';
import type { StepContext } from '../../../src/steps/define.ts';
import { surroundings } from '../../../src/worker/environment.ts';
import { stepContext } from '../../../src/worker/step-context.ts';

function context(message: Partial<RunMessage>): StepContext {
  return stepContext({
    message: { userCode: {}, inputs: {}, params: {}, seed: 0, ...message } as RunMessage,
    signal: new AbortController().signal,
    data: () => Promise.reject(new Error('no data here')),
    log: () => {},
    progress: () => {},
  });
}

it('outputs lie in the staging folder, whose folders exist', () => {
  const staging = mkdtempSync(join(tmpdir(), 'mlrecipe-context-'));
  onTestFinished(() => rmSync(staging, { recursive: true }));
  const { output } = context({ staging });
  expect(output('model/data/model.json')).toBe(join(staging, 'model', 'data', 'model.json'));
  expect(existsSync(join(staging, 'model', 'data'))).toBe(true);
  for (const path of ['../x', 'a/../../x', '/etc/passwd'])
    expect(() => output(path)).toThrow(`the output ${path} is outside the output folder`);
});

it('the folder for progress is there when it is asked for, and not before', () => {
  const base = mkdtempSync(join(tmpdir(), 'mlrecipe-context-'));
  onTestFinished(() => rmSync(base, { recursive: true }));
  const progressFolder = join(base, 'progress', 'train.key');
  const asked = context({ staging: base, progressFolder });
  expect(existsSync(progressFolder)).toBe(false);
  expect(asked.progressFolder()).toBe(progressFolder);
  expect(existsSync(progressFolder)).toBe(true);
});

it('only code that the task declares can be called', async () => {
  const { userFunction, userCodeDigest } = context({ userCode: { 'steps/train.ts': { bundlePath: '/b.mjs' } } });
  await expect(userFunction('steps/split.ts', 'f')).rejects.toThrow('the step asks for steps/split.ts, which its task does not declare');
  await expect(userFunction('toString', 'f')).rejects.toThrow('the step asks for toString, which its task does not declare');
  expect(() => userCodeDigest('steps/train.ts')).toThrow('the key of the task does not name steps/train.ts');
});

it('the surroundings of a step are those of its task, whatever the step before has changed', () => {
  const env: NodeJS.ProcessEnv = { PATH: '/bin', TZ: 'UTC' };
  const folders = ['/start'];
  const around = surroundings({
    env,
    cwd: () => folders.at(-1),
    chdir: (folder: string) => folders.push(folder),
  } as unknown as NodeJS.Process);
  around.enter({ REGION: 'eu' }, '/project');
  expect(env).toEqual({ PATH: '/bin', TZ: 'UTC', REGION: 'eu' });
  Object.assign(env, { PATH: '/evil', LEFT: 'over' });
  around.enter({ OTHER: '1' }, '/project');
  expect(env).toEqual({ PATH: '/bin', TZ: 'UTC', OTHER: '1' });
  expect(folders).toEqual(['/start', '/project']);
});
