/**
 * From what a recipe expects to single checks of the columns that are there, each with the SQL that
 * decides it. A pattern gives a check for each column that it covers, all at one place.
 */
import type { ColumnInfo } from '../../data/column-type.ts';
import { list, quoteIdentifier } from '../../data/sql.ts';
import type { CheckSeverity, ColumnExpectation, Expectations } from '../../schema/expectations.ts';
import { isPattern, matches, ruleOf } from '../../schema/name-pattern.ts';
import { boundCondition, type Condition, type Misfit, patternCondition, valuesCondition } from './condition.ts';

export type CheckKind = 'not_null' | 'max_missing' | 'unique' | 'min' | 'max' | 'in' | 'matches' | 'sql' | 'unique_rows';

export interface Check {
  readonly kind: CheckKind;
  /** Path of the key below `expect`. */
  readonly at: readonly string[];
  readonly severity: CheckSeverity;
  /** The columns that it looks at: one, unless it is a check of rows. */
  readonly columns: readonly string[];
  /** What it compares with: the value of the key. */
  readonly expected: unknown;
  /** SQL that is true for an offending row. Absent for `unique`, which compares rows. */
  readonly offends?: string;
  /** SQL aggregate: how many rows offend. */
  readonly count: string;
  readonly misfit?: Misfit;
  readonly message?: string;
}

/** Keys of a column in the order in which they are told. */
const COLUMN_KEYS = ['not_null', 'max_missing', 'unique', 'min', 'max', 'in', 'matches'] as const;

/** In the order of the columns, then of the names of checks, whatever the order in the file: keys know none. */
export function checksOf(expected: Expectations, columns: readonly ColumnInfo[]): readonly Check[] {
  const byKey = COLUMN_KEYS.map((key) => [key, entriesWith(expected, key)] as const);
  const ofColumns = columns.flatMap((column) => {
    const checks = byKey.flatMap(([key, entries]): readonly Check[] => {
      const entry = ruleOf(entries, column.name);
      return entry === undefined ? [] : columnCheck(key, column, entry);
    });
    // Where no value may be missing, nothing is left to say of the share.
    return checks.some(({ kind }) => kind === 'not_null') ? checks.filter(({ kind }) => kind !== 'max_missing') : checks;
  });
  const ofRows = Object.keys(expected.checks)
    .sort()
    .flatMap((name) => rowCheck(expected, name, columns));
  return [...ofColumns, ...ofRows];
}

/** Columns that an exact name asks for and that are not there. */
export function absentColumns(expected: Expectations, names: readonly string[]): readonly string[] {
  return Object.keys(expected.columns)
    .filter((name) => !isPattern(name) && !names.includes(name))
    .sort();
}

/** Columns that no name and no pattern of `expect` speaks of. */
export function otherColumns(expected: Expectations, names: readonly string[], target: string | undefined): readonly string[] {
  const entries = Object.keys(expected.columns);
  return names.filter((name) => name !== target && !entries.some((entry) => entry === name || (isPattern(entry) && matches(entry, name))));
}

interface Entry {
  readonly name: string;
  readonly said: ColumnExpectation;
}

function entriesWith({ columns }: Expectations, key: (typeof COLUMN_KEYS)[number]): Readonly<Record<string, Entry>> {
  return Object.fromEntries(Object.entries(columns).flatMap(([name, said]) => (said[key] === undefined ? [] : [[name, { name, said }]])));
}

function columnCheck(key: (typeof COLUMN_KEYS)[number], column: ColumnInfo, { name, said }: Entry): readonly Check[] {
  const value = quoteIdentifier(column.name);
  const frame = { kind: key, at: ['columns', name, key], severity: said.severity, columns: [column.name], expected: said[key] };
  const rowWise = ({ offends, misfit }: Condition): readonly Check[] => [
    { ...frame, offends, count: countOf(offends), ...(misfit !== undefined && { misfit }) },
  ];
  switch (key) {
    case 'not_null':
      return said.not_null === true ? rowWise({ offends: `${value} IS NULL` }) : [];
    case 'max_missing':
      return rowWise({ offends: `${value} IS NULL` });
    case 'unique':
      return said.unique === true ? [{ ...frame, count: `count(${value}) - count(DISTINCT ${value})` }] : [];
    case 'min':
    case 'max':
      return rowWise(boundCondition(column, key, said[key] as number | string));
    case 'in':
      return rowWise(valuesCondition(column, said.in ?? []));
    case 'matches':
      return rowWise(patternCondition(column, said.matches ?? ''));
  }
}

function rowCheck(expected: Expectations, name: string, columns: readonly ColumnInfo[]): readonly Check[] {
  const said = expected.checks[name] as Expectations['checks'][string];
  const rest = { severity: said.severity, ...(said.message !== undefined && { message: said.message }) };
  if (said.sql !== undefined) {
    // On lines of its own, so that a comment could not swallow what follows.
    const offends = `NOT (\n${said.sql}\n)`;
    const read = columnsIn(said.sql, columns);
    return [
      {
        kind: 'sql',
        at: ['checks', name, 'sql'],
        columns: read,
        expected: said.sql,
        offends,
        count: countOf(offends),
        ...rest,
      },
    ];
  }
  const keys = said.unique.map(quoteIdentifier);
  const isWhole = keys.map((key) => `${key} IS NOT NULL`).join(' AND ');
  const count = `${countOf(isWhole)} - count(DISTINCT CASE WHEN ${isWhole} THEN row(${list(keys)}) END)`;
  return [{ kind: 'unique_rows', at: ['checks', name, 'unique'], columns: said.unique, expected: said.unique, count, ...rest }];
}

/** Not with FILTER: planning takes time with the square of the number of filters. */
function countOf(condition: string): string {
  return `count_if(${condition})`;
}

/** The columns whose names occur in an expression, in their order: what to show beside a row that fails. */
function columnsIn(sql: string, columns: readonly ColumnInfo[]): readonly string[] {
  const words = sql.replace(/'(?:[^']|'')*'/gu, ' ').match(/"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*/gu) ?? [];
  const named = new Set(words.map((word) => (word.startsWith('"') ? word.slice(1, -1).replaceAll('""', '"') : word).toLowerCase()));
  return columns.map(({ name }) => name).filter((name) => named.has(name.toLowerCase()));
}
