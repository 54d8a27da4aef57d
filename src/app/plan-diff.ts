/** The present state beside that of an earlier run: `recipe plan --diff`. */
import { ok, type Result } from '../diagnostics/diagnostic.ts';
import { comparePlan } from '../engine/compare-plan.ts';
import type { KeyFields, Store } from '../engine/ports.ts';
import type { Digest, Reason, TaskName } from '../engine/task.ts';
import type { PlanDocument } from './events.ts';
import { findRun } from './find-run.ts';
import { type PreparedPlan, planDocument, preparePlan } from './plan.ts';
import { allSteps, type Project } from './project.ts';
import type { RunRecord } from './run-records.ts';
import type { SelectionRequest } from './selection.ts';

export interface StepComparison {
  readonly name: string;
  /**
   * `unknown`: a step before it must run first; `reasons` hold what differs beside the results of other steps.
   * `added`: the run has no result of it. `removed`: the recipe has it no more. `not-stored`: what the run
   * knew of it is no longer stored, so nobody can compare.
   */
  readonly state: 'same' | 'changed' | 'added' | 'removed' | 'unknown' | 'not-stored';
  readonly reasons: readonly Reason[];
}

/** A plan, with what differs from an earlier run. */
export interface PlanDifference extends PlanDocument {
  readonly diff: {
    readonly runId: string;
    /** When that run began, in UTC. */
    readonly time: string;
    readonly steps: readonly StepComparison[];
  };
}

/** `run` is an id, the beginning of one, or `last`: the run of which the overview card speaks. */
export async function diffPlan(project: Project, run: string, request: SelectionRequest = {}): Promise<Result<PlanDifference>> {
  const record = findRun(project, run);
  if (!record.ok) return record;
  const prepared = await preparePlan(project, request);
  if (!prepared.ok) return prepared;
  const { runId, time } = record.value;
  const steps = await compare(project, prepared.value, record.value);
  return ok({ ...planDocument(project, prepared.value), diff: { runId, time, steps } }, prepared.warnings);
}

async function compare(project: Project, { plan, store }: PreparedPlan, { keys }: RunRecord): Promise<readonly StepComparison[]> {
  const selected = new Set(plan.tasks.map(({ name }) => name));
  const known = new Set(allSteps(project).map(({ name }) => name as string));
  const earlier = new Map<TaskName, KeyFields>();
  const lost = new Set<string>();
  for (const [step, key] of Object.entries(keys)) {
    const name = step as TaskName;
    // A step that exists and was not chosen is none of the answer.
    if (!selected.has(name) && known.has(step)) continue;
    const fields = await fieldsOf(store, name, key as Digest);
    if (fields !== undefined) earlier.set(name, fields);
    // What is gone needs no fields to be called so.
    else if (selected.has(name)) lost.add(step);
    else earlier.set(name, NOTHING);
  }
  return comparePlan(plan, earlier).map((step) => (lost.has(step.name) ? { name: step.name, state: 'not-stored', reasons: [] } : step));
}

/** Of a step that the recipe has no more: only its name is told. */
const NOTHING: KeyFields = { implementation: '' as Digest, params: {}, inputs: [], userCode: [], environment: {}, env: {}, seed: 0 };

/** What is in view is known even when the store has lost or never had it. */
async function fieldsOf(store: Store, task: TaskName, key: Digest): Promise<KeyFields | undefined> {
  const current = store.current(task);
  return (store.find(key) ?? (current?.key === key ? current : undefined) ?? (await store.fetch?.(key)))?.fields;
}
