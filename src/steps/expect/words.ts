/** What is said of checks: what they expect, what was found, and the first rows. */
import type { Value } from '../../data/table.ts';
import { listNames } from '../../diagnostics/suggest.ts';
import { cut, formatTime } from '../profile-table.ts';
import { formatCount, percent, plural } from '../wording.ts';
import type { Check } from './check.ts';
import type { Found } from './count.ts';
import type { Evidence } from './evidence.ts';

export interface Circumstances {
  readonly rows: number;
  readonly isSample: boolean;
  /** Whether the values of a column must not be shown. */
  readonly isHidden: (column: string) => boolean;
}

/** What holds when the check passes, without the column. */
export function expectation({ kind, expected, columns }: Pick<Check, 'kind' | 'expected' | 'columns'>): string {
  switch (kind) {
    case 'not_null':
      return 'no missing values';
    case 'max_missing':
      return `at most ${percent(Number(expected))} missing`;
    case 'unique':
      return 'no value twice';
    case 'min':
      return `at least ${expected}`;
    case 'max':
      return `at most ${expected}`;
    case 'in':
      return `one of ${someOf(expected as readonly unknown[])}`;
    case 'matches':
      return `matches ${expected}`;
    case 'sql':
      return String(expected);
    case 'unique_rows':
      return `no two rows with the same ${listNames(columns).replaceAll('`', '')}`;
  }
}

function someOf(values: readonly unknown[]): string {
  const shown = values.slice(0, 5).map((value) => cut(String(value), 30));
  return values.length > 5 ? `${shown.join(', ')} and ${values.length - 5} more` : shown.join(', ');
}

/** One sentence on a check that fails. */
export function failureMessage({ check, offending }: Found, told: Circumstances): string {
  const [column = ''] = check.columns;
  const inRows = `in ${formatCount(offending)} of ${rowsText(told)}`;
  if (check.misfit !== undefined) return `\`${column}\` does not hold ${check.misfit}, which \`${check.kind}\` is for`;
  switch (check.kind) {
    case 'not_null':
      return `\`${column}\` is missing ${inRows}`;
    case 'max_missing':
      return `\`${column}\` is missing ${inRows} (${percent(offending / told.rows)}); at most ${percent(Number(check.expected))} may be`;
    case 'unique':
      return `\`${column}\` repeats an earlier value ${inRows}`;
    case 'min':
    case 'max':
      return `\`${column}\` is ${beyond(check)} ${check.expected} ${inRows}`;
    case 'in':
      return `\`${column}\` has a value that is not accepted ${inRows}`;
    case 'matches':
      return `\`${column}\` does not match \`${check.expected}\` ${inRows}`;
    case 'sql':
      return `\`${check.at[1]}\` does not hold ${inRows}`;
    case 'unique_rows':
      return `\`${check.at[1]}\` does not hold: ${formatCount(offending)} of ${rowsText(told)} ${offending === 1 ? 'repeats' : 'repeat'} ${listNames(check.columns)} of an earlier one`;
  }
}

function beyond({ kind, expected }: Check): string {
  return typeof expected === 'number' ? (kind === 'min' ? 'below' : 'above') : kind === 'min' ? 'before' : 'after';
}

function farthestWord({ kind, expected }: Check): string {
  return typeof expected === 'number' ? (kind === 'min' ? 'smallest' : 'largest') : kind === 'min' ? 'earliest' : 'latest';
}

export function rowsText({ rows, isSample }: Circumstances): string {
  return isSample ? `the ${plural(rows, 'row')} of the sample` : plural(rows, 'row');
}

/** What stands at the first places, for the label of the diagnostic. Rows count from 1. */
export function firstPlaces(
  { check, offending, farthest }: Found,
  evidence: Evidence | undefined,
  { isHidden }: Circumstances,
): string | undefined {
  if (evidence === undefined) return undefined;
  const { rows, top, repeated } = evidence;
  const hidden = check.columns.some(isHidden);
  if (repeated.length > 0) return repeatedText(check, evidence, hidden);
  // Values that occur once each are better told with their rows.
  if ((top[0]?.count ?? 0) > 1 && !hidden) {
    const known = top.reduce((sum, { count }) => sum + count, 0);
    const values = top.map(({ value, count }) => `${quoted(value)} in ${plural(count, 'row')}`);
    return joined(values, known < offending ? 'others' : undefined);
  }
  if (rows.length === 0) return undefined;
  const shown = rows.slice(0, 3);
  const rest = offending - shown.length;
  const more = rest > 0 ? `${formatCount(rest)} more` : undefined;
  const [column = ''] = check.columns;
  if (hidden || check.kind === 'not_null' || check.kind === 'max_missing' || check.columns.length === 0)
    return `${offending === 1 ? 'row' : 'rows'} ${joined(
      shown.map(({ number }) => formatCount(number + 1)),
      more,
    )}`;
  if (check.kind === 'sql') {
    const texts = shown.slice(0, 2).map(({ number, values }) => `row ${formatCount(number + 1)}: ${valuesText(check.columns, values)}`);
    return [...texts, ...(offending > 2 ? [`and ${formatCount(offending - 2)} more`] : [])].join('; ');
  }
  const places = joined(
    shown.map(
      ({ number, values }, index) =>
        `row ${formatCount(number + 1)} ${index === 0 ? 'has ' : ''}${quoted(valueText(values[column] ?? null))}`,
    ),
    more,
  );
  return farthest === undefined || rest <= 0 ? places : `${places}; the ${farthestWord(check)} is ${quoted(farthest)}`;
}

function repeatedText(check: Check, { rows, repeated }: Evidence, hidden: boolean): string {
  const texts = repeated.slice(0, 3).map(({ first, count }) => {
    const values = rows.find(({ number }) => number === first)?.values;
    const place = `${plural(count, 'row')}, first in row ${formatCount(first + 1)}`;
    if (hidden || values === undefined) return place;
    const value =
      check.columns.length === 1 ? quoted(valueText(values[check.columns[0] ?? ''] ?? null)) : valuesText(check.columns, values);
    return `${value} is in ${place}`;
  });
  return `${texts.join('; ')}${repeated.length > 3 ? '; and more' : ''}`;
}

function valuesText(columns: readonly string[], values: Readonly<Record<string, Value>>): string {
  return columns
    .slice(0, 4)
    .map((column) => `${column} ${quoted(valueText(values[column] ?? null))}`)
    .join(', ');
}

function joined(parts: readonly string[], more: string | undefined): string {
  const all = more === undefined ? parts : [...parts, more];
  return all.length > 1 ? `${all.slice(0, -1).join(', ')} and ${all.at(-1)}` : (all[0] ?? '');
}

function valueText(value: Value): string {
  if (value === null) return 'nothing';
  return value instanceof Date ? formatTime(value.getTime(), value.getTime() % 86_400_000 === 0) : String(value);
}

function quoted(text: string): string {
  return text === 'nothing' ? text : `\`${cut(text, 40)}\``;
}
