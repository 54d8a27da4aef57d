/** What the recipe says of columns without looking at the data. */
import { isPattern } from '../../schema/name-pattern.ts';
import type { RecipeView } from '../view.ts';

export function checkColumns(view: RecipeView): void {
  const names = view.names('columns');
  const target = view.text('target_col');
  if (target !== undefined && names.includes(target)) checkTarget(view, target);
  for (const name of names) {
    const isSaid = (key: string): boolean => view.has('columns', name, key) || view.isUnknown('columns', name, key);
    if (view.names('columns', name).some(isSaid)) continue;
    if (view.hasErrorAt(['columns', name]) || view.isUnknown('columns', name)) continue;
    view.report({
      code: 'missing-key',
      path: ['columns', name],
      at: 'key',
      message: `nothing is said of \`${name}\``,
      hint: 'write for example `{role: ignore}` after it, or remove it',
    });
  }
  for (const name of names) checkFormat(view, name);
  for (const role of ['time', 'weight'] as const) checkOnce(view, role);
  checkOrder(view);
}

/** A type may be given to the target; what it is for is known, and cards are about it. */
function checkTarget(view: RecipeView, target: string): void {
  if (view.has('columns', target, 'role'))
    view.report({
      code: 'bad-value',
      path: ['columns', target, 'role'],
      at: 'key',
      message: `\`${target}\` is the target and can have no other role`,
      hint: 'remove the `role`',
    });
  if (view.flag('columns', target, 'sensitive') === true)
    view.report({
      code: 'bad-value',
      path: ['columns', target, 'sensitive'],
      at: 'value',
      message: `\`${target}\` is the target, which every card is about: it cannot be sensitive`,
      hint: 'remove `sensitive`, and mind who sees the cards',
    });
}

/** What the data engine knows of `strptime`, and means one thing in every country. */
const FORMAT_LETTERS = 'aAbBdfgHIjmMnpSyYzZ%-';

function checkFormat(view: RecipeView, name: string): void {
  const format = view.text('columns', name, 'format');
  if (format === undefined || format.trim() === '') return;
  const path = ['columns', name, 'format'];
  const type = view.text('columns', name, 'type');
  if (type !== undefined && type !== 'date' && type !== 'timestamp') {
    view.report({
      code: 'bad-value',
      path,
      at: 'key',
      message: `\`format\` says how dates are written, and \`${name}\` has the type \`${type}\``,
      hint: 'remove one of the two',
    });
    return;
  }
  const unknown = [...format.matchAll(/%-?(.?)/gu)].find(([, letter]) => letter === '' || !FORMAT_LETTERS.includes(letter as string));
  const isDate = /%-?[yY]/u.test(format) && (/%-?j/u.test(format) || (/%-?[mbB]/u.test(format) && /%-?d/u.test(format)));
  if (unknown === undefined && isDate) return;
  view.report({
    code: 'bad-value',
    path,
    at: 'value',
    message: unknown === undefined ? `\`${format}\` names no day, month and year` : `\`${unknown[0]}\` is no part of a date`,
    hint: 'year `%Y`, month `%m` or `%b`, day `%d`, time `%H:%M:%S`: a date such as 29/02/2024 is `%d/%m/%Y`',
  });
}

/** By exact names; what patterns come to mean is seen in the data. */
function exactly(view: RecipeView, role: string): readonly string[] {
  return view.names('columns').filter((name) => !isPattern(name) && view.text('columns', name, 'role') === role);
}

function checkOnce(view: RecipeView, role: 'time' | 'weight'): void {
  const [first, ...others] = exactly(view, role);
  for (const name of others)
    view.report({
      code: 'bad-value',
      path: ['columns', name, 'role'],
      at: 'value',
      message: `\`${first}\` has the role \`${role}\` already; one column can have it`,
      hint: role === 'time' ? 'keep the column that orders the rows; dates are learned from anyway' : 'keep one of them',
    });
}

/** Rows are kept together by group or cut in their order; both at once cannot be promised. */
function checkOrder(view: RecipeView): void {
  const [time] = exactly(view, 'time');
  const using = view.text('steps', 'split', 'using');
  if (time === undefined || (using !== undefined && using !== 'split_ratios') || view.has('steps', 'split', 'split_method')) return;
  for (const name of exactly(view, 'group'))
    view.report({
      code: 'bad-value',
      path: ['columns', name, 'role'],
      at: 'value',
      message: `rows are split in the order of \`${time}\`, so rows of one \`${name}\` cannot all stay together`,
      hint: `give \`${name}\` the role \`id\`, or remove the role \`time\` of \`${time}\`; for both, write a \`split_method\``,
    });
}
