/** Whether this is a project, and its recipe is one that can run. */
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { plural } from '../../steps/wording.ts';
import type { openProject } from '../project.ts';
import type { Check, CheckResult } from './check.ts';

export function projectChecks(
  folder: string,
  root: string | undefined,
  opened: ReturnType<typeof openProject> | undefined,
): readonly Check[] {
  return [
    {
      name: 'recipe',
      group: 'project',
      look: () => (root === undefined || opened === undefined ? noProject(folder) : recipe(root, opened)),
    },
  ];
}

function noProject(folder: string): CheckResult {
  return {
    state: 'note',
    message: `no recipe.yaml in ${folder} or above it, so there is no project to look at`,
    hint: 'start one with `npx mlrecipe init my-model --data my.csv --target price`, or point at one with `-C FOLDER`',
  };
}

function recipe(root: string, opened: ReturnType<typeof openProject>): CheckResult {
  const hint = '`npx mlrecipe validate` shows where';
  if (!opened.ok) {
    const errors = opened.diagnostics.filter(({ severity }) => severity === 'error');
    return { state: 'error', message: `recipe.yaml in ${root} has ${plural(errors.length, 'mistake')}: ${first(errors)}`, hint };
  }
  const { name, template, loaded, warnings } = opened.value;
  const what = `${name} is a valid ${template.id}, ${loaded.profile === undefined ? 'without a profile' : `with profile ${loaded.profile}`}`;
  if (loaded.unavailable.length > 0)
    return { state: 'error', message: `${name} asks for what this version cannot do: ${first(loaded.unavailable)}`, hint };
  if (warnings.length === 0) return { state: 'ok', message: what };
  return { state: 'warning', message: `${what}; ${plural(warnings.length, 'warning')}: ${first(warnings)}`, hint };
}

function first([diagnostic]: readonly Diagnostic[]): string {
  return diagnostic?.message ?? '';
}
