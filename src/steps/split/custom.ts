/**
 * The user's functions of the split: `split_method`, `post_split_filter_method` and
 * `post_split_method`. They see copies, and what they return is checked value by value.
 */
import { type Column, Table } from '../../data/table.ts';
import { describeValue, toTable } from '../../data/to-table.ts';
import { listNames } from '../../diagnostics/suggest.ts';
import type { StepContext } from '../define.ts';
import { problem } from '../problem.ts';
import { formatCount } from '../wording.ts';
import { PARTS, type SplitMethod } from './params.ts';

type UserFunctions = Pick<StepContext, 'userFunction'>;
const LABELS: readonly string[] = PARTS.map(({ label }) => label);

/** The part, 0, 1 or 2, of each row as `split_method` says it. */
export async function placeByMethod(context: UserFunctions, method: SplitMethod, table: Table): Promise<Float64Array> {
  const returned = await call(context, method, table);
  const labels = valuesOf(returned);
  const where = `\`${method.name}\` in ${method.file}`;
  if (labels === undefined)
    throw problem('step-failed', `${where} returned ${describeValue(returned)}`, `return one of ${listNames(LABELS)} for each row`);
  if (labels.length !== table.rowCount)
    throw problem(
      'step-failed',
      `${where} returned ${formatCount(labels.length)} values for ${formatCount(table.rowCount)} rows`,
      `return one of ${listNames(LABELS)} for each row`,
    );
  const unknown = [...new Set(labels.filter((label) => !LABELS.includes(label as string)).map(String))];
  if (unknown.length > 0) throw problem('step-failed', `${where} returned ${listNames(unknown)}`, `the labels are ${listNames(LABELS)}`);
  return Float64Array.from(labels, (label) => LABELS.indexOf(label as string));
}

/** Which training rows the filter keeps. */
export async function filterTraining(context: UserFunctions, method: SplitMethod, train: Table): Promise<Float64Array> {
  const returned = await call(context, method, train);
  const mask = valuesOf(returned);
  const where = `\`${method.name}\` in ${method.file}`;
  if (mask === undefined)
    throw problem(
      'step-failed',
      `${where} returned ${describeValue(returned)}`,
      'return `true` for each training row to keep and `false` for the others',
    );
  if (mask.length !== train.rowCount)
    throw problem('step-failed', `${where} returned ${formatCount(mask.length)} values for ${formatCount(train.rowCount)} training rows`);
  const wrong = mask.findIndex((keep) => typeof keep !== 'boolean' && keep !== 0 && keep !== 1);
  if (wrong >= 0)
    throw problem(
      'step-failed',
      `${where} returned ${describeValue(mask[wrong])} for row ${wrong}`,
      'return `true` or `false` for each training row',
    );
  return Float64Array.from(mask, Number);
}

/** The three tables that `post_split_method` makes of the three, with the columns in their old order. */
export async function reviseParts(context: UserFunctions, method: SplitMethod, parts: readonly Table[]): Promise<readonly Table[]> {
  const returned = await call(context, method, ...parts);
  const where = `\`${method.name}\` in ${method.file}`;
  const triple = Array.isArray(returned) && returned.length === 3 ? returned.map((part) => toTable(part)) : undefined;
  if (triple === undefined)
    throw problem('step-failed', `${where} returned ${describeValue(returned)}`, 'return `[train, validation, test]`');
  return triple.map((table, index) => {
    const name = PARTS[index]?.name;
    if (table === undefined)
      throw problem(
        'step-failed',
        `${where} returned no table for ${name}`,
        'return `[train, validation, test]`, each a Table or an array of rows',
      );
    const expected = parts[index] as Table;
    const lost = expected.columnNames.filter((column) => !table.has(column));
    const added = table.columnNames.filter((column) => !expected.has(column));
    if (table.rowCount > 0 && lost.length + added.length > 0) {
      const changes = [
        ...(lost.length > 0 ? [`without ${listNames(lost)}`] : []),
        ...(added.length > 0 ? [`with ${listNames(added)} in addition`] : []),
      ];
      throw problem('step-failed', `${where} returned ${name} ${changes.join(' and ')}`, 'the columns must stay the same');
    }
    return new Table(expected.columns.map((column) => (table.has(column.name) ? table.column(column.name) : emptied(column))));
  });
}

async function call(context: UserFunctions, method: SplitMethod, ...tables: readonly Table[]): Promise<unknown> {
  const run = (await context.userFunction(method.file, method.name)) as unknown as (...args: readonly Table[]) => unknown;
  return run(...tables);
}

/** An array of whatever can be gone through; `undefined` for anything else, a text included. */
function valuesOf(returned: unknown): readonly unknown[] | undefined {
  if (typeof returned !== 'object' || returned === null || !(Symbol.iterator in returned)) return undefined;
  return [...(returned as Iterable<unknown>)];
}

function emptied(column: Column): Column {
  return column.type === 'string' ? { ...column, data: [] } : { name: column.name, type: column.type, data: new Float64Array(0) };
}
