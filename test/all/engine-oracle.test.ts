/**
 * The oracle: random graphs of up to a hundred tasks, random edits of data, parameters and wiring,
 * random failures, one to eight steps at a time; without a cache, with the local store, and on two machines
 * that share a cache, which is sound or answers wrongly. Whatever happened before, a run shows what a pure
 * evaluation gives; nothing runs twice; nothing runs whose key is known.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RunOutcome } from '../../src/engine/events.ts';
import type { CacheUse } from '../../src/engine/plan.ts';
import type { RunOptions } from '../../src/engine/run.ts';
import type { Task } from '../../src/engine/task.ts';
import { openHttpRemote } from '../../src/store/shared/http-remote.ts';
import type { RemoteStore } from '../../src/store/shared/remote-store.ts';
import { startCacheServer } from '../support/cache-server.ts';
import { failWith, named, type Rig, rig } from '../support/fake-task.ts';
import { faultyRemote, REMOTE_FAULTS, type RemoteFault } from '../support/faulty-remote.ts';
import { machine, sharedFolder } from '../support/machines.ts';
import {
  applyEdit,
  contentOf,
  type Edit,
  edit,
  evaluate,
  FILES,
  graphOf,
  type Shape,
  stateOf,
  tasksOf,
  workOf,
} from '../support/random-dag.ts';
import { runs } from '../support/runs.ts';

/** Of the two thousand cases, so many without a cache, with the local one, and with a shared one of each kind. */
const CASES = { off: 300, local: 1000, shared: 350, faulty: 300, http: 50 };

interface Round {
  readonly edits: readonly Edit[];
  readonly fails: readonly number[];
  readonly forced: readonly number[];
  /** Outputs that somebody deletes or overwrites. */
  readonly spoiled: readonly number[];
  readonly cache: CacheUse;
  readonly keepGoing: boolean;
  readonly concurrency: number;
  /** How many turns of the loop each task takes, so that they end in another order than they began. */
  readonly turns: readonly number[];
  /** Which machine runs, where there are two. */
  readonly who: number;
  /** Which requests to a shared cache go wrong, and how. */
  readonly faults: ReadonlyMap<number, RemoteFault>;
}

/** Where tasks run. */
interface Place {
  readonly rig: Rig;
  run(tasks: readonly Task[], options: Partial<RunOptions>): Promise<RunOutcome>;
  /** Keys whose results can be had here. */
  readonly known: Set<string>;
}

const some = fc.array(fc.nat(1000), { maxLength: 2 });
const round: fc.Arbitrary<Round> = fc.record({
  edits: fc.array(edit, { maxLength: 3 }),
  fails: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: some }),
  forced: fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: some }),
  spoiled: some,
  cache: fc.oneof({ weight: 6, arbitrary: fc.constant('use' as const) }, fc.constantFrom('off' as const, 'refresh' as const)),
  keepGoing: fc.boolean(),
  concurrency: fc.integer({ min: 1, max: 8 }),
  turns: fc.array(fc.nat(3), { minLength: 1, maxLength: 5 }),
  who: fc.nat(1),
  faults: fc.array(fc.tuple(fc.nat(30), fc.constantFrom(...REMOTE_FAULTS)), { maxLength: 6 }).map((pairs) => new Map(pairs)),
});
const calm: Omit<Round, 'who' | 'cache'> = {
  edits: [],
  fails: [],
  forced: [],
  spoiled: [],
  keepGoing: false,
  concurrency: 4,
  turns: [0],
  faults: new Map(),
};

async function assertCases(count: number, play: (shapes: readonly Shape[], rounds: readonly Round[]) => Promise<void>): Promise<void> {
  let cases = 0;
  let largest = 0;
  executed = 0;
  await fc.assert(
    fc.asyncProperty(graphOf(100), fc.array(round, { minLength: 1, maxLength: 3 }), async (shapes, rounds) => {
      cases++;
      largest = Math.max(largest, shapes.length);
      await play(shapes, rounds);
    }),
    { numRuns: runs(count) },
  );
  // The generator must have made what it promises.
  expect(cases).toBeGreaterThanOrEqual(runs(count));
  expect(largest).toBeGreaterThan(90);
  expect(executed).toBeGreaterThan(cases * 5);
}

let executed = 0;

test('the cases are two thousand', () => {
  expect(Object.values(CASES).reduce((sum, count) => sum + count)).toBe(2000);
});

test('without a cache: everything runs, and nothing is known afterwards', async () => {
  await assertCases(CASES.off, async (shapes, rounds) => {
    const place = alone();
    await play(
      [place],
      shapes,
      rounds.map((each) => ({ ...each, cache: 'off' })),
      'off',
    );
    expect([...place.known]).toEqual([]);
  });
});

test('with the local store: nothing runs that need not run', async () => {
  await assertCases(CASES.local, (shapes, rounds) => play([alone()], shapes, rounds, 'use'));
});

test('two machines with a sound cache: what one has made, the other does not make again', async () => {
  await assertCases(CASES.shared, async (shapes, rounds) => {
    const { remote } = sharedFolder();
    // Each sees at once what the other wrote, so they know the same.
    const known = new Set<string>();
    await play([sharing(remote, known), sharing(remote, known)], shapes, rounds, 'use');
  });
});

test('two machines with a cache that answers wrongly: nothing wrong is shown, and no run fails', async () => {
  let hits = 0;
  await assertCases(CASES.faulty, async (shapes, rounds) => {
    const faulty = faultyRemote(sharedFolder().remote);
    await play([sharing(faulty.remote), sharing(faulty.remote)], shapes, rounds, 'use', faulty.plan);
    hits += faulty.hits();
  });
  expect(hits).toBeGreaterThan(CASES.faulty);
});

test('the same behind a server', async () => {
  const server = await startCacheServer();
  let faults: Round['faults'] = new Map();
  let count = 0;
  let hits = 0;
  server.fault = () => {
    const fault = faults.get(count++);
    if (fault !== undefined) hits++;
    return fault === 'slow' ? 'silent' : fault;
  };
  const remote = openHttpRemote({
    url: server.url,
    sleep: async () => {},
    startTimer(_ms, onTimeout) {
      if (![...faults.values()].includes('slow')) return () => {};
      const timer = setTimeout(onTimeout, 20);
      return () => clearTimeout(timer);
    },
  });
  await assertCases(CASES.http, async (shapes, rounds) => {
    server.objects.clear();
    await play([sharing(remote), sharing(remote)], shapes, rounds, 'use', (planned) => {
      faults = planned;
      count = 0;
    });
  });
  expect(hits).toBeGreaterThan(CASES.http / 2);
});

function alone(): Place {
  const work = rig();
  return { rig: work, run: work.run, known: new Set() };
}

function sharing(remote: RemoteStore, known: Set<string> = new Set()): Place {
  const { rig: work, store } = machine(remote, { mayWrite: true });
  return {
    rig: work,
    known,
    async run(tasks, options) {
      const layered = store();
      const outcome = await work.run(tasks, { ...options, store: layered });
      await layered.finish();
      return outcome;
    },
  };
}

async function play(
  places: readonly Place[],
  shapes: readonly Shape[],
  rounds: readonly Round[],
  cache: CacheUse,
  planFaults: (faults: Round['faults']) => void = () => {},
): Promise<void> {
  const state = stateOf(shapes);
  const write = (file: string, text: string): void => {
    for (const { rig: work } of places) work.fs.edit(`/w/${file}`, text);
  };
  for (const file of FILES) write(file, contentOf(state, file));
  for (const each of [{ ...calm, who: 0, cache }, ...rounds]) {
    for (const change of each.edits) applyEdit(state, change, write);
    const tasks = tasksOf(state);
    const expected = evaluate(state);
    const place = places[each.who % places.length] as Place;
    const { rig: work } = place;
    spoil(work, each.spoiled);
    planFaults(each.faults);
    await runAndCheck(place, tasks, each, expected);
    planFaults(new Map());
    // Without failures, the rest follows, and then there is nothing left to do.
    await runAndCheck(place, tasks, { ...calm, who: each.who, cache, concurrency: each.concurrency }, expected);
    expect(only(work.shown(), tasks)).toEqual(expected);
    const states = (await work.plan(tasks)).tasks.map((task) => task.state);
    if (cache === 'off') expect(states).not.toContain('restore');
    else expect(states.filter((state) => state !== 'fresh')).toEqual([]);
  }
}

async function runAndCheck(
  { rig: work, run, known }: Place,
  tasks: readonly Task[],
  { fails, forced, cache, keepGoing, concurrency, turns }: Round,
  expected: Readonly<Record<string, string>>,
): Promise<void> {
  const pick = (numbers: readonly number[]) => numbers.map((number) => (tasks[number % tasks.length] as Task).name);
  const [failing, force] = [new Set(pick(fails)), new Set(pick(forced))];
  work.work.clear();
  work.hold.clear();
  for (const [index, { name }] of tasks.entries()) {
    work.work.set(
      name,
      failing.has(name) ? failWith({ code: 'step-failed', message: 'as told' }) : ({ task }, inputs) => workOf(task, inputs),
    );
    const wait = turns[index % turns.length] ?? 0;
    if (wait > 0) work.hold.set(name, afterTurns(wait));
  }
  const outcome = await run(tasks, { cache, keepGoing, concurrency, force: [...force] });
  executed += outcome.executed.length;

  expect(new Set(work.began).size).toBe(work.began.length);
  checkAccounting(outcome, tasks, keepGoing);
  for (const [name, entry] of outcome.entries) {
    for (const output of entry.outputs) expect(work.shown()[`${name}/${output.name}`]).toBe(expected[`${name}/${output.name}`]);
    if (outcome.executed.includes(name) && cache === 'use' && !force.has(name)) expect(known.has(entry.key)).toBe(false);
  }
  if (cache !== 'use' && outcome.status === 'ok') expect(outcome.executed.length).toBe(tasks.length);
  for (const event of work.events) {
    if (event.type === 'step-finished' && event.status === 'ok' && event.stored) known.add(event.entry.key);
  }
}

/** Every task came to exactly one end. */
function checkAccounting({ status, entries, failures, blocked, skipped }: RunOutcome, tasks: readonly Task[], keepGoing: boolean): void {
  const ends = [...entries.keys(), ...failures.keys(), ...blocked, ...skipped];
  expect(ends.toSorted()).toEqual(tasks.map(({ name }) => name).toSorted());
  expect(status).toBe(failures.size > 0 ? 'failed' : 'ok');
  if (keepGoing) expect(skipped).toEqual([]);
}

function spoil(work: Rig, numbers: readonly number[]): void {
  for (const number of numbers) {
    const paths = Object.keys(work.shown());
    const path = paths[number % Math.max(1, paths.length)];
    if (path === undefined) continue;
    if (number % 2 === 0) work.fs.remove(`/w/.recipe/outputs/${path}`);
    else work.fs.edit(`/w/.recipe/outputs/${path}`, 'edited by hand');
  }
}

/** Outputs of tasks that are gone stay where they are. */
function only(shown: Readonly<Record<string, string>>, tasks: readonly Task[]): Readonly<Record<string, string>> {
  const names = new Set<string>(tasks.map(({ name }) => name));
  return Object.fromEntries(Object.entries(shown).filter(([path]) => names.has(named(path.slice(0, path.indexOf('/'))))));
}

async function afterTurns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}
