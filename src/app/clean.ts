/** Remove the results of one step or of all, so that the next run makes them again. */
import { relative, sep } from 'node:path';
import { failed, ok, type Result } from '../diagnostics/diagnostic.ts';
import type { TaskName } from '../engine/task.ts';
import { forgetFailure } from './failed-step.ts';
import type { Project } from './project.ts';
import { unknownStep } from './unknown-step.ts';
import { lockWorkspace, openWorkspace } from './workspace.ts';

export interface Removed {
  readonly step: string;
  /** Relative to the root; absent when the step showed no outputs. */
  readonly folder?: string;
  /** How many stored results were forgotten. */
  readonly results: number;
}

/** What was removed, or would be. */
export async function cleanRecipe(
  project: Project,
  options: { readonly step?: string; readonly dryRun?: boolean; readonly onWaiting?: (holder: string) => void },
): Promise<Result<readonly Removed[]>> {
  const names = project.template.steps.map(({ name }) => name as string);
  if (options.step !== undefined && !names.includes(options.step)) return failed([unknownStep(options.step, names)]);
  // Not while a run reads what would be removed.
  const lock = await lockWorkspace(project, options);
  try {
    const { store } = openWorkspace(project);
    const cleaned = store.clean({ ...(options.step !== undefined && { task: options.step as TaskName }), dryRun: options.dryRun === true });
    for (const { task } of options.dryRun === true ? [] : cleaned) forgetFailure(project.paths, task);
    return ok(
      cleaned.map(({ task, folder, entries }) => ({
        step: task as string,
        ...(folder !== undefined && { folder: relative(project.paths.root, folder).split(sep).join('/') }),
        results: entries,
      })),
    );
  } finally {
    lock.release();
  }
}
