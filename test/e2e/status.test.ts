/** `recipe status` by the real command. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StatusDocument } from '../../src/app/status.ts';
import { holdStep } from '../support/held-step.ts';
import { RecipeRig } from '../support/recipe-rig.ts';
import { regressionProject } from '../support/small-projects.ts';

const STEPS = ['ingest', 'split', 'transform', 'train', 'evaluate', 'register'];

let rig: RecipeRig;
beforeAll(() => {
  rig = new RecipeRig(regressionProject());
});
afterAll(() => rig.remove());

async function status(args: readonly string[] = []): Promise<{ readonly document: StatusDocument; readonly screen: string }> {
  const json = await rig.run(['status', '--json', ...args]);
  const human = await rig.run(['status', ...args]);
  expect([json.exitCode, human.exitCode], human.stderr).toEqual([0, 0]);
  return { document: JSON.parse(json.stdout) as StatusDocument, screen: human.stdout };
}

test('before the first run there is nothing', async () => {
  const { document, screen } = await status();
  expect(document).toEqual({
    schemaVersion: 1,
    recipe: expect.any(String),
    template: 'regression/v1',
    profile: null,
    steps: STEPS.map((name) => ({ name, state: 'run', reasons: [{ kind: 'never-ran' }], shown: null })),
    lastRun: null,
    holders: [],
    store: { results: 0, bytes: 0 },
  });
  expect(screen).toMatch(/^train +run +never ran$/m);
  expect(screen).toMatch(/^last run +none$/m);
});

test('after a run: what is in place, how it ended, what an edit would run', async () => {
  const { finished } = await rig.events([]);
  const { document, screen } = await status();
  expect(document.steps.map(({ name, state, shown }) => [name, state, shown?.isInPlace, shown?.sourceRun])).toEqual(
    STEPS.map((name) => [name, 'fresh', true, finished.runId]),
  );
  expect(document.lastRun).toEqual({
    startedAt: expect.stringMatching(/Z$/),
    profile: null,
    status: 'ok',
    exitCode: 0,
    verdict: 'VALIDATED',
    durationMs: expect.any(Number),
    executed: STEPS,
    runId: finished.runId,
  });
  expect(document.store).toEqual({ results: 6, bytes: expect.any(Number) });
  expect(document.store.bytes).toBeGreaterThan(1000);
  expect(screen).toMatch(/^train +fresh +made just now in .* s by run [0-9a-f]{8}$/m);
  expect(screen).toContain('ok (VALIDATED), exit 0 · ran ingest, split, transform, train, evaluate, register · ');
  expect((await status(['--set', 'steps.split.seed=2'])).screen).toMatch(/^split +run +parameter changed: seed 0 → 2 · made just now/m);
});

test('a result that was edited or accepted, and a step that failed', async () => {
  await rig.events([]);
  rig.edit('steps/numbers.json', '30', '31');
  expect((await rig.run(['accept', 'train'])).exitCode).toBe(0);
  rig.write('.recipe/outputs/split/train.parquet', 'mine');
  const { document, screen } = await status();
  expect(document.steps.find(({ name }) => name === 'train')).toMatchObject({ acceptedByHand: true, shown: { acceptedByHand: true } });
  expect(document.steps.find(({ name }) => name === 'split')).toMatchObject({ state: 'restore', shown: { isInPlace: false } });
  expect(screen).toMatch(/^train +fresh +accepted by hand · made/m);
  expect(screen).toMatch(/^split +restore .*, edited or removed since$/m);

  rig.edit('steps/train.ts', 'return gradientBoosting', "throw new Error('no trees today'); return gradientBoosting");
  expect((await rig.run(['run'])).exitCode).toBe(1);
  const failed = await status();
  expect(failed.document.steps.filter(({ hasFailed }) => hasFailed).map(({ name }) => name)).toEqual(['train']);
  expect(failed.document.lastRun).toMatchObject({ status: 'failed', exitCode: 1, executed: ['train'] });
  expect(failed.screen).toMatch(/^train .* failed last time: npx mlrecipe logs train$/m);
  expect(failed.screen).toMatch(/^last run .*: failed.*, exit 1 · ran train/m);
});

test('who works in the folder, and a run that did not end', async () => {
  const holds = [await holdStep(rig.root, 'train'), await holdStep(rig.root, 'split', 'share')];
  const logs = join(rig.root, '.recipe/logs');
  const newest = readdirSync(logs)
    .filter((name) => name.endsWith('.ndjson'))
    .sort()
    .at(-1) as string;
  const text = rig.read(`.recipe/logs/${newest}`);
  // Killed: no end, and half a line.
  rig.write(`.recipe/logs/${newest}`, text.slice(0, text.indexOf('run-finished')));
  const { document, screen } = await status();
  for (const hold of holds) hold.release();
  expect(document.holders).toEqual(
    [
      { step: 'split', how: 'reads' },
      { step: 'train', how: 'changes' },
    ].map((held) => ({ ...held, purpose: 'a test', pid: process.pid, host: expect.any(String), since: expect.any(String), isSeen: true })),
  );
  expect(screen).toMatch(new RegExp(`^held +\`a test\` of process ${process.pid} on .* works on train, since `, 'm'));
  expect(screen).toMatch(/^held .* reads split, since /m);
  expect(document.lastRun).toMatchObject({ status: 'unfinished', exitCode: null });
  expect(screen).toMatch(/^last run .* it did not end by itself/m);
  expect((await status()).document.holders).toEqual([]);
});

test('a recipe with a mistake exits with 2', async () => {
  rig.edit('recipe.yaml', 'target_col', 'targetcol');
  expect((await rig.run(['status'])).exitCode).toBe(2);
});
