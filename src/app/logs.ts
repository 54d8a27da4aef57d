/** What a step printed when it last ran, be it that it failed. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { failed, ok, type Result } from '../diagnostics/diagnostic.ts';
import type { Project } from './project.ts';
import { unknownStep } from './unknown-step.ts';

export function stepLog(project: Project, step: string): Result<{ readonly path: string; readonly lines: readonly string[] }> {
  const names = project.template.steps.map(({ name }) => name as string);
  if (!names.includes(step)) return failed([unknownStep(step, names)]);
  const newest = [join('.recipe', 'outputs', step, 'step.log'), join('.recipe', 'logs', 'failed', step, 'step.log')]
    .filter((path) => existsSync(join(project.paths.root, path)))
    .sort((a, b) => statSync(join(project.paths.root, b)).mtimeMs - statSync(join(project.paths.root, a)).mtimeMs)[0];
  if (newest === undefined) {
    return failed([
      {
        code: 'artifact-missing',
        severity: 'error',
        message: `\`${step}\` has no log: it has not run yet`,
        hint: `run \`npx mlrecipe run --step ${step}\``,
      },
    ]);
  }
  const text = readFileSync(join(project.paths.root, newest), 'utf8');
  return ok({ path: newest, lines: text === '' ? [] : text.replace(/\n$/, '').split('\n') });
}
