/** From a table and the name of a target to a recipe for it: which template, what to suggest, what to know. */

import { findIdLike } from '../../data/id-like.ts';
import type { ColumnProfile } from '../../data/profile.ts';
import { quoteIdentifier } from '../../data/sql.ts';
import type { ColumnType } from '../../data/table.ts';
import { type Diagnostic, DiagnosticError } from '../../diagnostics/diagnostic.ts';
import { closest, listNames } from '../../diagnostics/suggest.ts';
import type { Task } from '../../recipe/metric-names.ts';
import { checkClasses, checkTarget } from '../../steps/ingest/checks.ts';
import { type ClassCount, choosePositiveClass, countClasses } from '../../steps/ingest/classes.ts';
import { formatCount, percent, plural } from '../../steps/wording.ts';
import { chooseTemplate } from './choose-template.ts';
import type { DataLocation } from './data-location.ts';
import { findLeaks } from './leaks.ts';
import { type OpenTable, type TableLimits, withTable } from './read-table.ts';
import { recipeText } from './recipe-text.ts';
import { type Suggestion, suggest } from './suggestions.ts';

export interface DescribedTable {
  readonly task: Task;
  readonly template: string;
  readonly reason: string;
  readonly target: string;
  readonly location: string;
  readonly rows: number;
  /** False: `rows` are the first ones, and everything below is about them. */
  readonly isWhole: boolean;
  readonly columns: readonly SeenColumn[];
  readonly suggestions: readonly Suggestion[];
  /** What to know of the target before the first run; nothing that stops it. */
  readonly notes: readonly string[];
  readonly recipe: string;
}

export interface SeenColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly missing: number;
  readonly distinct: number;
}

/** The recipe, or why there is none; then with the columns, when they are the answer. */
export type TableAnswer =
  | { readonly ok: true; readonly value: DescribedTable }
  | { readonly ok: false; readonly diagnostic: Diagnostic; readonly columns?: readonly SeenColumn[] };

const SMALL_CLASS = 0.05;
const FEW_ROWS = 100;
const FEW_ROWS_A_CLASS = 30;

export async function describeTable(
  data: DataLocation,
  wanted: { readonly target?: string; readonly task?: Task },
  limits?: TableLimits,
): Promise<TableAnswer> {
  try {
    return await withTable(data, (table) => answer(table, data, wanted), limits);
  } catch (error) {
    if (error instanceof DiagnosticError) return { ok: false, diagnostic: asFlags(error.diagnostic) };
    throw error;
  }
}

/** The checks of `ingest` speak of keys of a recipe; here is none yet, and flags are the way out. */
function asFlags({ hint, ...diagnostic }: Diagnostic): Diagnostic {
  if (hint === undefined) return diagnostic;
  return { ...diagnostic, hint: hint.replace(/`recipe: (\w+)\/v1`/u, '`--template $1`').replace('`target_col`', '`--target`') };
}

async function answer(
  table: OpenTable,
  data: DataLocation,
  wanted: { readonly target?: string; readonly task?: Task },
): Promise<TableAnswer> {
  const columns = table.columns.map(({ name, type, missing, distinct }) => ({ name, type, missing, distinct }));
  const target = table.columns.find(({ name }) => name === wanted.target);
  if (target === undefined) return { ok: false, diagnostic: noTarget(wanted.target, table, data), columns };
  const { engine, relation, rows, isWhole } = table;
  const { task, reason } = chooseTemplate(target, await holdsWholeNumbers(table, target), wanted.task);
  checkTarget(target, task, await holdsWholeNumbers(table, target));
  const classes = task === 'classification' ? await countClasses(engine, relation, target.name, target.sqlType) : undefined;
  // Behind the first rows may be more of a class.
  if (classes !== undefined && isWhole) checkClasses(classes, target.name);
  const others = table.columns.filter(({ name }) => name !== target.name);
  const suggestions = suggest({
    target: target.name,
    columns: table.columns,
    rows,
    isWhole,
    idLike: await findIdLike(engine, relation, others),
    leaks: await findLeaks(engine, relation, target, others, task),
    ...(classes?.length === 2 && { positiveClass: choosePositiveClass(classes) }),
  });
  const template = `${task}/v1`;
  const recipe = recipeText({
    template,
    reason,
    target: target.name,
    location: data.location,
    ...(data.mustSayFormat && { using: data.format }),
    ...(table.delimiter !== undefined && { delimiter: table.delimiter }),
    suggestions,
  });
  const notes = [...targetNotes(target, classes), ...sizeNotes(rows, isWhole)];
  return {
    ok: true,
    value: { task, template, reason, target: target.name, location: data.location, rows, isWhole, columns, suggestions, notes, recipe },
  };
}

function noTarget(target: string | undefined, { columns }: OpenTable, { shown }: DataLocation): Diagnostic {
  const names = columns.map(({ name }) => name);
  if (target === undefined)
    return {
      code: 'usage',
      severity: 'error',
      message: `\`--data\` needs \`--target\`: which column of ${shown} the model shall predict`,
      hint: `add \`--target\` with one of the columns below, such as \`--target ${names.at(-1)}\``,
    };
  const near = closest(target, names);
  return {
    code: 'unknown-column',
    severity: 'error',
    message: `there is no column \`${target}\` in ${shown}; it has ${listNames(names)}`,
    ...(near !== undefined && { hint: `did you mean \`${near}\`?` }),
  };
}

async function holdsWholeNumbers({ engine, relation }: OpenTable, { name, type }: ColumnProfile): Promise<boolean> {
  if (type !== 'number') return type === 'integer';
  const column = quoteIdentifier(name);
  return (await engine.query(`SELECT bool_and(${column} = trunc(${column})) AS whole FROM ${relation}`))[0]?.['whole'] === true;
}

function targetNotes({ name, rows, missing }: ColumnProfile, classes: readonly ClassCount[] | undefined): readonly string[] {
  const notes: string[] = [];
  if (missing > 0)
    notes.push(
      `\`${name}\` is missing in ${plural(missing, 'row')} (${percent(missing / rows)}); the split drops ${missing === 1 ? 'it' : 'them'}`,
    );
  const [rarest] = [...(classes ?? [])].sort((a, b) => a.rows - b.rows);
  if (rarest === undefined) return notes;
  const share = rarest.rows / (rows - missing);
  if (rarest.rows < FEW_ROWS_A_CLASS)
    notes.push(`class \`${rarest.label}\` has only ${plural(rarest.rows, 'row')}; a part of the split may have none of it`);
  else if (share < SMALL_CLASS)
    notes.push(
      `class \`${rarest.label}\` has ${percent(share)} of the rows; accuracy says little then, \`f1_score\` and \`precision_recall_auc\` say more`,
    );
  return notes;
}

function sizeNotes(rows: number, isWhole: boolean): readonly string[] {
  if (!isWhole) return [`the table is large: types, figures and suggestions are from its first ${formatCount(rows)} rows`];
  return rows < FEW_ROWS
    ? [`${plural(rows, 'row')} ${rows === 1 ? 'is' : 'are'} few: the parts of the split may be too small to measure with`]
    : [];
}
