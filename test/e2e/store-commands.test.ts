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

test('plan tells of any run beforehand, and both say what was taken as it is', async () => {
  await rig.events([]);
  rig.edit('steps/numbers.json', '30', '31');
  expect((await rig.run(['plan', '--from', 'evaluate', '--to', 'evaluate'])).stdout.split('\n').slice(0, 5)).toEqual([
    'ingest          fresh    taken as it is',
    'split           fresh    taken as it is',
    'transform       fresh    taken as it is',
    'train           fresh    taken as it is',
    'evaluate        fresh',
  ]);
  const { exitCode, stdout, stderr } = await rig.run(['run', '--from', 'evaluate', '--to', 'evaluate', '--force']);
  expect(exitCode, stderr).toBe(0);
  expect(stderr).toMatch(/^✓ train +fresh .* · taken as it is$/m);
  expect(stderr).toMatch(/^✓ evaluate +run .* · forced$/m);
  expect(stdout).toContain('note  ingest, split, transform and train were taken without asking whether they are up to date\n');
  expect(rig.read('.recipe/outputs/run/card.md')).toMatch(/\| train .*taken as it is/);
  const { finished, events } = await rig.events(['--from', 'evaluate', '--to', 'evaluate']);
  expect(finished).toMatchObject({ taken: ['ingest', 'split', 'transform', 'train'], acceptedByHand: [], blocked: [], skipped: [] });
  expect(events[0]?.['steps']).toMatchObject([{ name: 'ingest', isTaken: true }, {}, {}, {}, { name: 'evaluate', state: 'fresh' }]);
  rig.edit('steps/numbers.json', '31', '30');
});

test('--force with names forces these, and a wrong one says what was meant', async () => {
  const forced = await rig.run(['plan', '--force', 'split', '--force=evaluate', '--json']);
  const states = (JSON.parse(forced.stdout) as { steps: { name: string; reasons: { kind: string }[] }[] }).steps;
  expect(states.filter(({ reasons }) => reasons[0]?.kind === 'forced').map(({ name }) => name)).toEqual(['split', 'evaluate']);
  expect((await rig.events(['--force', 'split', '--to', 'split'])).finished.executed).toEqual(['split']);
  for (const command of ['plan', 'run']) {
    const wrong = await rig.run([command, '--force', 'trian', '--from', 'evalute']);
    expect(wrong.exitCode).toBe(2);
    expect(wrong.stderr).toContain('did you mean `train`?');
    expect(wrong.stderr).toContain('did you mean `evaluate`?');
    const before = await rig.run([command, '--force', 'split', '--from', 'train', '--json']);
    expect(before.exitCode).toBe(2);
    expect(before.stdout).toContain('`split` cannot be forced, because it is not among the steps to run');
  }
  const [, last] = (await rig.run(['run', '--step', 'train', '--to', 'split', '--json'])).stdout.trim().split('\n');
  expect(JSON.parse(last ?? '')).toMatchObject({ type: 'run-finished', status: 'failed', exitCode: 2 });
});

test('the help of run and plan groups the flags', async () => {
  for (const command of ['run', 'plan']) {
    const { stdout } = await rig.run([command, '--help']);
    const groups = [...stdout.matchAll(/^(\S.*):$/gm)].map((match) => match[1]);
    expect(groups).toEqual(['Which steps', 'Stored results', command === 'run' ? 'How to run' : 'What to say', 'Project and output']);
    expect(stdout).not.toContain('preset');
  }
});
