/**
 * The real command with real workers, DuckDB and libsql, killed with its whole process group at
 * seeded instants and at the calls by which it changes the disk. The next run gives the outputs of a clean run, and the tracking
 * store can be read and holds that run whole.
 */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'libsql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeEntry } from '../../src/store/entries.ts';
import { faultsOf, filesBelow } from '../support/disk-rig.ts';
import { bareEnvironment, REPOSITORY, RecipeRig } from '../support/recipe-rig.ts';
import { runs } from '../support/runs.ts';
import { housesCsv, regressionProject } from '../support/small-projects.ts';

const COMMAND = join(REPOSITORY, 'bin/recipe.js');
const HOOK = pathToFileURL(join(REPOSITORY, 'test/support/kill-at-call.mjs')).href;
/** As many as there are cores to spare. */
const LANES = 2;

const project = { ...regressionProject(), 'data/houses.csv': housesCsv(60), 'steps/numbers.json': '{ "trees": 2 }\n' };

/** How long a whole run takes here, and how often it changes the disk. */
let durationMs = 0;
let calls = 0;
let clean: Readonly<Record<string, string>>;
const rigs: RecipeRig[] = [];
beforeAll(async () => {
  // The second run finds the program in memory, as the killed ones will.
  for (let time = 0; time < 2; time++) {
    const rig = open();
    const started = performance.now();
    expect(await start(rig, { MLRECIPE_CALLS: join(rig.root, 'calls') }).ended).toBe('exit 0');
    durationMs = performance.now() - started;
    calls = Number(rig.read('calls'));
    clean = digestsOf(rig);
    expect(Object.keys(clean)).toHaveLength(6);
    rig.remove();
  }
  expect(calls).toBeGreaterThan(100);
});
afterAll(() => {
  for (const rig of rigs) rig.remove();
});

function open(): RecipeRig {
  const rig = new RecipeRig(project);
  rigs.push(rig);
  return rig;
}

interface Running {
  readonly ended: Promise<string>;
  kill(): void;
}

/** In a process group of its own, so that the workers can be killed with it. */
function start(rig: RecipeRig, env: Readonly<Record<string, string>> = {}): Running {
  const child = spawn(process.execPath, ['--import', HOOK, COMMAND, 'run', '--json'], {
    cwd: rig.root,
    env: { ...bareEnvironment(), ...env },
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? `exit ${code}`));
  });
  return {
    ended,
    kill: () => {
      try {
        process.kill(-(child.pid as number), 'SIGKILL');
      } catch {
        // All of them have ended by themselves.
      }
    },
  };
}

/** Digests of all outputs that the workspace points to, by step. The version that `register` got is not made of data. */
function digestsOf(rig: RecipeRig): Readonly<Record<string, string>> {
  const digests: Record<string, string> = {};
  for (const bytes of Object.values(filesBelow(join(rig.root, '.recipe/store/entries')))) {
    const entry = decodeEntry(Buffer.from(bytes, 'latin1'));
    if (entry === undefined) throw new Error('an entry cannot be read');
    digests[entry.task] = entry.task === 'register' ? 'made' : JSON.stringify(entry.outputs.map(({ name, digest }) => [name, digest]));
  }
  return digests;
}

function trackedRuns(rig: RecipeRig): readonly { readonly status: string }[] {
  const database = new Database(join(rig.root, 'mlflow.db'));
  try {
    expect(database.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
    return database.prepare('SELECT status FROM runs').all() as { status: string }[];
  } finally {
    database.close();
  }
}

async function expectRecovery(rig: RecipeRig): Promise<void> {
  const store = join(rig.root, '.recipe/store');
  expect(faultsOf(store)).toEqual([]);
  const next = await rig.events([]);
  expect([next.exitCode, next.stderr]).toEqual([0, '']);
  expect(next.finished.status).toBe('ok');
  expect(faultsOf(store)).toEqual([]);
  expect(digestsOf(rig)).toEqual(clean);
  expect(shownBytes(rig)).toEqual(storedBytes(rig));
  expect(trackedRuns(rig).filter(({ status }) => status === 'FINISHED').length).toBeGreaterThan(0);
}

/** The tables and models in view, against the bytes that the entries name. */
function shownBytes(rig: RecipeRig): readonly string[] {
  const outputs = join(rig.root, '.recipe/outputs');
  return outputFiles(rig).map(({ task, path }) => `${task}/${path} ${readFileSync(join(outputs, task, path), 'latin1')}`);
}

function storedBytes(rig: RecipeRig): readonly string[] {
  const blobs = join(rig.root, '.recipe/store/blobs');
  return outputFiles(rig).map(
    ({ task, path, digest }) => `${task}/${path} ${readFileSync(join(blobs, digest.slice(0, 2), digest), 'latin1')}`,
  );
}

function outputFiles(rig: RecipeRig): readonly { readonly task: string; readonly path: string; readonly digest: string }[] {
  const current = join(rig.root, '.recipe/store/entries');
  return (readdirSync(current, { recursive: true }) as string[])
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => {
      const entry = decodeEntry(readFileSync(join(current, name)));
      return (entry?.outputs ?? []).flatMap(({ files }) => files.map(({ path, digest }) => ({ task: entry?.task ?? '', path, digest })));
    });
}

/** Numbers between 0 and 1 that spread evenly and are the same each time. */
function seeded(index: number): number {
  return ((index + 0.5) * 0.618_033_988_749_894_9) % 1;
}

/** Each case is done in its turn by one of the lanes. */
async function inLanes(count: number, play: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) await play(next++);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

async function play(rig: RecipeRig, run: Running): Promise<boolean> {
  const end = await run.ended;
  // Workers that outlived the command.
  run.kill();
  await expectRecovery(rig);
  rig.remove();
  return end === 'SIGKILL';
}

test('killed at any instant', { timeout: 900_000 }, async () => {
  const count = runs(200);
  let killed = 0;
  await inLanes(count, async (index) => {
    const rig = open();
    const run = start(rig);
    const timer = setTimeout(run.kill, seeded(index) * durationMs);
    if (await play(rig, run)) killed++;
    clearTimeout(timer);
  });
  // Some may have been quicker than the kill.
  expect(killed).toBeGreaterThan(count * 0.8);
});

test('killed at the calls that change the disk', { timeout: 900_000 }, async () => {
  const count = runs(100);
  let killed = 0;
  await inLanes(count, async (index) => {
    const rig = open();
    const run = start(rig, { MLRECIPE_KILL_AT: `${1 + Math.floor(seeded(index) * calls)}` });
    if (await play(rig, run)) killed++;
  });
  expect(killed).toBeGreaterThan(count * 0.9);
});
