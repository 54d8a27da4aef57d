/** Data checks that no data can meet, or that say nothing: told before anything runs. */
import { dayOrTime } from '../../schema/day-or-time.ts';
import { ruleOf } from '../../schema/name-pattern.ts';
import { regexFault } from '../../schema/regex-fault.ts';
import { expressionFault } from '../../schema/row-expression.ts';
import { shareOf } from '../../schema/share.ts';
import type { Path, Scalar } from '../located.ts';
import type { RecipeView, Remark } from '../view.ts';

export function checkExpectations(view: RecipeView): void {
  for (const step of ['ingest', 'ingest_scoring']) {
    const at = ['steps', step, 'expect'];
    checkOrder(view, [...at, 'rows']);
    for (const name of view.names(...at, 'columns')) checkColumn(view, [...at, 'columns', name], declaredType(view, name));
    for (const name of view.names(...at, 'checks')) checkRows(view, [...at, 'checks', name]);
    checkRepeated(view, [...at, 'checks']);
  }
}

/** What a check needs the column to be, and the declared types that are so. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  number: ['number', 'integer'],
  date: ['date', 'timestamp'],
  text: ['category'],
  boolean: ['boolean'],
};

function checkColumn(view: RecipeView, at: Path, type: string | undefined): void {
  const name = String(at.at(-1));
  if (!view.has(...at) && !view.isUnknown(...at) && !view.hasErrorAt(at)) {
    bad(view, at, 'key', `nothing is expected of \`${name}\``, `write \`${name}: {}\` when it only has to be there`, 'missing-key');
    return;
  }
  const share = scalar(view, [...at, 'max_missing']);
  if (isWritten(share) && shareOf(share) === undefined)
    bad(
      view,
      [...at, 'max_missing'],
      'value',
      `\`max_missing\` must be a share such as \`5%\` or \`0.05\`; found \`${share}\``,
      percentHint(share),
    );
  if (view.flag(...at, 'not_null') === true && view.has(...at, 'max_missing'))
    view.report({
      code: 'unused-key',
      severity: 'warning',
      path: [...at, 'max_missing'],
      at: 'key',
      message: '`max_missing` has no effect beside `not_null: true`',
      hint: 'keep one of the two',
    });
  for (const key of ['min', 'max']) checkBound(view, [...at, key], type);
  checkOrder(view, at);
  checkValues(view, [...at, 'in'], type);
  const pattern = view.text(...at, 'matches');
  if (pattern === undefined) return;
  const fault = regexFault(pattern);
  if (fault !== undefined) bad(view, [...at, 'matches'], 'value', `this is no regular expression: ${fault}`, undefined);
  misfit(view, [...at, 'matches'], 'text', type);
}

/** A number or a date, of the kind that the column is declared to be. */
function checkBound(view: RecipeView, path: Path, type: string | undefined): void {
  const value = scalar(view, path);
  if (typeof value === 'string' && value.trim() !== '' && dayOrTime(value) === undefined) {
    const isNumber = !Number.isNaN(Number(value));
    const hint = isNumber ? 'remove the quotes to make it a number' : 'write a date as `2024-01-31`, a time as `2024-01-31 13:05`';
    bad(view, path, 'value', `\`${path.at(-1)}\` must be a number or a date; found \`${value}\``, hint);
  } else if (isWritten(value)) misfit(view, path, typeof value === 'number' ? 'number' : 'date', type);
}

function checkOrder(view: RecipeView, at: Path): void {
  const [min, max] = [scalar(view, [...at, 'min']), scalar(view, [...at, 'max'])];
  if (!isWritten(min) || !isWritten(max)) return;
  const [low, high] = [sizeOf(min), sizeOf(max)];
  if (low === undefined || high === undefined) return;
  if (typeof min !== typeof max)
    view.report({
      code: 'bad-value',
      path: [...at, 'max'],
      at: 'value',
      message: '`min` and `max` must both be numbers or both be dates',
      label: `\`min\` is \`${min}\``,
    });
  else if (low > high)
    bad(view, [...at, 'max'], 'value', `\`max\` is less than \`min\`: no value is between ${min} and ${max}`, 'exchange the two');
}

function sizeOf(bound: string | number): number | undefined {
  return typeof bound === 'number' ? bound : dayOrTime(bound)?.milliseconds;
}

function checkValues(view: RecipeView, path: Path, type: string | undefined): void {
  const values = view.indices(...path).map((index) => scalar(view, [...path, index]));
  const [first] = values;
  values.forEach((value, index) => {
    if (value === undefined || first === undefined) return;
    const at = [...path, index];
    if (typeof value !== typeof first) {
      const hint = 'put quotes around all of them when the column is text';
      bad(
        view,
        at,
        'value',
        `the values of \`in\` must be of one kind; \`${first}\` is ${kindOf(first)}, \`${value}\` is ${kindOf(value)}`,
        hint,
      );
    } else if (values.indexOf(value) < index) bad(view, at, 'value', `\`${value}\` is in the list twice`, 'remove one of them');
  });
  if (first !== undefined && values.every((value) => typeof value === typeof first)) misfit(view, path, valueKind(values, type), type);
}

/** Texts stand for dates as well. */
function valueKind(values: readonly (Scalar | undefined)[], type: string | undefined): string {
  const [first] = values;
  if (typeof first !== 'string') return typeof first;
  return KINDS['date']?.includes(type ?? '') === true && values.every((value) => dayOrTime(String(value)) !== undefined) ? 'date' : 'text';
}

/** Only a type that the recipe gives is certain before the data are read. */
function misfit(view: RecipeView, path: Path, kind: string, type: string | undefined): void {
  if (type === undefined || KINDS[kind]?.includes(type) === true || view.hasErrorAt(path)) return;
  const what = `\`${path.at(-1)}\` is ${kind === 'boolean' ? 'of true and false' : `for a column of ${kind}s`}`;
  bad(view, path, 'value', `${what}, and \`${path.at(-2)}\` has the type \`${type}\``, undefined);
}

function checkRows(view: RecipeView, at: Path): void {
  const [sql, unique] = [view.has(...at, 'sql'), view.has(...at, 'unique')];
  const isKnown = !view.isUnknown(...at) && !view.isUnknown(...at, 'sql') && !view.isUnknown(...at, 'unique');
  if (sql && unique) bad(view, [...at, 'unique'], 'key', '`unique` and `sql` are two checks', 'give each a name of its own');
  else if (!sql && !unique && isKnown && !view.hasErrorAt(at) && !view.names(...at).some((key) => view.isUnknown(...at, key)))
    bad(view, at, 'key', `\`${at.at(-1)}\` checks nothing`, 'add `sql: low <= high` or `unique: [customer, day]`', 'missing-key');
  const text = view.text(...at, 'sql');
  const fault = text === undefined || text.trim() === '' ? undefined : expressionFault(text);
  if (fault !== undefined) bad(view, [...at, 'sql'], 'value', `this is no check of a row: ${fault}`, undefined);
  const columns = view.indices(...at, 'unique').map((index) => view.text(...at, 'unique', index));
  columns.forEach((column, index) => {
    if (column !== undefined && columns.indexOf(column) < index)
      bad(view, [...at, 'unique', index], 'value', `\`${column}\` is in the list twice`, 'remove one of them');
  });
}

/** One check under two names. */
function checkRepeated(view: RecipeView, at: Path): void {
  const seen = new Map<string, string>();
  for (const name of view.names(...at)) {
    const unique = view.indices(...at, name, 'unique').map((index) => view.text(...at, name, 'unique', index) ?? '');
    const key = unique.length > 0 ? 'unique' : 'sql';
    const said = unique.length > 0 ? JSON.stringify([...unique].sort()) : view.text(...at, name, 'sql')?.trim();
    if (said === undefined || said === '') continue;
    const first = seen.get(said);
    if (first === undefined) seen.set(said, name);
    else bad(view, [...at, name, key], 'value', `\`${first}\` checks the same`, 'keep one of the two');
  }
}

function declaredType(view: RecipeView, column: string): string | undefined {
  const types = view.names('columns').flatMap((name) => {
    const type = view.text('columns', name, 'type');
    return type === undefined ? [] : [[name, type] as const];
  });
  return ruleOf(Object.fromEntries(types), column);
}

function scalar(view: RecipeView, path: Path): Scalar | undefined {
  const node = view.find(...path);
  return node?.kind === 'scalar' && !view.hasErrorAt(path) ? node.value : undefined;
}

function isWritten(value: Scalar | undefined): value is string | number {
  return typeof value === 'number' || (typeof value === 'string' && value.trim() !== '');
}

function percentHint(share: string | number): string | undefined {
  return Number(share) > 1 && Number(share) <= 100 ? `did you mean \`${share}%\`?` : undefined;
}

function kindOf(value: Scalar): string {
  return typeof value === 'number' ? 'a number' : typeof value === 'boolean' ? 'true or false' : 'a text';
}

function bad(
  view: RecipeView,
  path: Path,
  at: 'key' | 'value',
  message: string,
  hint: string | undefined,
  code: Remark['code'] = 'bad-value',
): void {
  view.report({ code, path, at, message, hint });
}
