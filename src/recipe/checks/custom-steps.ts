/**
 * Steps of the user's own: which sections of `steps` they are, whether they can be called so, and
 * the keys about patience, which every step has. What they read and leave is checked where the
 * steps of the template are known.
 */
import { closest, listNames } from '../../diagnostics/suggest.ts';
import { durationMs } from '../../schema/duration.ts';
import type { RecipeView } from '../view.ts';
import { STEPS } from '../vocabulary.ts';

/** Folders beside those of the steps, and what Windows keeps for itself. */
const RESERVED = /^(?:run|con|prn|aux|nul|com\d|lpt\d)$/;

/** Whether a section is a step of the user's own. Every other name that is not ours is a mistake. */
export function isCustomStep(view: RecipeView, name: string): boolean {
  return !isStandard(name) && view.text('steps', name, 'using') === 'custom';
}

/** A section that is neither a step of ours nor one of the user's. */
export function isUnknownStep(view: RecipeView, name: string): boolean {
  return !isStandard(name) && !isCustomStep(view, name) && !view.isUnknown('steps', name, 'using');
}

export function checkCustomSteps(view: RecipeView): void {
  const names = view.names('steps');
  for (const name of names) {
    if (isUnknownStep(view, name)) unknownStep(view, name, names);
    else if (!isStandard(name)) checkName(view, name);
    checkTimeout(view, name);
  }
}

function isStandard(name: string): boolean {
  return (STEPS as readonly string[]).includes(name);
}

function unknownStep(view: RecipeView, name: string, present: readonly string[]): void {
  const near =
    closest(
      name,
      STEPS.filter((step) => !present.includes(step)),
    ) ?? closest(name, STEPS);
  view.report({
    code: 'unknown-key',
    path: ['steps', name],
    at: 'key',
    message: `\`${name}\` is not a step`,
    label: `the keys here are ${listNames(STEPS, near === undefined ? 12 : 5)}`,
    hint:
      near !== undefined
        ? `did you mean \`${near}\`?`
        : view.find('steps', name)?.kind === 'map'
          ? 'a step of your own needs `using: custom`'
          : 'indent it further when it is a key of the step above; a step of your own needs `using: custom`',
  });
}

function checkName(view: RecipeView, name: string): void {
  if (/^[a-z][a-z0-9_]{0,62}$/.test(name) && !RESERVED.test(name)) return;
  view.report({
    code: 'bad-value',
    path: ['steps', name],
    at: 'key',
    message: RESERVED.test(name) ? `a step cannot be called \`${name}\`` : `\`${name}\` is no name for a step`,
    hint: RESERVED.test(name)
      ? 'the name is taken; choose another'
      : 'begin with a lower-case letter; then letters, digits and `_` may follow',
  });
}

function checkTimeout(view: RecipeView, name: string): void {
  const node = view.find('steps', name, 'timeout');
  if (node?.kind !== 'scalar' || (typeof node.value !== 'string' && typeof node.value !== 'number')) return;
  if (durationMs(node.value) !== undefined) return;
  view.report({
    code: 'bad-value',
    path: ['steps', name, 'timeout'],
    at: 'value',
    message: `\`${node.value}\` is no length of time`,
    hint: `write a number and a unit, such as \`30s\`, \`10m\` or \`2h\`${/\d/u.test(String(node.value)) ? ', of 24 days at most' : ''}`,
  });
}
