/**
 * The order of tasks, from what each of them reads. It depends on names and edges alone, never on
 * the order in which the tasks were given.
 */
import * as graphlib from '@dagrejs/graphlib';
import type { Task, TaskName } from './task.ts';

export interface TaskGraph {
  /** Every task after all that it reads from; ties by name. */
  readonly order: readonly Task[];
  /** The tasks whose outputs this task reads, sorted by name. */
  upstream(task: TaskName): readonly TaskName[];
}

/** The graph of all tasks, or of `target` and everything that it needs. A task that names an unknown one is a bug. */
export function buildGraph(tasks: readonly Task[], target?: TaskName): TaskGraph {
  const byName = new Map<TaskName, Task>();
  for (const task of tasks.toSorted((a, b) => compareNames(a.name, b.name))) {
    if (byName.has(task.name)) throw new Error(`two tasks are named ${task.name}`);
    byName.set(task.name, task);
  }
  const reads = new Map<TaskName, readonly TaskName[]>();
  for (const task of byName.values()) reads.set(task.name, upstreamOf(task, byName));

  const selected = target === undefined ? [...byName.keys()] : [...closure(target, reads)].sort();
  const order = sortByLayers(selected, reads).map((name) => byName.get(name) as Task);
  return { order, upstream: (task) => reads.get(task) ?? [] };
}

function upstreamOf(task: Task, byName: ReadonlyMap<TaskName, Task>): readonly TaskName[] {
  const names = new Set<TaskName>();
  for (const input of task.inputs) {
    if (input.kind !== 'output') continue;
    const source = byName.get(input.task);
    if (source === undefined) throw new Error(`${task.name} reads from ${input.task}, which does not exist`);
    if (!source.outputs.includes(input.output)) throw new Error(`${task.name} reads ${input.output}, which ${input.task} does not make`);
    names.add(input.task);
  }
  return [...names].sort();
}

function closure(target: TaskName, reads: ReadonlyMap<TaskName, readonly TaskName[]>): ReadonlySet<TaskName> {
  if (!reads.has(target)) throw new Error(`there is no task ${target}`);
  const found = new Set<TaskName>([target]);
  // A set visits what is added while it is walked.
  for (const name of found) for (const source of reads.get(name) ?? []) found.add(source);
  return found;
}

/**
 * Layer by layer, each sorted by name. Not by graphlib: its `topsort` and `findCycles` call themselves
 * once for each task of a chain and overflow the stack on a few thousand, and building its graph
 * costs more than the rest of a plan's order. It names the cycle in what cannot be ordered.
 */
function sortByLayers(names: readonly TaskName[], reads: ReadonlyMap<TaskName, readonly TaskName[]>): readonly TaskName[] {
  const waiting = new Map<TaskName, number>();
  const followers = new Map<TaskName, TaskName[]>();
  for (const name of names) {
    const sources = reads.get(name) ?? [];
    waiting.set(name, sources.length);
    for (const source of sources) {
      const known = followers.get(source);
      if (known === undefined) followers.set(source, [name]);
      else known.push(name);
    }
  }
  const order: TaskName[] = [];
  let layer = names.filter((name) => waiting.get(name) === 0);
  while (layer.length > 0) {
    layer.sort();
    for (const name of layer) order.push(name);
    const next: TaskName[] = [];
    for (const name of layer) {
      for (const follower of followers.get(name) ?? []) {
        const left = (waiting.get(follower) ?? 0) - 1;
        waiting.set(follower, left);
        if (left === 0) next.push(follower);
      }
    }
    layer = next;
  }
  if (order.length < names.length) throw new Error(`tasks wait for each other: ${cycleIn(names, order, reads).join(', ')}`);
  return order;
}

function cycleIn(
  names: readonly TaskName[],
  ordered: readonly TaskName[],
  reads: ReadonlyMap<TaskName, readonly TaskName[]>,
): readonly string[] {
  const left = new Set(names);
  for (const name of ordered) left.delete(name);
  const graph = new graphlib.Graph({ directed: true });
  for (const name of left) for (const source of reads.get(name) ?? []) if (left.has(source)) graph.setEdge(source, name);
  return [...(graphlib.alg.findCycles(graph)[0] ?? left)].sort();
}

function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
