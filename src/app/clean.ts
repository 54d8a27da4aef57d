/** Remove the results of one step or of all, so that the next run makes them again. */
import { relative, sep } from 'node:path';
import { failed, ok, type Result } from '../diagnostics/diagnostic.ts';
import type { TaskName } from '../engine/task.ts';
import type { Project } from './project.ts';
import { unknownStep } from './unknown-step.ts';
import { openWorkspace } from './workspace.ts';

/** The paths that were removed (or would be), relative to the root. */
export async function cleanRecipe(project: Project, options: { readonly step?: string; readonly dryRun?: boolean }): Promise<Result<readonly string[]>> {
  const names = project.template.steps.map(({ name }) => name as string);
  if (options.step !== undefined && !names.includes(options.step)) return failed([unknownStep(options.step, names)]);
  const { store } = openWorkspace(project);
  const removed: string[] = [];
  for (const name of options.step === undefined ? names : [options.step]) {
    removed.push(...store.clean(name as TaskName, { dryRun: options.dryRun === true }));
  }
  return ok(removed.map((path) => relative(project.paths.root, path).split(sep).join('/')));
}
