/**
 * The oracle: random graphs of up to a hundred tasks, random edits of data, parameters and wiring,
 * random failures, one to eight steps at a time, and every use of the cache. Whatever happened
 * before, a run shows what a pure evaluation gives; nothing runs twice; nothing runs whose key is known.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RunOutcome } from '../../src/engine/events.ts';
import type { CacheUse } from '../../src/engine/plan.ts';
import type { Task } from '../../src/engine/task.ts';
import { failWith, named, type Rig, rig } from '../support/fake-task.ts';
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
});
const calm: Round = { edits: [], fails: [], forced: [], spoiled: [], cache: 'use', keepGoing: false, concurrency: 4, turns: [0] };

let cases = 0;
let executed = 0;
let largest = 0;

test('incremental runs equal a pure evaluation and run nothing that need not run', async () => {
  await fc.assert(
    fc.asyncProperty(graphOf(100), fc.array(round, { minLength: 1, maxLength: 3 }), async (shapes, rounds) => {
      cases++;
      largest = Math.max(largest, shapes.length);
      await play(shapes, rounds);
    }),
    { numRuns: runs(2000) },
  );
  // The generator must have made what it promises.
  expect(cases).toBeGreaterThanOrEqual(runs(2000));
  expect(largest).toBeGreaterThan(90);
  expect(executed).toBeGreaterThan(cases * 5);
});

async function play(shapes: readonly Shape[], rounds: readonly Round[]): Promise<void> {
  const work = rig();
  const state = stateOf(shapes);
  for (const file of FILES) work.fs.edit(`/w/${file}`, contentOf(state, file));
  /** Keys whose results the store holds. */
  const known = new Set<string>();
  for (const each of [calm, ...rounds]) {
    for (const change of each.edits) applyEdit(state, change, (file, text) => work.fs.edit(`/w/${file}`, text));
    const tasks = tasksOf(state);
    spoil(work, each.spoiled);
    const expected = evaluate(state);
    await runAndCheck(work, tasks, each, expected, known);
    // Without failures, the rest follows, and then there is nothing left to do.
    await runAndCheck(work, tasks, { ...calm, concurrency: each.concurrency }, expected, known);
    expect(only(work.shown(), tasks)).toEqual(expected);
    expect((await work.plan(tasks)).tasks.filter(({ state: planned }) => planned !== 'fresh')).toEqual([]);
  }
}

async function runAndCheck(
  work: Rig,
  tasks: readonly Task[],
  { fails, forced, cache, keepGoing, concurrency, turns }: Round,
  expected: Readonly<Record<string, string>>,
  known: Set<string>,
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
  const outcome = await work.run(tasks, { cache, keepGoing, concurrency, force: [...force] });
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
