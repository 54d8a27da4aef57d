/** Looking after the store, and choosing parts of a run, by the real command. */
import { chmodSync, readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RecipeRig } from '../support/recipe-rig.ts';
import { regressionProject } from '../support/small-projects.ts';

let rig: RecipeRig;
beforeAll(async () => {
  rig = new RecipeRig(regressionProject());
  await rig.events([]);
});
afterAll(() => rig.remove());

test('cache ls lists the results, gc --dry-run leaves them', async () => {
  const { exitCode, stdout } = await rig.run(['cache', 'ls']);
  expect(exitCode).toBe(0);
  for (const step of ['ingest', 'train', 'register']) expect(stdout).toMatch(new RegExp(`^${step} .* shown$`, 'm'));
  expect(stdout).toMatch(/^6 results, /m);
  expect((await rig.run(['gc', '--max-size', '1kB', '--dry-run'])).stdout).toContain('would free');
  expect((await rig.events([])).finished.executed).toEqual([]);
});

test('a size or age that is none', async () => {
  expect(await rig.run(['gc', '--max-size', 'big'])).toMatchObject({ exitCode: 2 });
  expect((await rig.run(['gc', '--older-than', 'yesterday'])).stderr).toContain('write for example `30d`, `12h` or `2w`');
});

test('cache verify finds a damaged blob, and the step runs again when it is needed', async () => {
  expect(await rig.run(['cache', 'verify'])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('all sound') });
  const blobs = join(rig.root, '.recipe/store/blobs');
  const files = readdirSync(blobs, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const largest = files.map((entry) => join(entry.parentPath, entry.name)).sort((a, b) => statSync(b).size - statSync(a).size)[0] as string;
  chmodSync(largest, 0o644);
  truncateSync(largest, 10);
  expect(await rig.run(['cache', 'verify'])).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('bad') });
  const { exitCode, finished } = await rig.events([]);
  expect(exitCode).toBe(0);
  expect(finished.status).toBe('ok');
  expect((await rig.run(['cache', 'verify'])).exitCode).toBe(0);
});

test('cache rm forgets a step: it runs again, the others do not', async () => {
  await rig.events([]);
  expect((await rig.run(['cache', 'rm', 'evaluate'])).stdout).toContain('forgot 1 results');
  expect((await rig.events([])).finished.executed).toContain('evaluate');
});

test('--from takes what lies before as it is, --refresh runs everything', async () => {
  const from = await rig.events(['--from', 'evaluate', '--step', 'evaluate']);
  expect(from.exitCode, from.stderr).toBe(0);
  const refreshed = await rig.events(['--refresh', '--step', 'split']);
  expect(refreshed.finished.executed).toEqual(['ingest', 'split']);
  expect((await rig.events(['--paranoid', '--step', 'split'])).finished.executed).toEqual([]);
});
