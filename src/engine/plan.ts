/**
 * What a run would do, and why. Moves no data and writes nothing but the memory of file digests.
 * A task whose predecessors are all reusable can be decided, since their entries name the digests
 * that it reads; behind a task that must run, nothing is known until it has run.
 */
import type { Decision } from './decide.ts';
import { examine } from './examine.ts';
import type { TaskGraph } from './graph.ts';
import type { ActionEntry, FileDigests, Store } from './ports.ts';
import { type SelectionOptions, selectTasks } from './selection.ts';
import { unusableStore } from './system-error.ts';
import type { Plan, PlannedTask, Task, TaskName } from './task.ts';

/**
 * `use` takes what is known. `refresh` runs everything and keeps the results in place of the known
 * ones. `off` runs everything and leaves the store as it was: its results are shown and not kept.
 */
export type CacheUse = 'use' | 'refresh' | 'off';

export interface PlanOptions extends SelectionOptions {
  readonly digests: FileDigests;
  /** `use` when absent. */
  readonly cache?: CacheUse;
}

/** A plan with what is behind it, so that `runTasks` need not find it out again. */
export interface DecidedPlan extends Plan {
  readonly graph: TaskGraph;
  readonly decisions: ReadonlyMap<TaskName, Decision>;
}

/** Throws a `DiagnosticError` for a selection that cannot be, an input file or a store that cannot be read. */
export async function planTasks(options: PlanOptions): Promise<DecidedPlan> {
  try {
    return await decideAll(options);
  } catch (error) {
    throw unusableStore(error);
  }
}

async function decideAll(options: PlanOptions): Promise<DecidedPlan> {
  const { store, digests } = options;
  const { graph, taken } = selectTasks(options);
  const isForced = forcing(options);
  const decisions = new Map<TaskName, Decision>();
  const known = new Map<TaskName, ActionEntry>();
  const blockers = new Map<TaskName, readonly TaskName[]>();
  const tasks: PlannedTask[] = [];
  for (const task of graph.order) {
    const reuse = taken.get(task.name);
    if (reuse !== undefined) {
      decisions.set(task.name, reuse);
      known.set(task.name, reuse.entry);
      tasks.push({ name: task.name, state: reuse.state, reasons: [], key: reuse.key, waitsFor: [], isTaken: true, ...acceptance(reuse) });
      continue;
    }
    const waitsFor = [...new Set(graph.upstream(task.name).flatMap((name) => blockers.get(name) ?? []))].sort();
    if (waitsFor.length > 0) {
      const planned = planUnknown(task, waitsFor, isForced(task.name), store);
      blockers.set(task.name, planned.state === 'run' ? [task.name] : waitsFor);
      tasks.push(planned);
      continue;
    }
    const awaited = task.inputs.flatMap((input) => (input.kind === 'file' && input.isAwaited === true ? [input.label] : []));
    if (awaited.length > 0) {
      const planned = planUnknown(task, [], isForced(task.name), store);
      blockers.set(task.name, [task.name]);
      tasks.push({ ...planned, reasons: [...planned.reasons, { kind: 'not-fetched', inputs: awaited }] });
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
      ...acceptance(decision),
    });
  }
  digests.save();
  return { tasks, graph, decisions };
}

function acceptance(decision: Decision): Pick<PlannedTask, 'acceptedByHand'> {
  return decision.state !== 'run' && decision.entry.acceptedByHand === true ? { acceptedByHand: true } : {};
}

/** Whether a task runs although its result may be known. */
export function forcing({ force, cache }: Pick<PlanOptions, 'force' | 'cache'>): (task: TaskName) => boolean {
  if (force === 'all' || (cache !== undefined && cache !== 'use')) return () => true;
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
