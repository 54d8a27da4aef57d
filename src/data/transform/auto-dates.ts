/** What `auto` makes of dates: where they stand in the year, the week and the day, and how far they lie apart. */
import type { ColumnProfile } from '../profile.ts';
import type { TransformerBuilder } from './builder.ts';
import { addDateParts } from './fit-dates.ts';
import type { DatePart } from './transformer.ts';

/** Differences are made between this many date columns at most. */
const MOST_DATES = 4;

export interface DateOptions {
  /** Whether parts become sines and cosines. A tree cuts a number where it likes and needs none. */
  readonly asWaves: boolean;
  /** Whether the test rows are later than the training rows by intent. */
  readonly hasTimeSplit: boolean;
}

export function addDates(builder: TransformerBuilder, dates: readonly ColumnProfile[], { asWaves, hasTimeSplit }: DateOptions): void {
  const related = dates.slice(0, MOST_DATES);
  related.forEach((from, index) => {
    for (const to of related.slice(index + 1)) {
      const unit = from.isDate === true && to.isDate === true ? 'days' : 'minutes';
      const name = builder.freeName(`${to.name}_minus_${from.name}_${unit}`);
      builder.add({ op: 'date_difference', from: from.name, to: to.name, unit, name });
      builder.choose(to.name, `date → ${unit} since \`${from.name}\``);
    }
  });
  for (const date of dates) {
    const parts = informativeParts(date, hasTimeSplit);
    if (parts.length > 0) addDateParts(builder, date.name, parts, asWaves);
    else {
      builder.add({ op: 'date_parts', column: date.name, parts: [] });
      builder.choose(date.name, 'date within one day, only differences used');
    }
  }
}

/**
 * Absolute time only where rows are divided by time: in a random split a model that learns the year is judged on
 * rows of the years that it has seen, and asked later for others.
 */
function informativeParts({ range, isDate }: ColumnProfile, hasTimeSplit: boolean): readonly DatePart[] {
  const first = new Date(range?.min ?? 0).toISOString();
  const last = new Date(range?.max ?? 0).toISOString();
  const parts: DatePart[] = [];
  const differs = (length: number): boolean => first.slice(0, length) !== last.slice(0, length);
  if (hasTimeSplit && differs(4)) parts.push('year');
  if (differs(7)) parts.push('month');
  if (differs(10)) parts.push('day_of_week', 'day');
  if (isDate !== true) parts.push('hour');
  if (hasTimeSplit && differs(24)) parts.push('epoch_days');
  return parts;
}
