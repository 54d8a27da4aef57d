/**
 * The columns that operations name, one operation after the other: what an earlier one makes is there, and what it
 * uses up is gone. What depends on the data, such as the levels of a text, is taken to be there.
 */
import type { RelatedSpan } from '../../diagnostics/diagnostic.ts';
import { isPattern, matches, ruleOf } from '../../schema/name-pattern.ts';
import { isOperationName, type OperationName, operationSpec } from '../../schema/operations.ts';
import { locate, type Path } from '../located.ts';
import type { RecipeView } from '../view.ts';
import { isCustomStep } from './custom-steps.ts';

/** A column that must be in the data, unless an operation before made it. */
export interface OperationColumn {
  readonly column: string;
  readonly path: Path;
  /** Names that operations before it make; `{column}` is any column there is, `*` any text. */
  readonly made: readonly string[];
  /** What leaves it out, if it is a column at all. */
  readonly leftBy?: Before;
}

/** An operation before. */
export interface Before {
  readonly op: OperationName;
  readonly path: Path;
}

const LIST = ['steps', 'transform', 'operations'] as const;

export function operationColumns(view: RecipeView): readonly OperationColumn[] {
  // A step of the user's own may make columns of any name.
  if (view.names('steps').some((name) => isCustomStep(view, name))) return [];
  const found: OperationColumn[] = [];
  const made: string[] = [];
  const gone = new Map<string, Before>();
  /** The last operation that left out all columns but these, and how much was made before it. */
  let only: (Before & { readonly names: readonly string[]; readonly made: number }) | undefined;
  const isLeftOut = (column: string): boolean =>
    only !== undefined &&
    !isPattern(column) &&
    !only.names.some((name) => name === column || (isPattern(name) && matches(name, column))) &&
    !isMade(column, made.slice(only.made), [...only.names, ...made]);
  for (const index of view.indices(...LIST)) {
    const [op = ''] = view.names(...LIST, index);
    if (!isOperationName(op)) continue;
    const path = [...LIST, index, op];
    const wanted = columnsAt(view, path, op);
    for (const one of wanted) {
      const before = gone.get(one.column);
      const leftBy = isLeftOut(one.column) ? only : undefined;
      if (before !== undefined) reportGone(view, one, before);
      else if (!isElsewhere(view, one)) found.push({ ...one, made: [...made], ...(leftBy !== undefined && { leftBy }) });
    }
    const spec = operationSpec(op);
    const named = view.has(...path, 'columns', 'type')
      ? []
      : wanted.filter(({ path: at }) => !at.includes('except')).map(({ column }) => column);
    if (spec.consumes)
      for (const one of wanted) if (!isPattern(one.column) && named.includes(one.column)) gone.set(one.column, { op, path });
    if (spec.keepsOnly === true && named.length > 0) only = { op, path, names: named, made: made.length };
    const names = madeBy(view, path, op, named);
    for (const name of names) gone.delete(name);
    made.push(...names);
  }
  return found;
}

/** Whether an operation before makes a column of this name or pattern, of columns that have these names. */
export function isMade(column: string, made: readonly string[], names: readonly string[]): boolean {
  return made.some((template) =>
    (template.includes(ANY) ? names : ['']).some((name) => {
      const pattern = template.replace(ANY, () => name);
      return isPattern(column) ? matches(column, pattern) : pattern === column || (isPattern(pattern) && matches(pattern, column));
    }),
  );
}

const ANY = '{column}';

/** Every name of a column that the operation holds. */
function columnsAt(view: RecipeView, path: Path, op: OperationName): readonly Omit<OperationColumn, 'made'>[] {
  const { params, short } = operationSpec(op);
  const places = Object.entries(params).flatMap(([name, { kind }]): readonly Path[] => {
    if (kind === 'column') return [[...path, name]];
    if (kind !== 'columns') return [];
    return [...(short?.param === name ? [path] : []), [...path, name], [...path, name, 'except']];
  });
  return places.flatMap((place) => textsAt(view, place)).filter(({ column }) => column.trim() !== '');
}

function textsAt(view: RecipeView, path: Path): readonly Omit<OperationColumn, 'made'>[] {
  return [path, ...view.indices(...path).map((index) => [...path, index])].flatMap((at) => {
    const column = view.text(...at);
    return column === undefined ? [] : [{ column, path: at }];
  });
}

/** The declared names of what it makes, with the values of its parameters and, where they are said, the names of its columns in them. */
function madeBy(view: RecipeView, path: Path, op: OperationName, columns: readonly string[]): readonly string[] {
  const templates = operationSpec(op).makes.flatMap((template) => filled(view, path, op, template));
  return columns.length === 0
    ? templates
    : templates.flatMap((name) => (name.includes(ANY) ? columns.map((column) => name.replace(ANY, () => column)) : [name]));
}

function filled(view: RecipeView, path: Path, op: OperationName, template: string): readonly string[] {
  const [hole, name = ''] = /\{(?!column\})(\w+)\}/.exec(template) ?? [];
  if (hole === undefined) return [template];
  return valuesOf(view, path, op, name).flatMap((value) =>
    filled(
      view,
      path,
      op,
      template.replace(hole, () => value),
    ),
  );
}

/** What a parameter says; of expressions the names of the new columns. */
function valuesOf(view: RecipeView, path: Path, op: OperationName, name: string): readonly string[] {
  const { params, short } = operationSpec(op);
  const at = short?.param === name && short.only ? path : [...path, name];
  if (params[name]?.kind === 'expressions') return view.names(...at);
  const said = textsAt(view, at).map(({ column }) => column);
  const usual = params[name]?.default;
  return said.length > 0 || usual === undefined ? said : [usual].flat().map(String);
}

/** The target and columns of a role that `transform` never sees. */
function isElsewhere(view: RecipeView, { column, path }: Pick<OperationColumn, 'column' | 'path'>): boolean {
  if (isPattern(column)) return false;
  const roles = view.names('columns').flatMap((name) => {
    const role = view.text('columns', name, 'role');
    return role === undefined ? [] : [[name, role] as const];
  });
  const role = ruleOf(Object.fromEntries(roles), column);
  const isTarget = view.text('target_col') === column;
  if (!isTarget && (role === undefined || role === 'feature' || role === 'time')) return false;
  view.report({
    code: 'bad-value',
    path,
    at: 'value',
    message: isTarget
      ? `\`${column}\` is the target, which is not transformed with the features`
      : `\`${column}\` has the role \`${role}\`, and operations see features alone`,
    hint: isTarget ? 'remove it here' : `remove it here, or the role in \`columns.${column}\``,
  });
  return true;
}

export function reportGone(view: RecipeView, { column, path }: Pick<OperationColumn, 'column' | 'path'>, before: Before): void {
  const { span } = locate(view.tree, before.path, 'key');
  const related: readonly RelatedSpan[] = [{ span, message: `\`${before.op}\` leaves no \`${column}\` behind` }];
  view.report({
    code: 'unknown-column',
    path,
    at: 'value',
    message: `\`${column}\` is not there any more: \`${before.op}\` stands before`,
    hint:
      operationSpec(before.op).keepsOnly === true
        ? `add \`${column}\` to \`${before.op}\`, or move this operation above it`
        : `move this operation above \`${before.op}\`, or remove \`${column}\` from one of them`,
    related,
  });
}
