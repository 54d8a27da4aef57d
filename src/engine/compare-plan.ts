/**
 * The present state beside an earlier one, task by task: `recipe plan --diff`. Pure. Speaks of what
 * the keys cover and not of what would run, which also depends on what is stored.
 */
import { differences } from './differences.ts';
import { keyOf } from './key.ts';
import type { DecidedPlan } from './plan.ts';
import type { KeyFields } from './ports.ts';
import type { Reason, TaskName } from './task.ts';

export interface TaskComparison {
  readonly name: TaskName;
  /**
   * `unknown`: a task before it must run first, so its inputs are not known yet. `reasons` then hold
   * what differs beside the inputs from other tasks.
   */
  readonly state: 'same' | 'changed' | 'added' | 'removed' | 'unknown';
  readonly reasons: readonly Reason[];
}

/** In the order of the plan; tasks that are gone come last, by name. */
export function comparePlan(plan: DecidedPlan, earlier: ReadonlyMap<TaskName, KeyFields>): readonly TaskComparison[] {
  const compared = plan.graph.order.map((task): TaskComparison => {
    const { name } = task;
    const old = earlier.get(name);
    if (old === undefined) return { name, state: 'added', reasons: [] };
    const decision = plan.decisions.get(name);
    // Inputs from other tasks are left as they were, since nobody knows better.
    const now = decision?.fields ?? { ...old, ...ownFields(task), inputs: old.inputs };
    const isSame = keyOf(task, now) === keyOf(task, old);
    return {
      name,
      state: decision === undefined ? 'unknown' : isSame ? 'same' : 'changed',
      reasons: isSame ? [] : differences(name, old, now),
    };
  });
  const present = new Set(compared.map(({ name }) => name));
  const removed = [...earlier.keys()].filter((name) => !present.has(name)).sort();
  return [...compared, ...removed.map((name): TaskComparison => ({ name, state: 'removed', reasons: [] }))];
}

function ownFields(task: DecidedPlan['graph']['order'][number]): Omit<KeyFields, 'inputs'> {
  const { implementation, params, userCode, environment, env, seed } = task;
  return { implementation, params, userCode: userCode.map(({ file, digest }) => ({ file, digest })), environment, env, seed };
}
