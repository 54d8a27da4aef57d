/** Several real commands in one folder at once: each step is executed once, and nobody breaks or waits for ever. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { faultsOf } from '../support/disk-rig.ts';
import { bareEnvironment, REPOSITORY, RecipeRig } from '../support/recipe-rig.ts';
import { housesCsv, regressionProject } from '../support/small-projects.ts';

const STEPS = ['ingest', 'split', 'transform', 'train', 'evaluate', 'register'];

let rig: RecipeRig;
beforeEach(() => {
  rig = new RecipeRig({ ...regressionProject(), 'data/houses.csv': housesCsv(60), 'steps/numbers.json': '{ "trees": 2 }\n' });
});
afterEach(() => rig.remove());

async function expectAllFresh(): Promise<void> {
  expect(await rig.plan()).toEqual(Object.fromEntries(STEPS.map((name) => [name, 'fresh'])));
  expect(faultsOf(join(rig.root, '.recipe/store'))).toEqual([]);
}

test('three runs of everything: each step is executed once', async () => {
  const ends = await Promise.all([rig.events([]), rig.events([]), rig.events([])]);
  expect(ends.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
  expect(ends.flatMap(({ finished }) => finished.executed).toSorted()).toEqual(STEPS.toSorted());
  // Whoever waited has said for which step, and for whom.
  const waits = ends.map(({ stderr }) => stderr).join('');
  expect(waits).toMatch(/^waiting for `ingest`: `recipe run` of process \d+ on .+ is working on it$/m);
  await expectAllFresh();
});

test('runs up to different steps share what they have in common', async () => {
  const ends = await Promise.all([rig.events(['--step', 'split']), rig.events(['--step', 'transform']), rig.events([])]);
  expect(ends.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
  expect(ends.flatMap(({ finished }) => finished.executed).toSorted()).toEqual(STEPS.toSorted());
  await expectAllFresh();
});

test('a run that waits goes on when the one it waits for is killed', async () => {
  const first = spawn(process.execPath, [join(REPOSITORY, 'bin/recipe.js'), 'run'], {
    cwd: rig.root,
    env: bareEnvironment(),
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise((resolve) => first.once('exit', resolve));
  // It has the lock as soon as it says anything about steps.
  await new Promise((resolve) => first.stderr.once('data', resolve));
  const second = rig.events([]);
  process.kill(-(first.pid as number), 'SIGKILL');
  await ended;
  expect((await second).exitCode).toBe(0);
  await expectAllFresh();
});
