/** Find the newest card of a step, or the overview of the last run. */
import { join } from 'node:path';
import { failed, ok, type Result } from '../diagnostics/diagnostic.ts';
import { findStepFile } from './failed-step.ts';
import { allSteps, type Project } from './project.ts';
import { unknownStep } from './unknown-step.ts';

export interface FoundCard {
  /** Relative to the root. */
  readonly paths: { readonly html: string; readonly md: string; readonly json: string };
}

export function findCard(project: Project, step?: string): Result<FoundCard> {
  const names = allSteps(project).map(({ name }) => name as string);
  if (step !== undefined && step !== 'run' && !names.includes(step)) return failed([unknownStep(step, [...names, 'run'])]);
  const name = step ?? 'run';
  const newest = findStepFile(project.paths, name, 'card.html');
  if (newest === undefined) {
    return failed([
      {
        code: 'artifact-missing',
        severity: 'error',
        message: name === 'run' ? 'there is no card: nothing has run yet' : `there is no card of \`${name}\`: it has not run yet`,
        hint: name === 'run' ? 'run `npx mlrecipe run`' : `run \`npx mlrecipe run --step ${name}\``,
      },
    ]);
  }
  const path = (ending: string) => join(newest, `card.${ending}`);
  return ok({ paths: { html: path('html'), md: path('md'), json: path('json') } });
}
