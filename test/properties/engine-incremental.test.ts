/**
 * After any sequence of edits, failures and damage, an incremental run shows what a pure
 * evaluation of the tasks gives, and without damage no key is ever executed twice.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Task } from '../../src/engine/task.ts';
import { failWith, fakeTask, type Rig, rig, usualWork } from '../support/fake-task.ts';
import { runs } from '../support/runs.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e'];
const FILES = ['data/x.csv', 'data/y.csv'];

/** For each task: which of the files and of the earlier tasks it reads, and whether it rounds its input away. */
interface Shape {
  readonly reads: readonly number[];
  readonly isRounding: boolean;
}

interface State {
  readonly files: Map<string, number>;
  readonly params: Map<string, number>;
}

type Edit =
  | { readonly kind: 'file' | 'params'; readonly which: number; readonly value: number }
  | { readonly kind: 'delete-output' | 'edit-output'; readonly which: number }
  | { readonly kind: 'flip-blob' | 'remove-blob' | 'cut-entry' | 'remove-pointer'; readonly which: number }
  | { readonly kind: 'fail'; readonly which: number };

const shape = fc.record({ reads: fc.uniqueArray(fc.nat(6), { maxLength: 3 }), isRounding: fc.boolean() });
const which = fc.nat(20);
const harmless: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ kind: fc.constantFrom('file' as const, 'params' as const), which, value: fc.nat(2) }),
  fc.record({ kind: fc.constantFrom('delete-output' as const, 'edit-output' as const, 'remove-pointer' as const, 'fail' as const), which }),
);
const damage: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom('flip-blob' as const, 'remove-blob' as const, 'cut-entry' as const),
  which,
});

function build(shapes: readonly Shape[], state: State): readonly Task[] {
  return shapes.map((each, index) => {
    const sources = [...FILES, ...NAMES.slice(0, index).map((name) => `${name} out.txt`)];
    const reads = [...new Set(each.reads.map((number) => sources[number % sources.length] as string))];
    const name = NAMES[index] as string;
    return fakeTask({ name, reads, params: { value: state.params.get(name) ?? 0, isRounding: each.isRounding } });
  });
}

/** What a task makes; one that rounds leaves the same bytes for many inputs, so that runs are cut off behind it. */
function make(task: Task, inputs: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  if (!(task.params as { readonly isRounding: boolean }).isRounding) return usualWork(task, inputs);
  return { 'out.txt': `${Object.values(inputs).join().length % 2}` };
}

/** All outputs, evaluated without engine, store or files. */
function evaluate(tasks: readonly Task[], state: State): Readonly<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const task of tasks) {
    const inputs = task.inputs.map((input) => [
      input.role,
      input.kind === 'file' ? content(state, input.label) : (texts[`${input.task}/${input.output}`] ?? ''),
    ]);
    for (const [path, text] of Object.entries(make(task, Object.fromEntries(inputs)))) texts[`${task.name}/${path}`] = text;
    texts[`${task.name}/step.log`] = `log of ${task.name}`;
  }
  return texts;
}

const content = (state: State, file: string): string => `${file} ${state.files.get(file) ?? 0}`;

function apply(work: Rig, state: State, edit: Edit): void {
  const pick = (folder: string): string | undefined => {
    const paths = Object.keys(work.fs.files(folder));
    const path = paths[edit.which % Math.max(1, paths.length)];
    return path && `${folder}/${path}`;
  };
  if (edit.kind === 'file') {
    const file = FILES[edit.which % FILES.length] as string;
    state.files.set(file, edit.value);
    work.fs.edit(`/w/${file}`, content(state, file));
  } else if (edit.kind === 'params') {
    state.params.set(NAMES[edit.which % NAMES.length] as string, edit.value);
  } else if (edit.kind === 'fail') {
    work.work.set(NAMES[edit.which % NAMES.length] as string, failWith({ code: 'step-failed', message: 'as told' }));
  } else {
    const folder = {
      'delete-output': 'outputs',
      'edit-output': 'outputs',
      'flip-blob': 'store/blobs',
      'remove-blob': 'store/blobs',
      'cut-entry': 'store/entries',
      'remove-pointer': 'store/current',
    }[edit.kind];
    const path = pick(`/w/.recipe/${folder}`);
    if (path === undefined) return;
    const bytes = work.fs.readFile(path);
    if (edit.kind === 'edit-output') work.fs.edit(path, 'edited by hand');
    else if (edit.kind === 'flip-blob')
      work.fs.writeFile(path, bytes.with(edit.which % bytes.length, (bytes[edit.which % bytes.length] ?? 0) ^ 1));
    else if (edit.kind === 'cut-entry') work.fs.writeFile(path, bytes.slice(0, bytes.length - 1));
    else work.fs.remove(path);
  }
}

async function play(
  shapes: readonly Shape[],
  rounds: readonly (readonly Edit[])[],
  concurrency: number,
  isMinimal: boolean,
): Promise<void> {
  const work = rig();
  const state: State = { files: new Map(), params: new Map() };
  for (const file of FILES) work.fs.edit(`/w/${file}`, content(state, file));
  const usual = (): void => {
    work.work.clear();
    for (const name of NAMES) work.work.set(name, ({ task }, inputs) => make(task, inputs));
  };
  const done = new Set<string>();
  for (const edits of [[], ...rounds]) {
    usual();
    for (const edit of edits) apply(work, state, edit);
    const tasks = build(shapes, state);
    const outcome = await work.run(tasks, { concurrency });
    const expected = evaluate(tasks, state);
    if (outcome.status === 'ok') expect(work.shown()).toEqual(expected);
    for (const [name, entry] of outcome.entries) {
      // Also of a run in which something failed: whatever is called done is right.
      for (const output of entry.outputs) expect(work.shown()[`${name}/${output.name}`]).toBe(expected[`${name}/${output.name}`]);
      if (isMinimal && outcome.executed.includes(name)) expect(done.has(entry.key)).toBe(false);
      done.add(entry.key);
    }
    usual();
    expect((await work.run(tasks, { concurrency })).status).toBe('ok');
    expect(work.shown()).toEqual(expected);
    for (const event of work.events) if (event.type === 'step-finished' && event.status === 'ok') done.add(event.entry.key);
    const plan = await work.plan(tasks);
    expect(plan.tasks.map((task) => task.state)).toEqual(tasks.map(() => 'fresh'));
  }
}

const shapes = fc.array(shape, { minLength: 1, maxLength: 5 });
const concurrency = fc.integer({ min: 1, max: 8 });

test('edits and failures: correct, and no key is executed twice', async () => {
  const rounds = fc.array(fc.array(harmless, { minLength: 1, maxLength: 3 }), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(shapes, rounds, concurrency, (a, b, c) => play(a, b, c, true)),
    { numRuns: runs(60) },
  );
});

test('a damaged store: correct', async () => {
  const rounds = fc.array(fc.array(fc.oneof(damage, harmless), { minLength: 1, maxLength: 5 }), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(shapes, rounds, concurrency, (a, b, c) => play(a, b, c, false)),
    { numRuns: runs(60) },
  );
});
