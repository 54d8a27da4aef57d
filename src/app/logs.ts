/** What a step printed when it last ran, be it that it failed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { failed, ok, type Result } from '../diagnostics/diagnostic.ts';
import { findStepFile } from './failed-step.ts';
import { allSteps, type Project } from './project.ts';
import { unknownStep } from './unknown-step.ts';

export function stepLog(project: Project, step: string): Result<{ readonly path: string; readonly lines: readonly string[] }> {
  const names = allSteps(project).map(({ name }) => name as string);
  if (!names.includes(step)) return failed([unknownStep(step, names)]);
  const folder = findStepFile(project.paths, step, 'step.log');
  if (folder === undefined) {
    return failed([
      {
        code: 'artifact-missing',
        severity: 'error',
        message: `\`${step}\` has no log: it has not run yet`,
        hint: `run \`npx mlrecipe run --step ${step}\``,
      },
    ]);
  }
  const path = join(folder, 'step.log');
  const text = readFileSync(join(project.paths.root, path), 'utf8');
  return ok({ path, lines: text === '' ? [] : text.replace(/\n$/, '').split('\n') });
}
