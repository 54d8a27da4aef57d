/**
 * What a run would do, and why. Moves no data and writes nothing but the memory of file digests.
 * A task whose predecessors are all reusable can be decided, since their entries name the digests
 * that it reads; behind a task that must run, nothing is known until it has run.
 */
import type { Decision } from './decide.ts';
import { examine } from './examine.ts';
import { buildGraph, type TaskGraph } from './graph.ts';
import type { ActionEntry, FileDigests, Store } from './ports.ts';
import type { Plan, PlannedTask, Task, TaskName } from './task.ts';

export interface PlanOptions {
  readonly tasks: readonly Task[];
  readonly store: Store;
  readonly digests: FileDigests;
  /** Only this task and what it needs. */
  readonly target?: TaskName;
  /** Tasks that run whatever the store holds. */
  readonly force?: 'all' | readonly TaskName[];
}

/** A plan with what is behind it, so that `runTasks` need not find it out again. */
export interface DecidedPlan extends Plan {
  readonly graph: TaskGraph;
  readonly decisions: ReadonlyMap<TaskName, Decision>;
}

export async function planTasks(options: PlanOptions): Promise<DecidedPlan> {
  const { store, digests } = options;
  const graph = buildGraph(options.tasks, options.target);
  const isForced = forcing(options.force);
  const decisions = new Map<TaskName, Decision>();
  const known = new Map<TaskName, ActionEntry>();
  const blockers = new Map<TaskName, readonly TaskName[]>();
  const tasks: PlannedTask[] = [];
  for (const task of graph.order) {
    const waitsFor = [...new Set(graph.upstream(task.name).flatMap((name) => blockers.get(name) ?? []))].sort();
    if (waitsFor.length > 0) {
      const planned = planUnknown(task, waitsFor, isForced(task.name), store);
      blockers.set(task.name, planned.state === 'run' ? [task.name] : waitsFor);
      tasks.push(planned);
      continue;
    }
    const decision = await examine({ task, upstream: known, store, digests, isForced: isForced(task.name) });
    decisions.set(task.name, decision);
    if (decision.state === 'run') blockers.set(task.name, [task.name]);
    else known.set(task.name, decision.entry);
    tasks.push({
      name: task.name,
      state: decision.state,
      reasons: decision.state === 'run' ? decision.reasons : [],
      key: decision.key,
      waitsFor: [],
    });
  }
  digests.save();
  return { tasks, graph, decisions };
}

export function forcing(force: PlanOptions['force']): (task: TaskName) => boolean {
  if (force === undefined) return () => false;
  if (force === 'all') return () => true;
  const names = new Set(force);
  return (task) => names.has(task);
}

/** Behind a task that runs, a task is certain to run only when forced, or when the store has no result of it under any key. */
function planUnknown(task: Task, waitsFor: readonly TaskName[], isForced: boolean, store: Store): PlannedTask {
  if (isForced) return { name: task.name, state: 'run', reasons: [{ kind: 'forced' }], waitsFor: [] };
  if (store.current(task.name) === undefined && !store.remembers(task.name)) {
    return { name: task.name, state: 'run', reasons: [{ kind: 'never-ran' }], waitsFor: [] };
  }
  return { name: task.name, state: 'unknown', reasons: [], waitsFor };
}
