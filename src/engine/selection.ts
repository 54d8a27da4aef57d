/**
 * Which tasks a command is about. What lies before `from` is not asked whether it is up to date:
 * the workspace's last result of it is taken as it is, and a task that has none must run first.
 */
import { type Diagnostic, DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { Reuse } from './decide.ts';
import { buildGraph, type TaskGraph } from './graph.ts';
import type { Store } from './ports.ts';
import type { Task, TaskName } from './task.ts';

export interface SelectionOptions {
  readonly tasks: readonly Task[];
  readonly store: Store;
  /** Only this task and what it needs. */
  readonly target?: TaskName;
  /** Only this task and what follows it, on top of what is there. */
  readonly from?: TaskName;
  /** Tasks that run whatever the store holds. Each must be among those that are selected to run. */
  readonly force?: 'all' | readonly TaskName[];
}

export interface Selection {
  readonly graph: TaskGraph;
  /** Results that are used without asking whether they are still right. Empty without `from`. */
  readonly taken: ReadonlyMap<TaskName, Reuse>;
}

export function selectTasks({ tasks, store, target, from, force }: SelectionOptions): Selection {
  const graph = buildGraph(tasks, target);
  const selection = from === undefined ? { graph, taken: new Map() } : startAt(graph, from, target, store);
  const names = new Set(selection.graph.order.map((task) => task.name));
  for (const name of force === undefined || force === 'all' ? [] : force) {
    if (!names.has(name) || selection.taken.has(name))
      throw mistake(`\`${name}\` cannot be forced, because it is not among the steps to run`);
  }
  return selection;
}

function startAt(graph: TaskGraph, from: TaskName, target: TaskName | undefined, store: Store): Selection {
  const running = followers(graph, from);
  if (running.size === 0) throw mistake(`nothing lies between \`${from}\` and \`${target}\``, `\`${from}\` does not lead to \`${target}\``);
  const before = predecessors(graph, running);
  const required = new Set([...running].flatMap((name) => graph.upstream(name)).filter((name) => !running.has(name)));
  const taken = new Map<TaskName, Reuse>();
  for (const task of graph.order) {
    const reuse = before.has(task.name) ? takeAsItIs(task, store) : undefined;
    if (reuse !== undefined) taken.set(task.name, reuse);
  }
  const missing = [...required].filter((name) => !taken.has(name)).sort();
  if (missing.length > 0) throw notRun(from, missing);
  return {
    taken,
    graph: {
      order: graph.order.filter(({ name }) => running.has(name) || taken.has(name)),
      // What a taken result was once made from does not matter any more.
      upstream: (name) => (taken.has(name) ? [] : graph.upstream(name)),
    },
  };
}

/** The task and all that reads from it, directly or not. Empty when the graph does not hold it. */
function followers({ order, upstream }: TaskGraph, from: TaskName): ReadonlySet<TaskName> {
  const found = new Set<TaskName>();
  for (const { name } of order) if (name === from || upstream(name).some((source) => found.has(source))) found.add(name);
  return found;
}

function predecessors({ upstream }: TaskGraph, running: ReadonlySet<TaskName>): ReadonlySet<TaskName> {
  const found = new Set<TaskName>(running);
  // A set visits what is added while it is walked.
  for (const name of found) for (const source of upstream(name)) found.add(source);
  for (const name of running) found.delete(name);
  return found;
}

/** The result that the workspace last showed, if it is there or can be brought back, and has what the task makes today. */
function takeAsItIs(task: Task, store: Store): Reuse | undefined {
  const current = store.current(task.name);
  if (current === undefined) return undefined;
  const isInPlace = store.isInPlace(current);
  const entry = isInPlace ? current : store.find(current.key);
  if (entry === undefined || !task.outputs.every((name) => entry.outputs.some((output) => output.name === name))) return undefined;
  return { state: isInPlace ? 'fresh' : 'restore', key: entry.key, fields: entry.fields, entry };
}

/** Also the answer when the bytes of a taken result turn out bad. */
export function notRun(from: TaskName | undefined, missing: readonly TaskName[]): DiagnosticError {
  const names = missing.map((name) => `\`${name}\``);
  const has = missing.length === 1 ? 'has' : 'have';
  const start = from === undefined ? 'the run can start from' : `\`${from}\` can start from`;
  return new DiagnosticError({
    code: 'step-not-run',
    severity: 'error',
    message: `${list(names)} ${has} no result that ${start}`,
    hint: missing.length === 1 ? `run ${list(names)} first, or start from it` : `run ${list(names)} first, or start from the first of them`,
  });
}

function list(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

function mistake(message: string, hint?: string): DiagnosticError {
  const diagnostic: Diagnostic = { code: 'usage', severity: 'error', message, ...(hint !== undefined && { hint }) };
  return new DiagnosticError(diagnostic);
}
