/** Parts of dates and differences between them, as SQL. */
import { quoteIdentifier, quoteNumber } from '../sql.ts';
import type { DatePart, DateUnit } from './transformer.ts';

const PART_FUNCTIONS = {
  year: 'year',
  quarter: 'quarter',
  month: 'month',
  week: 'week',
  day: 'day',
  day_of_week: 'isodow',
  day_of_year: 'dayofyear',
  hour: 'hour',
  minute: 'minute',
  second: 'second',
} as const;

/** First value and length of the circle of each part that returns. */
const CIRCLES: Readonly<Partial<Record<DatePart, readonly [first: number, length: number]>>> = {
  quarter: [1, 4],
  month: [1, 12],
  week: [1, 53],
  day: [1, 31],
  day_of_week: [1, 7],
  day_of_year: [1, 366],
  hour: [0, 24],
  minute: [0, 60],
  second: [0, 60],
};

/** Whether the part begins again: a year does not. */
export function isCyclic(part: DatePart): boolean {
  return CIRCLES[part] !== undefined;
}

export function datePart(column: string, part: DatePart, wave: 'sin' | 'cos' | undefined): string {
  const value = plainPart(quoteIdentifier(column), part);
  // Without a circle the formula of stored transformers, whose years went round in one.
  const [first, length] = CIRCLES[part] ?? [0, 1];
  return wave === undefined ? value : `${wave}(2 * pi() * (${value} - ${first}) / ${length})`;
}

function plainPart(column: string, part: DatePart): string {
  if (part === 'epoch_days') return `epoch_us(${column}) / ${quoteNumber(MICROSECONDS.days)}`;
  return `CAST(${PART_FUNCTIONS[part]}(${column}) AS DOUBLE)`;
}

const MICROSECONDS = { days: 86_400_000_000, hours: 3_600_000_000, minutes: 60_000_000, seconds: 1_000_000 } as const;

export function difference(from: string, to: string, unit: DateUnit): string {
  return `(epoch_us(${quoteIdentifier(to)}) - epoch_us(${quoteIdentifier(from)})) / ${quoteNumber(MICROSECONDS[unit])}`;
}
