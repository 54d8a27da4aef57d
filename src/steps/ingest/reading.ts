/**
 * How the texts of a column become values: for each reading an SQL condition that a text fits it, and
 * an SQL expression of its value. Nothing here decides which reading a column has.
 */
import { list, quoteText } from '../../data/sql.ts';
import type { ColumnType } from '../../data/table.ts';

/** Texts of dates that are not in the order of ISO 8601; formats as `strptime` of Python names them. */
export interface DateForm {
  readonly id: string;
  readonly formats: readonly string[];
  /** The same separator with day and month the other way round. */
  readonly rival?: string;
}

export type Reading =
  | { readonly kind: 'boolean' | 'integer' | 'number' | 'date' | 'timestamp' | 'text' }
  /** A day, or with `hasTime` a time in UTC. */
  | { readonly kind: 'form'; readonly formats: readonly string[]; readonly hasTime: boolean };

const TIMES = ['%H:%M', '%H:%M:%S', '%H:%M:%S.%f', '%I:%M %p', '%I:%M:%S %p'];

/**
 * Where two forms fit every value the earlier one is taken: month first between slashes, as spreadsheets
 * of the United States write it, day first between points and hyphens, as nearly everybody else does.
 */
export const DATE_FORMS: readonly DateForm[] = [
  { id: 'month/day/year', formats: ['%m/%d/%Y'], rival: 'day/month/year' },
  { id: 'day/month/year', formats: ['%d/%m/%Y'], rival: 'month/day/year' },
  { id: 'day.month.year', formats: ['%d.%m.%Y'], rival: 'month.day.year' },
  { id: 'month.day.year', formats: ['%m.%d.%Y'], rival: 'day.month.year' },
  { id: 'day-month-year', formats: ['%d-%m-%Y'], rival: 'month-day-year' },
  { id: 'month-day-year', formats: ['%m-%d-%Y'], rival: 'day-month-year' },
  {
    id: 'month by name',
    formats: ['%d %b %Y', '%d-%b-%Y', '%b %d %Y', '%b %d, %Y', '%d %B %Y', '%B %d, %Y', '%B %d %Y'],
  },
];

/** The formats of a form with a time of day behind the date, and without. */
export function formatsWithTime(formats: readonly string[]): readonly string[] {
  return [...formats, ...formats.flatMap((format) => TIMES.map((time) => `${format} ${time}`))];
}

/** NULL for a text that fits none of the formats. `%Y` would take `24` for the year 24, which nobody means. */
export function parseForm(value: string, formats: readonly string[]): string {
  const parsed = `try_strptime(${value}, [${list(formats.map(quoteText))}])`;
  return `CASE WHEN ${parsed} >= TIMESTAMP '1000-01-01' THEN ${parsed} END`;
}

/** A condition on a present text. `value` is an SQL expression of type VARCHAR. */
export function fits(reading: Reading, value: string): string {
  switch (reading.kind) {
    case 'boolean':
      return `lower(${value}) IN ('true', 'false')`;
    case 'integer':
      return `CAST(TRY_CAST(${value} AS BIGINT) AS VARCHAR) = ${value}`;
    case 'number':
      return `TRY_CAST(${value} AS DOUBLE) IS NOT NULL AND NOT contains(${value}, '_')`;
    case 'date':
      return `strlen(${value}) = 10 AND TRY_CAST(${value} AS DATE) IS NOT NULL`;
    case 'timestamp':
      return `${timestamp(value)} IS NOT NULL`;
    case 'form':
      return `${parseForm(value, reading.formats)} IS NOT NULL`;
    default:
      return 'true';
  }
}

/** A number with a zero and a further digit before its point, `007`, is a code. `:` follows `9`. */
export function beginsWithZero(value: string): string {
  return `((${value} >= '00' AND ${value} < '0:') OR (${value} >= '-00' AND ${value} < '-0:'))`;
}

/** The value of a text that fits, NULL of one that does not. Infinities are NULL. */
export function valueExpression(reading: Reading, value: string): string {
  switch (reading.kind) {
    case 'boolean':
      return `CASE lower(${value}) WHEN 'true' THEN true WHEN 'false' THEN false END`;
    case 'integer':
      return `TRY_CAST(${value} AS BIGINT)`;
    case 'number':
      return `CASE WHEN isfinite(TRY_CAST(${value} AS DOUBLE)) AND NOT contains(${value}, '_') THEN TRY_CAST(${value} AS DOUBLE) END`;
    case 'date':
      return `CASE WHEN strlen(${value}) = 10 THEN TRY_CAST(${value} AS DATE) END`;
    case 'timestamp':
      return `CAST(${timestamp(value)} AS TIMESTAMP)`;
    case 'form':
      return `CAST(${parseForm(value, reading.formats)} AS ${reading.hasTime ? 'TIMESTAMP' : 'DATE'})`;
    default:
      return value;
  }
}

/** Of the years to 9999: beyond them a text is no date that anybody meant, and JavaScript cannot hold all of them. */
function timestamp(value: string): string {
  const read = `TRY_CAST(${value} AS TIMESTAMPTZ)`;
  return `CASE WHEN strlen(${value}) >= 10 AND ${read} < TIMESTAMPTZ '10000-01-01 00:00:00+00' THEN ${read} END`;
}

export function storedType(reading: Reading): ColumnType {
  switch (reading.kind) {
    case 'boolean':
    case 'integer':
    case 'number':
      return reading.kind;
    case 'text':
      return 'string';
    default:
      return 'timestamp';
  }
}
