/**
 * What a person should know about the ingested data. Nothing here stops a run.
 */

import type { Finding } from '../../cards/blocks.ts';
import { isSensitive, type Roles, roleOf, type Sensitive } from '../../data/column-rules.ts';
import type { ColumnProfile } from '../../data/profile.ts';
import { ruleOf } from '../../schema/name-pattern.ts';
import { shortened } from '../../schema/shortened.ts';
import { formatCount, percent, plural } from '../wording.ts';
import type { ClassCount } from './classes.ts';
import type { SourceColumn } from './source.ts';

export interface Findable {
  readonly profiles: readonly ColumnProfile[];
  readonly roles: Roles;
  readonly target?: ColumnProfile;
  readonly classes?: readonly ClassCount[];
  /** Set when the rule chose it, absent when the recipe names it. */
  readonly chosenPositive?: string;
  /** Column → why it looks like an id. */
  readonly idLike: ReadonlyMap<string, string>;
  /** Column → how many infinite values became missing. */
  readonly infinite: ReadonlyMap<string, number>;
  /** Column → how many whole numbers lost digits. */
  readonly rounded: ReadonlyMap<string, number>;
  /** What the reader has to say of its columns, and whose values it must not quote. */
  readonly columns: readonly SourceColumn[];
  readonly sensitive: Sensitive;
  readonly duplicateRows: number;
  readonly skippedLines: number;
  /** Numeric feature → squared correlation with the target. */
  readonly relation: ReadonlyMap<string, number>;
}

const HIGH_MISSING = 0.5;
const MANY_LEVELS = 255;
const SMALL_CLASS = 0.05;
const LEAK = 0.98;

export function ingestFindings(found: Findable): readonly Finding[] {
  return [
    ...tableFindings(found),
    ...found.columns.flatMap((column) => readingFindings(column, isSensitive(found.sensitive, column.name))),
    ...[...found.rounded].map(([column, count]) => rounded(column, count)),
    ...targetFindings(found),
    ...found.profiles.filter(({ name }) => name !== found.target?.name).flatMap((profile) => columnFindings(profile, found)),
  ];
}

function tableFindings({ profiles, duplicateRows, skippedLines }: Findable): readonly Finding[] {
  const rows = profiles[0]?.rows ?? 0;
  const findings: Finding[] = [];
  if (skippedLines > 0)
    findings.push({
      code: 'INGEST_BAD_LINES',
      severity: 'warning',
      message: `${plural(skippedLines, 'line')} could not be read and ${skippedLines === 1 ? 'was' : 'were'} skipped`,
    });
  if (duplicateRows > 0) {
    findings.push({
      code: 'INGEST_DUPLICATE_ROWS',
      severity: duplicateRows > 0.01 * rows ? 'warning' : 'info',
      message: `${plural(duplicateRows, 'row')} (${percent(duplicateRows / rows)}) repeat an earlier row exactly`,
    });
  }
  return findings;
}

/** How many words are named, and how many letters of a value. */
const MOST_SHOWN = 40;

function readingFindings({ name: column, type, unread, candidates, ambiguous }: SourceColumn, isHidden: boolean): readonly Finding[] {
  const findings: Finding[] = [];
  const quoted = (value: string): string => `\`${shortened(value, MOST_SHOWN)}\``;
  if (unread !== undefined)
    findings.push({
      code: 'INGEST_UNREAD_VALUES',
      severity: 'warning',
      column,
      message: `${plural(unread.count, 'value')} of ${formatCount(unread.of)} (${percent(unread.count / unread.of)}) ${unread.count === 1 ? 'is no' : 'are no'} ${type === 'timestamp' ? 'date' : 'number'} and ${unread.count === 1 ? 'counts' : 'count'} as missing${isHidden ? '' : `, such as ${quoted(unread.example)}`}; \`type: category\` keeps the column as text`,
    });
  const words = (candidates ?? []).map(({ word, count }) => `\`${word}\` (${formatCount(count)})`).join(', ');
  if (words !== '')
    findings.push({
      code: 'INGEST_NULL_CANDIDATES',
      severity: 'info',
      column,
      message:
        type === 'string'
          ? `has ${words}, kept as text; where it means a missing value, name it in \`null_values\``
          : `${words} ${candidates?.length === 1 ? 'counts' : 'count'} as missing`,
    });
  if (ambiguous !== undefined) findings.push(ambiguousDates(column, ambiguous, isHidden));
  return findings;
}

function ambiguousDates(column: string, { example, formats, rival }: NonNullable<SourceColumn['ambiguous']>, isHidden: boolean): Finding {
  const isMonthFirst = formats[0]?.startsWith('%m') === true;
  const [a, b] = (/^\s*(\d+)\D(\d+)/u.exec(example) ?? []).slice(1).map(Number) as [number, number];
  const readings = isMonthFirst ? [`${MONTHS[a - 1]} ${b}`, `${MONTHS[b - 1]} ${a}`] : [`${MONTHS[b - 1]} ${a}`, `${MONTHS[a - 1]} ${b}`];
  const such = isHidden ? '' : `: \`${shortened(example, MOST_SHOWN)}\` is ${readings[0]} and not ${readings[1]}`;
  return {
    code: 'INGEST_AMBIGUOUS_DATES',
    severity: 'warning',
    column,
    message: `every date fits both orders of day and month, and the ${isMonthFirst ? 'month' : 'day'} is read first${such}; for the other write \`format: "${rival[0]}"\` under \`columns\``,
  };
}

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

function targetFindings({ target, classes, chosenPositive, infinite }: Findable): readonly Finding[] {
  if (target === undefined) return [];
  const { name: column, type, missing, rows } = target;
  const findings: Finding[] = [];
  const endless = infinite.get(column) ?? 0;
  if (endless > 0) findings.push(nonFinite(column, endless, type === 'timestamp'));
  if (missing > 0)
    findings.push({
      code: 'INGEST_TARGET_MISSING',
      severity: 'warning',
      column,
      message: `the target is missing in ${plural(missing, 'row')} (${percent(missing / rows)}); the split drops ${missing === 1 ? 'it' : 'them'}`,
    });
  const other = classes?.find(({ label }) => label !== chosenPositive)?.label;
  if (chosenPositive !== undefined && other !== undefined)
    findings.push({
      code: 'INGEST_POSITIVE_CLASS',
      severity: 'info',
      column,
      message: `the positive class is \`${chosenPositive}\`; for the other one write \`positive_class: ${JSON.stringify(other)}\` in recipe.yaml`,
    });
  const present = rows - missing;
  const smallest = classes?.reduce((least, one) => (one.rows < least.rows ? one : least));
  if (smallest !== undefined && smallest.rows < SMALL_CLASS * present) {
    findings.push({
      code: 'INGEST_CLASS_IMBALANCE',
      severity: 'warning',
      column,
      message: `class \`${smallest.label}\` has ${plural(smallest.rows, 'row')}, ${percent(smallest.rows / present)} of all`,
    });
  }
  return findings;
}

function columnFindings(
  { name: column, type, rows, missing, distinct }: ColumnProfile,
  { roles, idLike, infinite, relation }: Findable,
): readonly Finding[] {
  const role = roleOf(roles, column);
  const findings: Finding[] = [];
  const endless = infinite.get(column) ?? 0;
  if (endless > 0) findings.push(nonFinite(column, endless, type === 'timestamp'));
  if (role !== 'feature') return findings;
  if (missing === rows) findings.push({ code: 'INGEST_CONSTANT_COLUMN', severity: 'warning', column, message: 'every value is missing' });
  else if (distinct === 1)
    findings.push({
      code: 'INGEST_CONSTANT_COLUMN',
      severity: 'warning',
      column,
      message: missing === 0 ? 'every row has the same value' : 'every present value is the same',
    });
  if (missing < rows && missing >= HIGH_MISSING * rows)
    findings.push({
      code: 'INGEST_HIGH_MISSING',
      severity: 'warning',
      column,
      message: `${percent(missing / rows)} of the values are missing`,
    });
  // Who calls it a feature knows it.
  const reason = ruleOf(roles, column) === undefined ? idLike.get(column) : undefined;
  if (reason !== undefined) findings.push({ code: 'INGEST_ID_LIKE', severity: 'info', column, message: `looks like an id: ${reason}` });
  else if (type === 'string' && distinct > MANY_LEVELS)
    findings.push({ code: 'INGEST_HIGH_CARDINALITY', severity: 'info', column, message: `${formatCount(distinct)} different texts` });
  const share = relation.get(column);
  if (share !== undefined && share >= LEAK)
    findings.push({
      code: 'INGEST_TARGET_LEAK',
      severity: 'warning',
      column,
      message: `explains ${percent(share)} of the target's variance alone; it may be known only after the target is`,
    });
  return findings;
}

function rounded(column: string, count: number): Finding {
  return {
    code: 'INGEST_ROUNDED',
    severity: 'warning',
    column,
    message: `${plural(count, 'whole number')} ${count === 1 ? 'has' : 'have'} more digits than a number keeps, and ${count === 1 ? 'is' : 'are'} rounded; \`type: category\` keeps the column as text`,
  };
}

function nonFinite(column: string, count: number, isTime: boolean): Finding {
  const what = isTime ? `${plural(count, 'date')} beyond all calendars` : plural(count, 'infinite value');
  return {
    code: 'INGEST_NON_FINITE',
    severity: 'warning',
    column,
    message: `${what} ${count === 1 ? 'is' : 'are'} treated as missing`,
  };
}
