/** A person says that an edit does not matter: the result of a step that is there stands for the present state, and nothing is executed. */
import { type Diagnostic, DiagnosticError, failed, ok, type Result } from '../diagnostics/diagnostic.ts';
import { type Accepted, acceptTask } from '../engine/accept.ts';
import type { Reason, TaskName } from '../engine/task.ts';
import { amendCard } from './accepted-card.ts';
import { composeTasks } from './compose.ts';
import { forgetFailure } from './failed-step.ts';
import type { Project } from './project.ts';
import { registerCheck } from './register-check.ts';
import { partOf, selectSteps } from './selection.ts';
import { lockSteps, type OnWaiting, openWorkspace, withSharedCache } from './workspace.ts';

export interface AcceptedStep {
  readonly step: string;
  /** False: the result of this very state is known, so there was nothing to accept. */
  readonly accepted: boolean;
  /** What was waved through. */
  readonly reasons: readonly Reason[];
  /** Of the result, as `recipe cache ls` shows it. */
  readonly key: string;
}

export async function acceptStep(
  project: Project,
  { step, onWaiting }: { readonly step: string; readonly onWaiting?: OnWaiting },
): Promise<Result<AcceptedStep>> {
  const known = selectSteps(project, { step });
  if (!known.ok) return known;
  const composed = await composeTasks(project, { part: partOf(project, { step }), revalidateRegister: registerCheck(project) });
  if (!composed.ok) return composed;
  const task = step as TaskName;
  const workspace = openWorkspace(project);
  const warnings: Diagnostic[] = [];
  const shared = await withSharedCache(project, workspace, (message) =>
    warnings.push({ code: 'cache-unusable', severity: 'warning', message }),
  );
  // Not while a run makes or reads what is accepted.
  const lock = await lockSteps(project, workspace, 'recipe accept', onWaiting).acquire(task, new AbortController().signal);
  try {
    workspace.store.refresh(task);
    const done = await acceptTask(task, {
      tasks: composed.value.tasks,
      store: shared ?? workspace.store,
      digests: workspace.digests,
      amend: (_shown, reasons, folder) => amendCard(workspace.store.folder(task), reasons, folder),
    });
    if (done.kind === 'accepted') forgetFailure(project.paths, step);
    return ok(told(step, done), [...composed.warnings, ...warnings]);
  } catch (error) {
    if (error instanceof DiagnosticError) return failed([error.diagnostic]);
    throw error;
  } finally {
    lock.release();
    workspace.digests.save();
  }
}

function told(step: string, done: Accepted): AcceptedStep {
  return { step, accepted: done.kind === 'accepted', reasons: done.kind === 'accepted' ? done.reasons : [], key: done.entry.key };
}
