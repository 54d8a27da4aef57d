/**
 * Several processes at once in one workspace, with other parameters each: random graphs, in one
 * event loop that changes hands at every wait. Each run ends with its own results, nobody sees an
 * input change while a step reads it, nobody waits for ever, and the same step of the same state is
 * executed once.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Executor, StepLocks } from '../../src/engine/ports.ts';
import { runTasks } from '../../src/engine/run.ts';
import type { Digest, TaskName } from '../../src/engine/task.ts';
import { type FileStore, openFileStore } from '../../src/store/file-store.ts';
import type { Processes } from '../../src/store/processes.ts';
import { openStatCache } from '../../src/store/stat-cache.ts';
import { openStepLocks } from '../../src/store/step-lock.ts';
import { fakeProcesses } from '../support/fake-task.ts';
import { type FakeClock, fakeClock, type MemoryFileSystem, memoryFileSystem } from '../support/memory-fs.ts';
import { contentOf, evaluate, FILES, graphOf, type Shape, type State, tasksOf, workOf } from '../support/random-dag.ts';
import { runs } from '../support/runs.ts';

const STORE = '/w/.recipe/store';
const OUTPUTS = '/w/.recipe/outputs';

interface Participant {
  /** Task number → its parameter. Where nothing is said, all agree. */
  readonly params: readonly (readonly [number, number])[];
  readonly concurrency: number;
  /** Turns of the loop before the run begins, and those that each task takes. */
  readonly delay: number;
  readonly turns: readonly number[];
}

const participant: fc.Arbitrary<Participant> = fc.record({
  params: fc.array(fc.tuple(fc.nat(1000), fc.nat(1)), { maxLength: 4 }),
  concurrency: fc.integer({ min: 1, max: 4 }),
  delay: fc.nat(12),
  turns: fc.array(fc.nat(4), { minLength: 1, maxLength: 5 }),
});

interface World {
  readonly fs: MemoryFileSystem;
  readonly clock: FakeClock;
  readonly executed: Digest[];
  /** Looks at locks that others hold. */
  looks: number;
}

let waits = 0;
let replaced = 0;

test('each run ends with its own results, whoever else works in the folder', async () => {
  await fc.assert(
    fc.asyncProperty(graphOf(20), fc.array(participant, { minLength: 2, maxLength: 4 }), async (shapes, participants) => {
      const clock = fakeClock();
      const fs = memoryFileSystem(clock);
      fs.makeFolder('/w/data');
      for (const file of FILES) fs.edit(`/w/${file}`, contentOf({ shapes: [], files: new Map(), params: new Map() }, file));
      clock.advance(10_000);
      const world: World = { fs, clock, executed: [], looks: 0 };
      await Promise.all(participants.map((each, index) => take(world, shapes, each, index + 1)));
      // Whatever was shown last, nothing was executed twice, and no lock is left.
      expect(new Set(world.executed).size).toBe(world.executed.length);
      expect(fs.readFolder(`${STORE}/locks`)).toEqual([]);
    }),
    { numRuns: runs(1500) },
  );
  // The schedules must have met.
  expect(waits).toBeGreaterThan(runs(1500));
  expect(replaced).toBeGreaterThan(runs(1500) / 4);
});

async function take(world: World, shapes: readonly Shape[], each: Participant, pid: number): Promise<void> {
  await turns(each.delay);
  const { fs, clock } = world;
  const state: State = {
    shapes: [...shapes],
    files: new Map(),
    params: new Map(each.params.map(([at, value]) => [at % shapes.length, value])),
  };
  const expected = evaluate(state);
  const processes: Processes = { ...fakeProcesses, self: { ...fakeProcesses.self, pid } };
  const store = openFileStore({ root: STORE, outputs: OUTPUTS, fs, clock, onWarning: fail, processes });
  const read = async (task: TaskName): Promise<void> => {
    await turns(2);
    for (const [path, text] of Object.entries(expected)) {
      if (path.startsWith(`${task}/`)) expect([path, fs.text(`${OUTPUTS}/${path}`)]).toEqual([path, text]);
    }
  };
  const outcome = await runTasks({
    tasks: tasksOf(state),
    store,
    digests: openStatCache({ file: `${STORE}/stat-cache`, fs, clock }),
    executor: executorOf(world, store, each),
    clock,
    concurrency: each.concurrency,
    signal: new AbortController().signal,
    emit: (event) => {
      if (event.type === 'store-warning') fail(event.message);
      if (event.type === 'step-reused' && event.state === 'restore') replaced++;
    },
    locks: locksOf(world, store, processes),
    settled: read,
  });
  expect(outcome.status).toBe('ok');
  for (const [name, entry] of outcome.entries)
    for (const { files } of entry.outputs)
      for (const { path, sizeBytes } of files) expect(sizeBytes).toBe(expected[`${name}/${path}`]?.length);
}

/** Looks at its inputs when it begins and when it ends. */
function executorOf({ fs, executed }: World, store: FileStore, each: Participant): Executor {
  let count = 0;
  return {
    async execute({ task, inputs: paths, staging }) {
      const look = () => Object.fromEntries(Object.entries(paths).map(([role, path]) => [role, fs.text(path)]));
      const inputs = look();
      await turns(each.turns[count++ % each.turns.length] ?? 0);
      expect(look()).toEqual(inputs);
      for (const [path, text] of Object.entries(workOf(task, inputs))) {
        const file = `${staging}/${path}`;
        fs.makeFolder(file.slice(0, file.lastIndexOf('/')));
        fs.writeFile(file, Buffer.from(text));
      }
      fs.writeFile(`${staging}/step.log`, Buffer.from(`log of ${task.name}`));
      executed.push(`${task.name} ${JSON.stringify([task.params, inputs])}` as Digest);
      expect(store.folder(task.name)).toBe(`${OUTPUTS}/${task.name}`);
      return { ok: true, result: { summary: 'done' }, attachments: ['step.log'] };
    },
    close: async () => {},
  };
}

function locksOf(world: World, store: FileStore, processes: Processes): StepLocks {
  return openStepLocks({
    store,
    processes,
    purpose: 'a run',
    onWait: () => {
      waits++;
    },
    sleep: async () => {
      world.clock.advance(1);
      if (++world.looks > 20_000) fail(`all wait for each other: ${world.fs.readFolder(`${STORE}/locks`).join(', ')}`);
      await turns(1);
    },
  });
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

function fail(message: string): never {
  throw new Error(message);
}
