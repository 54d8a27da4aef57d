/** What a run would do, as a value. Moves no data and writes nothing but the stat cache. */
import { type Diagnostic, failed, ok, type Result } from '../diagnostics/diagnostic.ts';
import { planTasks } from '../engine/plan.ts';
import type { TaskName } from '../engine/task.ts';
import { composeTasks } from './compose.ts';
import { EVENT_SCHEMA_VERSION, type PlanDocument } from './events.ts';
import type { Project } from './project.ts';
import { registerCheck } from './register-check.ts';
import { unknownStep } from './unknown-step.ts';
import { openWorkspace, withSharedCache } from './workspace.ts';

export async function planRecipe(project: Project, options: { readonly step?: string } = {}): Promise<Result<PlanDocument>> {
  const names = project.steps.map(({ name }) => name as string);
  if (options.step !== undefined && !names.includes(options.step)) return failed([unknownStep(options.step, names)]);
  const composed = await composeTasks(project, { revalidateRegister: registerCheck(project) });
  if (!composed.ok) return composed;
  const warnings: string[] = [];
  const workspace = openWorkspace(project);
  const { digests } = workspace;
  const shared = await withSharedCache(project, workspace, (message) => void warnings.push(message));
  const plan = await planTasks({
    tasks: composed.value.tasks,
    store: shared ?? workspace.store,
    digests,
    ...(options.step !== undefined && { target: options.step as TaskName }),
  });
  digests.save();
  const steps = plan.tasks.map(({ name, state, reasons }) => {
    const decision = plan.decisions.get(name);
    const isShared = decision?.state === 'restore' && shared?.isRemote(decision.entry) === true;
    return { name: name as string, state, reasons, ...(isShared && { source: 'shared' as const }) };
  });
  const told = warnings.map((message): Diagnostic => ({ code: 'cache-unusable', severity: 'warning', message }));
  return ok({ schemaVersion: EVENT_SCHEMA_VERSION, profile: project.loaded.profile ?? null, steps }, [...composed.warnings, ...told]);
}
