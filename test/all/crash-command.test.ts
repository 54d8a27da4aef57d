/**
 * The real command with real workers, DuckDB and libsql, killed with its whole process group: at seeded instants, at
 * every point where something becomes final, and in the middle of writes. The next run gives the outputs, metrics and
 * files of a clean run, the store is sound before and after it, and the tracking store can be read and holds that run whole.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'libsql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ActionEntry } from '../../src/engine/ports.ts';
import { Layout } from '../../src/store/layout.ts';
import { nodeFileSystem } from '../../src/store/node-file-system.ts';
import { pointedEntries } from '../../src/store/workspace.ts';
import { faultsOf } from '../support/disk-rig.ts';
import { bareEnvironment, REPOSITORY, RecipeRig } from '../support/recipe-rig.ts';
import { runs } from '../support/runs.ts';
import { housesCsv, regressionProject } from '../support/small-projects.ts';

const COMMAND = join(REPOSITORY, 'bin/recipe.js');
const HOOK = pathToFileURL(join(REPOSITORY, 'test/support/kill-at-call.mjs')).href;
/** As many as there are cores to spare. */
const LANES = 2;

const TREES = 'steps/numbers.json';
const project = { ...regressionProject(), 'data/houses.csv': housesCsv(200), [TREES]: '{ "trees": 2 }\n' };
const edited = { ...project, [TREES]: '{ "trees": 3 }\n' };

/** What a run leaves that nothing went before. */
interface Clean {
  readonly results: Readonly<Record<string, string>>;
  readonly metrics: Readonly<Record<string, number>>;
}

interface Point {
  readonly kind: string;
  readonly number: number;
  readonly side: 'before' | 'after';
}

let first: Clean;
let second: Clean;
/** How long a run takes here that executes everything, and one that begins at `train`. */
let firstMs = 0;
let secondMs = 0;
/** How often a run passes each kind of point. */
const counts: Record<string, number> = {};
const rigs = new Set<RecipeRig>();
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mlrecipe-kills-'));
  // The second pair of runs finds the program in memory, and another run beside it, as the killed ones will.
  for (let time = 0; time < 2; time++) {
    const pair = await Promise.all([measured(), measured()]);
    [[first, firstMs], [second, secondMs]] = pair[0];
    expect(pair[1].map(([clean]) => clean)).toEqual([first, second]);
  }
  const rig = open(edited);
  expect((await timed(rig))[0]).toEqual(second);
  close(rig);
  expect(Object.keys(first.results)).toHaveLength(6);
  expect(second.metrics).not.toEqual(first.metrics);

  const log = join(folder, 'points');
  const counted = open(project);
  expect(await start(counted, `log=${encodeURIComponent(log)}`).ended).toBe('exit 0');
  close(counted);
  for (const kind of readFileSync(log, 'utf8').trim().split('\n')) counts[kind] = (counts[kind] ?? 0) + 1;
});
afterAll(() => {
  for (const rig of rigs) rig.remove();
  rmSync(folder, { recursive: true, force: true });
});

function open(files: Readonly<Record<string, string>>): RecipeRig {
  const rig = new RecipeRig(files);
  rigs.add(rig);
  return rig;
}

function close(rig: RecipeRig): void {
  rig.remove();
  rigs.delete(rig);
}

/** A whole run, and one after an edit of what `train` reads. */
async function measured(): Promise<readonly [readonly [Clean, number], readonly [Clean, number]]> {
  const rig = open(project);
  const whole = await timed(rig);
  rig.write(TREES, edited[TREES]);
  const rest = await timed(rig);
  close(rig);
  return [whole, rest];
}

async function timed(rig: RecipeRig): Promise<readonly [Clean, number]> {
  const started = performance.now();
  const { exitCode, finished } = await rig.events([]);
  const durationMs = performance.now() - started;
  expect(exitCode).toBe(0);
  return [{ results: resultsOf(rig), metrics: finished.metrics }, durationMs];
}

interface Running {
  readonly ended: Promise<string>;
  kill(): void;
}

/** In a process group of its own, so that the workers can be killed with it. */
function start(rig: RecipeRig, query?: string): Running {
  const hook = query === undefined ? [] : ['--import', `${HOOK}?${query}`];
  const child = spawn(process.execPath, [...hook, COMMAND, 'run', '--json'], {
    cwd: rig.root,
    env: bareEnvironment(),
    detached: true,
    stdio: 'ignore',
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

const storeOf = (rig: RecipeRig): string => join(rig.root, '.recipe/store');

function entriesOf(rig: RecipeRig): readonly ActionEntry[] {
  return pointedEntries({ fs: nodeFileSystem, layout: new Layout(storeOf(rig)) });
}

/** Digests of all outputs in view, by step. The version that `register` got is not made of data. */
function resultsOf(rig: RecipeRig): Readonly<Record<string, string>> {
  return Object.fromEntries(
    entriesOf(rig).map(({ task, outputs }) => [
      task,
      task === 'register' ? 'made' : JSON.stringify(outputs.map(({ name, digest }) => [name, digest])),
    ]),
  );
}

/** Files in view whose bytes are not those that their entry names. */
function wrongBytes(rig: RecipeRig): readonly string[] {
  const layout = new Layout(storeOf(rig));
  const files = entriesOf(rig).flatMap(({ task, outputs }) => outputs.flatMap((output) => output.files.map((file) => ({ task, ...file }))));
  expect(files.length).toBeGreaterThan(10);
  return files
    .filter(
      ({ task, path, digest }) => !readFileSync(join(rig.root, '.recipe/outputs', task, path)).equals(readFileSync(layout.blob(digest))),
    )
    .map(({ task, path }) => `${task}/${path}`);
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

/** Gives the number of steps that were still to do, and how long that took. */
async function expectRecovery(rig: RecipeRig, clean: Clean): Promise<{ readonly executed: number; readonly durationMs: number }> {
  expect(faultsOf(storeOf(rig))).toEqual([]);
  const started = performance.now();
  const next = await rig.events([]);
  const durationMs = performance.now() - started;
  expect([next.exitCode, next.stderr]).toEqual([0, '']);
  expect(next.finished).toMatchObject({ status: 'ok', metrics: clean.metrics });
  expect(faultsOf(storeOf(rig))).toEqual([]);
  expect(resultsOf(rig)).toEqual(clean.results);
  expect(wrongBytes(rig)).toEqual([]);
  expect(trackedRuns(rig).filter(({ status }) => status === 'FINISHED').length).toBeGreaterThan(0);
  return { executed: next.finished.executed.length, durationMs };
}

/** Numbers between 0 and 1 that spread evenly and are the same each time. */
function seeded(index: number): number {
  return ((index + 0.5) * 0.618_033_988_749_894_9) % 1;
}

/** Each case is done in its turn by one of the lanes. */
async function inLanes<Case>(cases: readonly Case[], play: (each: Case, index: number) => Promise<void>): Promise<void> {
  const queue = cases.entries();
  const lane = async (): Promise<void> => {
    for (const [index, each] of queue) {
      await play(each, index).catch((error: unknown) => {
        throw new Error(`${JSON.stringify(each)}: ${String(error)}`, { cause: error });
      });
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

/** Wait for the end, and see to it that no worker outlives the command. Whether it was the kill. */
async function endOf(run: Running): Promise<boolean> {
  const end = await run.ended;
  run.kill();
  return end === 'SIGKILL';
}

/** A machine has more to do at one time than at another, so each whole run corrects the guess of how long the next one takes. */
interface Guess {
  readonly steps: number;
  durationMs: number;
}

/** Kill a run at this share of the time that it should take. Whether it lived so long. */
async function killAndRecover(rig: RecipeRig, share: number, guess: Guess, clean: Clean): Promise<number | undefined> {
  const started = performance.now();
  const run = start(rig);
  const timer = setTimeout(run.kill, share * guess.durationMs);
  const isKilled = await endOf(run);
  clearTimeout(timer);
  if (!isKilled) guess.durationMs = performance.now() - started;
  const done = entriesOf(rig).length;
  const { executed, durationMs } = await expectRecovery(rig, clean);
  if (executed === guess.steps) guess.durationMs = durationMs;
  return isKilled ? done : undefined;
}

async function killAtPoints(points: readonly Point[]): Promise<void> {
  let killed = 0;
  await inLanes(points, async ({ kind, number, side }) => {
    const rig = open(project);
    if (await endOf(start(rig, `kind=${kind}&number=${number}&side=${side}`))) killed++;
    await expectRecovery(rig, first);
    close(rig);
  });
  // The last points may come in another order, or not at all.
  expect(killed).toBeGreaterThan(points.length * 0.9);
}

/** Each folder is killed in its first run, recovers, and is killed again after an edit of what `train` reads. */
test('killed at any instant', { timeout: 1_800_000 }, async () => {
  const wanted = runs(140);
  let killed = 0;
  /** How many results were in view when the kill came. */
  const progress = new Set<number>();
  const guesses: readonly [Guess, Guess] = [
    { steps: 6, durationMs: firstMs },
    { steps: 3, durationMs: secondMs },
  ];
  // Runs that were quicker than the kill do not count, and others take their place.
  await inLanes([...Array(wanted).keys()], async (index) => {
    if (killed >= wanted) return;
    const rig = open(project);
    const done = await killAndRecover(rig, seeded(index), guesses[0], first);
    rig.write(TREES, edited[TREES]);
    const doneAgain = await killAndRecover(rig, seeded(index + 0.25), guesses[1], second);
    if (done !== undefined) progress.add(done);
    killed += Number(done !== undefined) + Number(doneAgain !== undefined);
    close(rig);
  });
  expect(killed).toBeGreaterThanOrEqual(wanted);
  expect(progress.size).toBeGreaterThanOrEqual(5);
});

test('killed at every commit of libsql and every table of DuckDB', { timeout: 1_800_000 }, async () => {
  const points = [...sidesOf('sql'), ...sidesOf('copy')];
  expect(points.length).toBeGreaterThan(30);
  await killAtPoints(points);
});

test('killed at every file that becomes final: locks, blobs, entries, outputs in view, pointers', { timeout: 1_800_000 }, async () => {
  const points = sidesOf('rename');
  expect(points.length).toBeGreaterThan(80);
  await killAtPoints(points);
});

test('killed in the middle of calls that change the disk', { timeout: 1_800_000 }, async () => {
  const numbers = Array.from({ length: runs(20) }, (_, index) => 1 + Math.floor(seeded(index) * (counts['call'] ?? 0)));
  await killAtPoints(numbers.map((number) => ({ kind: 'call', number, side: 'before' })));
});

/** One side of each point, and both with `--long`: in between lies only what the engine's own test stops at each call. */
function sidesOf(kind: string): readonly Point[] {
  const [before, after] = [pointsOf(kind, 'before'), pointsOf(kind, 'after')];
  if (runs(1) > 1) return [...before, ...after];
  return before.map((point, index) => (index % 2 === 0 ? point : (after[index] as Point)));
}

function pointsOf(kind: string, side: Point['side']): readonly Point[] {
  return Array.from({ length: counts[kind] ?? 0 }, (_, index) => ({ kind, number: index + 1, side }));
}
