/** What a run would do, as a value. Moves no data and writes nothing but the stat cache. */
import { type Diagnostic, ok, type Result } from '../diagnostics/diagnostic.ts';
import type { DecidedPlan } from '../engine/plan.ts';
import type { Store } from '../engine/ports.ts';
import { composeTasks } from './compose.ts';
import { EVENT_SCHEMA_VERSION, type PlanDocument, type PlannedStep } from './events.ts';
import { plannedStep } from './planned-step.ts';
import type { Project } from './project.ts';
import { registerCheck } from './register-check.ts';
import { partOf, planSelected, type SelectionRequest, selectSteps } from './selection.ts';
import { openWorkspace, type Workspace, withSharedCache } from './workspace.ts';

/** A plan, and where it was looked up. */
export interface PreparedPlan {
  readonly plan: DecidedPlan;
  readonly steps: readonly PlannedStep[];
  readonly workspace: Workspace;
  /** With the shared cache behind it, when that was asked. */
  readonly store: Store;
}

export async function planRecipe(project: Project, request: SelectionRequest = {}): Promise<Result<PlanDocument>> {
  const prepared = await preparePlan(project, request);
  return prepared.ok ? ok(planDocument(project, prepared.value), prepared.warnings) : prepared;
}

export function planDocument(project: Project, { steps }: PreparedPlan): PlanDocument {
  return { schemaVersion: EVENT_SCHEMA_VERSION, profile: project.loaded.profile ?? null, steps };
}

/** `isLocal`: without a word to the shared cache, for who cannot wait for it. */
export async function preparePlan(
  project: Project,
  { isLocal = false, ...request }: SelectionRequest & { readonly isLocal?: boolean } = {},
): Promise<Result<PreparedPlan>> {
  const selected = selectSteps(project, request);
  if (!selected.ok) return selected;
  const composed = await composeTasks(project, { part: partOf(project, request), revalidateRegister: registerCheck(project) });
  if (!composed.ok) return composed;
  const warnings: string[] = [];
  const workspace = openWorkspace(project);
  const shared = isLocal ? undefined : await withSharedCache(project, workspace, (message) => void warnings.push(message));
  const store = shared ?? workspace.store;
  const planned = await planSelected({ tasks: composed.value.tasks, store, digests: workspace.digests, ...selected.value });
  workspace.digests.save();
  if (!planned.ok) return planned;
  const plan = planned.value;
  const steps = plan.tasks.map((task) => {
    const decision = plan.decisions.get(task.name);
    const isShared = decision?.state === 'restore' && shared?.isRemote(decision.entry) === true;
    return { ...plannedStep(task), ...(isShared && { source: 'shared' as const }) };
  });
  const told = warnings.map((message): Diagnostic => ({ code: 'cache-unusable', severity: 'warning', message }));
  return ok({ plan, steps, workspace, store }, [...composed.warnings, ...told]);
}
