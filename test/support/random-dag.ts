/**
 * Random graphs of tasks, what a pure evaluation of them gives, and random edits of what they read.
 * Nothing here knows engine or store.
 */
import fc from 'fast-check';
import type { Task } from '../../src/engine/task.ts';
import { fakeTask, usualWork } from './fake-task.ts';

export const FILES: readonly string[] = ['data/x.csv', 'data/y.csv', 'data/z.csv'];

export interface Shape {
  /** Numbers that stand for files and for outputs of earlier tasks. */
  readonly reads: readonly number[];
  readonly hasTwoOutputs: boolean;
  /** Leaves the same few bytes for many inputs, so that runs are cut off behind it. */
  readonly isRounding: boolean;
}

export interface State {
  readonly shapes: Shape[];
  readonly files: Map<string, number>;
  readonly params: Map<number, number>;
}

export type Edit =
  | { readonly kind: 'file' | 'params'; readonly which: number; readonly value: number }
  | { readonly kind: 'rewire'; readonly which: number; readonly reads: readonly number[] }
  | { readonly kind: 'remove-last' }
  | { readonly kind: 'add'; readonly shape: Shape };

const reads = fc.array(fc.nat(1000), { maxLength: 4 });
const which = fc.nat(1000);

export const shape: fc.Arbitrary<Shape> = fc.record({ reads, hasTwoOutputs: fc.boolean(), isRounding: fc.boolean() });

/** Mostly small, since small graphs find most faults soonest; every fifth up to the given size. */
export function graphOf(most: number): fc.Arbitrary<readonly Shape[]> {
  const upTo = (maxLength: number) => fc.array(shape, { minLength: 1, maxLength, size: 'max' });
  return fc.oneof({ weight: 4, arbitrary: upTo(12) }, { weight: 1, arbitrary: upTo(most) });
}

export const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ kind: fc.constantFrom('file' as const, 'params' as const), which, value: fc.nat(2) }),
  fc.record({ kind: fc.constant('rewire' as const), which, reads }),
  fc.constant({ kind: 'remove-last' as const }),
  fc.record({ kind: fc.constant('add' as const), shape }),
);

export function stateOf(shapes: readonly Shape[]): State {
  return { shapes: [...shapes], files: new Map(), params: new Map() };
}

/** Change the state. A file is rewritten through `write`. */
export function applyEdit(state: State, change: Edit, write: (file: string, text: string) => void): void {
  const { shapes, files, params } = state;
  if (change.kind === 'file') {
    const file = FILES[change.which % FILES.length] as string;
    files.set(file, change.value);
    write(file, contentOf(state, file));
  } else if (change.kind === 'params') {
    params.set(change.which % shapes.length, change.value);
  } else if (change.kind === 'rewire') {
    const at = change.which % shapes.length;
    shapes[at] = { ...(shapes[at] as Shape), reads: change.reads };
  } else if (change.kind === 'add') {
    shapes.push(change.shape);
  } else if (shapes.length > 1) {
    shapes.pop();
  }
}

/** Always of the same size. */
export function contentOf(state: State, file: string): string {
  return `${file} ${state.files.get(file) ?? 0}`;
}

export function tasksOf({ shapes, params }: State): readonly Task[] {
  const made: string[] = [...FILES];
  return shapes.map((each, index) => {
    const name = `t${index}`;
    const outputs = each.hasTwoOutputs ? ['out.txt', 'more/b.txt'] : ['out.txt'];
    const chosen = [...new Set(each.reads.map((number) => made[number % made.length] as string))];
    for (const output of outputs) made.push(`${name} ${output}`);
    return fakeTask({ name, reads: chosen, outputs, params: { value: params.get(index) ?? 0, isRounding: each.isRounding } });
  });
}

/** What a task leaves: a pure function of what its key covers. */
export function workOf(task: Task, inputs: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  if (!(task.params as { readonly isRounding: boolean }).isRounding) return shortened(task, inputs);
  const length = Object.values(inputs).join().length;
  return Object.fromEntries(task.outputs.map((name) => [name, `${name} ${length % 3}`]));
}

/** Texts would double at every level of a deep graph; a sum of them changes as they do. */
function shortened(task: Task, inputs: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const sums = Object.entries(inputs).map(([role, text]) => [role, text.length <= 60 ? text : checksum(text)]);
  return usualWork(task, Object.fromEntries(sums));
}

function checksum(text: string): string {
  let sum = 5381n;
  for (let at = 0; at < text.length; at++) sum = BigInt.asUintN(64, sum * 1_099_511_628_211n + BigInt(text.charCodeAt(at)));
  return sum.toString(16);
}

/** All that the workspace must show: evaluated without engine, store or files. */
export function evaluate(state: State): Readonly<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const task of tasksOf(state)) {
    const inputs = task.inputs.map((input) => [
      input.role,
      input.kind === 'file' ? contentOf(state, input.label) : (texts[`${input.task}/${input.output}`] as string),
    ]);
    for (const [path, text] of Object.entries(workOf(task, Object.fromEntries(inputs)))) texts[`${task.name}/${path}`] = text;
    texts[`${task.name}/step.log`] = `log of ${task.name}`;
  }
  return texts;
}
