/** Remove the results of one step or of all, so that the next run makes them again. */
import { relative, sep } from 'node:path';
import { failed, ok, type Result } from '../diagnostics/diagnostic.ts';
import type { TaskName } from '../engine/task.ts';
import { forgetFailure } from './failed-step.ts';
import { allSteps, type Project } from './project.ts';
import { unknownStep } from './unknown-step.ts';
import { lockSteps, type OnWaiting, openWorkspace } from './workspace.ts';

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
  options: { readonly step?: string; readonly dryRun?: boolean; readonly onWaiting?: OnWaiting },
): Promise<Result<readonly Removed[]>> {
  const names = allSteps(project).map(({ name }) => name as string);
  if (options.step !== undefined && !names.includes(options.step)) return failed([unknownStep(options.step, names)]);
  const workspace = openWorkspace(project);
  const locks = lockSteps(project, workspace, 'recipe clean', options.onWaiting);
  const signal = new AbortController().signal;
  const removed: Removed[] = [];
  // Also what an earlier form of the recipe left.
  const known = workspace.store.clean({ dryRun: true }).map(({ task }) => task);
  for (const task of options.step === undefined ? known : [options.step as TaskName]) {
    // Not while a run reads what would be removed.
    const lock = await locks.acquire(task, signal);
    try {
      workspace.store.refresh(task);
      const cleaned = workspace.store.clean({ task, dryRun: options.dryRun === true });
      if (options.dryRun !== true && cleaned.length > 0) forgetFailure(project.paths, task);
      for (const { folder, entries } of cleaned) {
        removed.push({
          step: task,
          ...(folder !== undefined && { folder: relative(project.paths.root, folder).split(sep).join('/') }),
          results: entries,
        });
      }
    } finally {
      lock.release();
    }
  }
  return ok(removed);
}
