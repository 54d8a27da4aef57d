/** When a value does not meet what is expected of its column, as SQL over one row. */
import type { ColumnInfo } from '../../data/column-type.ts';
import { list, quoteIdentifier, quoteNumber, quoteText } from '../../data/sql.ts';
import { dayOrTime } from '../../schema/day-or-time.ts';

export interface Condition {
  /** True for a row that offends, never for a missing value. */
  readonly offends: string;
  /** The column is of another kind than the check, which fails as soon as there is a value; `offends` finds those that are to blame. */
  readonly misfit?: Misfit;
}

/** What the values would have to be. */
export type Misfit = 'numbers' | 'dates' | 'texts' | 'true or false';

export function boundCondition(column: ColumnInfo, key: 'min' | 'max', bound: number | string): Condition {
  const sign = key === 'min' ? '<' : '>';
  const value = quoteIdentifier(column.name);
  if (typeof bound === 'number') {
    if (column.type !== 'number' && column.type !== 'integer') return misfit(column, 'numbers');
    return { offends: `${value} ${sign} ${numberLiteral(bound)}` };
  }
  if (column.type !== 'timestamp') return misfit(column, 'dates');
  const { isDay } = timeOf(bound);
  // A day as a bound holds to its end.
  return { offends: `${isDay ? `CAST(${value} AS DATE)` : value} ${sign} ${timeLiteral(bound)}` };
}

export function valuesCondition(column: ColumnInfo, accepted: readonly (string | number | boolean)[]): Condition {
  const value = quoteIdentifier(column.name);
  const notAmong = (literals: readonly string[]): Condition => ({ offends: `${value} NOT IN (${list(literals)})` });
  const [first] = accepted;
  if (typeof first === 'number') {
    const isNumber = column.type === 'number' || column.type === 'integer';
    return isNumber ? notAmong(accepted.map((one) => numberLiteral(Number(one)))) : misfit(column, 'numbers');
  }
  if (typeof first === 'boolean') return column.type === 'boolean' ? notAmong(accepted.map(String)) : misfit(column, 'true or false');
  if (column.type === 'string') return notAmong(accepted.map((one) => quoteText(String(one))));
  const areTimes = column.type === 'timestamp' && accepted.every((one) => dayOrTime(String(one)) !== undefined);
  return areTimes ? notAmong(accepted.map((one) => timeLiteral(String(one)))) : misfit(column, 'texts');
}

export function patternCondition(column: ColumnInfo, pattern: string): Condition {
  if (column.type !== 'string') return misfit(column, 'texts');
  return { offends: `NOT regexp_matches(${quoteIdentifier(column.name)}, ${quoteText(pattern)})` };
}

/** Of a column of texts the values that keep it from being what is expected; of another all. */
function misfit({ name, type }: ColumnInfo, wanted: Misfit): Condition {
  const value = quoteIdentifier(name);
  const target = wanted === 'numbers' ? 'DOUBLE' : wanted === 'dates' ? 'TIMESTAMP' : undefined;
  const isOdd = type === 'string' && target !== undefined ? ` AND TRY_CAST(trim(${value}) AS ${target}) IS NULL` : '';
  return { offends: `${value} IS NOT NULL${isOdd}`, misfit: wanted };
}

/** Whole numbers as such, so that 64 bits are compared exactly. */
function numberLiteral(value: number): string {
  return Number.isSafeInteger(value) ? String(value === 0 ? 0 : value) : quoteNumber(value);
}

function timeLiteral(text: string): string {
  const { milliseconds, isDay } = timeOf(text);
  const iso = new Date(milliseconds).toISOString();
  return isDay ? `DATE ${quoteText(iso.slice(0, 10))}` : `TIMESTAMP ${quoteText(iso.slice(0, -1).replace('T', ' '))}`;
}

function timeOf(text: string): NonNullable<ReturnType<typeof dayOrTime>> {
  const time = dayOrTime(text);
  if (time === undefined) throw new Error(`\`${text}\` is no date and passed the checks of the recipe`);
  return time;
}
