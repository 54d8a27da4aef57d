/**
 * What came of each check that the recipe names: those that a pattern gives to several columns are one. A
 * verdict that fails becomes a diagnostic at its place or a finding, and one line of the card.
 */
import { closest, listNames } from '../../diagnostics/suggest.ts';
import type { CheckSeverity, Expectations } from '../../schema/expectations.ts';
import { isPattern } from '../../schema/name-pattern.ts';
import type { Problem } from '../problem.ts';
import { cut } from '../profile-table.ts';
import { formatCount, percent, plural } from '../wording.ts';
import { absentColumns, otherColumns } from './check.ts';
import type { Found } from './count.ts';
import type { Evidence } from './evidence.ts';
import { type Circumstances, expectation, failureMessage, firstPlaces, rowsText } from './words.ts';

export interface Verdict {
  readonly severity: CheckSeverity;
  readonly fails: boolean;
  /** What it is about, what is expected, what was found: cells of a table. */
  readonly on: string;
  readonly expected: string;
  readonly found: string;
  /** When it fails. */
  readonly problem?: Problem;
  /** The column, when it is about one. */
  readonly column?: string;
  readonly failing: readonly Found[];
}

export interface Judged extends Circumstances {
  /** Where the rows come from, for people. */
  readonly label: string;
  /** All rows, also when they are a sample. */
  readonly allRows: number;
  readonly names: readonly string[];
  readonly target: string | undefined;
  readonly unread: Unread;
}

/** Column → values that its reader could not read and made missing. */
export type Unread = ReadonlyMap<string, { readonly count: number; readonly example: string }>;

export function verdictsOf(
  expected: Expectations,
  found: readonly Found[],
  evidence: ReadonlyMap<Found, Evidence>,
  told: Judged,
): readonly Verdict[] {
  return [...rowVerdicts(expected, told), ...columnVerdicts(expected, told), ...checkVerdicts(found, evidence, told)];
}

function rowVerdicts({ rows: expected }: Expectations, { allRows, label }: Judged): readonly Verdict[] {
  return (['min', 'max'] as const).flatMap((key) => {
    const limit = expected?.[key];
    if (expected === undefined || limit === undefined) return [];
    const fails = key === 'min' ? allRows < limit : allRows > limit;
    const text = `${key === 'min' ? 'at least' : 'at most'} ${formatCount(limit)}`;
    const message = `there ${allRows === 1 ? 'is' : 'are'} ${plural(allRows, 'row')} in ${label}; ${text} ${limit === 1 ? 'is' : 'are'} expected`;
    return [
      {
        severity: expected.severity,
        fails,
        on: 'rows',
        expected: text,
        found: formatCount(allRows),
        ...(fails && { problem: problemAt('check-failed', ['rows', key], message) }),
        failing: [],
      },
    ];
  });
}

function columnVerdicts(expected: Expectations, { names, target, label }: Judged): readonly Verdict[] {
  const verdicts: Verdict[] = absentColumns(expected, names).map((name) => {
    const near = closest(name, names);
    const hint = near === undefined ? undefined : `did you mean \`${near}\`?`;
    const problem = problemAt('unknown-column', ['columns', name], `there is no column \`${name}\` in ${label}`, hint, 'key');
    const severity = expected.columns[name]?.severity ?? 'error';
    return {
      severity,
      fails: true,
      on: name,
      expected: 'is there',
      found: 'no such column',
      problem: { ...problem, label: `the columns are ${listNames(names)}` },
      failing: [],
    };
  });
  for (const [name, { severity, ...said }] of Object.entries(expected.columns).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (Object.keys(said).length === 0 && names.includes(name))
      verdicts.push({ severity, fails: false, on: name, expected: 'is there', found: '', column: name, failing: [] });
  }
  if (expected.other_columns === 'allow') return verdicts;
  const others = otherColumns(expected, names, target);
  const message = `${others.length === 1 ? 'a column is' : `${others.length} columns are`} in ${label} that \`expect\` does not name: ${listNames(others)}`;
  return [
    ...verdicts,
    {
      severity: expected.other_columns,
      fails: others.length > 0,
      on: 'other columns',
      expected: 'none',
      found: others.length === 0 ? '' : `${others.length}`,
      ...(others.length > 0 && {
        problem: problemAt('check-failed', ['other_columns'], message, 'name them in `expect.columns`, or leave them out of the data'),
      }),
      failing: [],
    },
  ];
}

function checkVerdicts(found: readonly Found[], evidence: ReadonlyMap<Found, Evidence>, told: Judged): readonly Verdict[] {
  const byPlace = new Map<string, Found[]>();
  for (const one of found) {
    const place = JSON.stringify(one.check.at);
    byPlace.set(place, [...(byPlace.get(place) ?? []), one]);
  }
  return [...byPlace.values()].map((all): Verdict => {
    const [first] = all as [Found, ...Found[]];
    const { check } = first;
    const failing = all.filter(({ fails }) => fails);
    const isOfColumn = check.at[0] === 'columns';
    const name = check.at[1] ?? '';
    const isOfPattern = isOfColumn && isPattern(name) && !told.names.includes(name);
    const column = isOfColumn && all.length === 1 ? check.columns[0] : undefined;
    return {
      severity: check.severity,
      fails: failing.length > 0,
      on: isOfPattern ? `${name} (${plural(all.length, 'column')})` : name,
      expected: expectation(check),
      found: foundText(all, failing, told),
      ...(failing.length > 0 && { problem: failureOf(failing, all, evidence, told) }),
      ...(column !== undefined && { column }),
      failing,
    };
  });
}

function failureOf(failing: readonly Found[], all: readonly Found[], evidence: ReadonlyMap<Found, Evidence>, told: Judged): Problem {
  const [first] = failing as [Found, ...Found[]];
  const { check } = first;
  if (failing.length === 1) {
    const label = firstPlaces(first, evidence.get(first), told);
    const hint = check.message ?? misfitHint(first) ?? unreadHint(first, told);
    return { ...problemAt('check-failed', check.at, failureMessage(first, told), hint), ...(label !== undefined && { label }) };
  }
  const columns = failing.slice(0, 4).map(({ check: one, offending }) => `\`${one.columns[0]}\` (${plural(offending, 'row')})`);
  const more = failing.length > 4 ? ` and ${failing.length - 4} more` : '';
  const message = `\`${check.kind}\` of \`${check.at[1]}\` fails for ${failing.length} of ${plural(all.length, 'column')}: ${columns.join(', ')}${more}`;
  return problemAt('check-failed', check.at, message, check.message);
}

/** Why a value is missing that stands in the file. */
function unreadHint({ check }: Found, { unread, isHidden }: Judged): string | undefined {
  const [column = ''] = check.columns;
  const found = check.kind === 'not_null' || check.kind === 'max_missing' ? unread.get(column) : undefined;
  if (found === undefined) return undefined;
  const such = isHidden(column) ? '' : `, such as \`${cut(found.example, 40)}\``;
  return `${plural(found.count, 'value')} could not be read as the column's type and ${found.count === 1 ? 'counts' : 'count'} as missing${such}`;
}

/** The type that would make the column comparable. */
function misfitHint({ check, offending }: Found): string | undefined {
  if (check.misfit === undefined) return undefined;
  if (check.misfit === 'texts') return `with \`type: category\` in \`columns\` it keeps what is written`;
  if (check.misfit === 'true or false') return `with \`type: boolean\` in \`columns\` it is read so`;
  const type = check.misfit === 'numbers' ? 'number' : 'date';
  if (offending === 0) return `give it \`type: ${type}\` in \`columns\``;
  return `correct these values, or write what stands for a missing one into \`null_values\``;
}

function foundText(all: readonly Found[], failing: readonly Found[], told: Judged): string {
  const [first] = all as [Found, ...Found[]];
  if (all.length > 1) return failing.length === 0 ? '' : `${failing.length} of ${plural(all.length, 'column')} fail`;
  if (first.check.misfit !== undefined && first.fails) return `not ${first.check.misfit}`;
  if (first.check.kind === 'max_missing') return told.rows === 0 ? '' : `${percent(first.offending / told.rows)}`;
  return first.offending === 0 ? '' : `${formatCount(first.offending)} of ${rowsText(told)}`;
}

export function problemAt(
  code: Problem['code'],
  path: readonly (string | number)[],
  message: string,
  hint?: string,
  at: 'key' | 'value' = 'value',
): Problem {
  return { code, message, place: { path: ['expect', ...path], at }, ...(hint !== undefined && { hint }) };
}
