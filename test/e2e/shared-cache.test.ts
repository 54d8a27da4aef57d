/** Two machines with one cache, by the real command: what one has made, the other does not make again. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RecipeRig } from '../support/recipe-rig.ts';
import { regressionProject } from '../support/small-projects.ts';

const STEPS = ['ingest', 'split', 'transform', 'train', 'evaluate'];
const SECRET = 'CANARY-of-the-cache';

let cache: string;
let one: RecipeRig;
let two: RecipeRig;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'mlrecipe cache '));
  const project = {
    ...regressionProject(),
    'profiles/reader.yaml': `cache:\n  location: \${env:CACHE}\n`,
    'profiles/signed.yaml': `cache:\n  location: \${env:CACHE}\n  secret: \${env:SECRET}\n`,
    'profiles/writer.yaml': `cache:\n  location: \${env:CACHE}\n  write: true\n`,
  };
  one = new RecipeRig(project);
  two = new RecipeRig(project);
});
afterEach(() => {
  one.remove();
  two.remove();
  rmSync(cache, { recursive: true, force: true });
});

const reader = ['--profile', 'reader'];
const writer = ['--profile', 'writer'];

test('the second machine restores every step; a reader writes nothing', async () => {
  const env = { CACHE: cache };
  const first = await one.events(writer, env);
  expect(first.finished).toMatchObject({ exitCode: 0, sharedCache: { restored: [], notWritten: [] } });
  expect(first.finished.sharedCache?.written).toEqual(expect.arrayContaining(STEPS));
  const before = files(cache);

  const planned = JSON.parse((await two.run(['plan', '--json', ...reader], env)).stdout) as {
    steps: { name: string; state: string; source?: string }[];
  };
  expect(planned.steps.slice(0, 5)).toEqual(STEPS.map((name) => ({ name, state: 'restore', reasons: [], source: 'shared' })));
  expect((await two.run(['plan', ...reader], env)).stdout).toContain('ingest          restore  from the shared cache');

  const second = await two.events(reader, env);
  expect(second.finished).toMatchObject({ exitCode: 0, sharedCache: { restored: STEPS, written: [], sentBytes: 0 } });
  expect(second.finished.executed).toEqual(['register']);
  expect(second.finished.metrics).toEqual(first.finished.metrics);
  // From now on it is all here, and nobody is asked.
  expect((await two.events(reader, { CACHE: join(cache, 'gone') })).finished).toMatchObject({ exitCode: 0, executed: [] });

  two.edit('steps/numbers.json', '30', '31');
  expect((await two.events(reader, env)).finished.executed).toEqual(['train', 'evaluate', 'register']);
  expect(files(cache)).toEqual(before);
});

test('damaged and unsigned results are not used; a cache that is gone stops nothing', async () => {
  await one.events(writer, { CACHE: cache });
  // Signed entries are asked for, and these are not.
  const unsigned = await two.events(['--step', 'ingest', '--profile', 'signed'], { CACHE: cache, SECRET });
  expect(unsigned.finished.executed).toEqual(['ingest']);
  expect(unsigned.finished.findings.map(({ message }) => message).join()).toContain('cannot be trusted');
  expect(JSON.stringify(unsigned)).not.toContain(SECRET);

  for (const file of files(join(cache, 'cas'))) {
    const bytes = readFileSync(file);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    writeFileSync(file, bytes);
  }
  const damaged = await two.events(reader, { CACHE: cache });
  expect(damaged.finished).toMatchObject({ exitCode: 0, sharedCache: { restored: [] } });
  expect(damaged.finished.executed).toEqual(['split', 'transform', 'train', 'evaluate', 'register']);

  const gone = await two.events(['--profile', 'writer', '--set', 'steps.train.seed=1'], { CACHE: 'http://127.0.0.1:9/recipes' });
  expect(gone.finished).toMatchObject({ exitCode: 0, status: 'ok' });
  expect(gone.finished.findings.some(({ message }) => message.includes('is not used in this run'))).toBe(true);
});

function files(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}
