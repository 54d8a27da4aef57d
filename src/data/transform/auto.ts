/**
 * What `using: auto` makes of each column, from the training rows alone: two statements over
 * them, one more where medians are asked for. Every choice is one readable line.
 */
import type { ColumnProfile } from '../profile.ts';
import type { TransformerBuilder } from './builder.ts';
import { MOST_CODES } from './builder.ts';
import { fitImpute } from './fit-impute.ts';
import { addFlags } from './fit-levels.ts';
import { findLevels } from './levels.ts';
import type { DatePart } from './transformer.ts';

export interface AutoOptions {
  readonly impute: 'median' | 'none';
  readonly encode: 'one_hot' | 'ordinal';
}

/** More levels than this become one column of all others. */
export const MOST_FLAGS = 50;
/** Differences are made between this many date columns at most. */
const MOST_DATES = 4;

/** Add the operations for these columns, which are neither constant nor ids. */
export async function addAutomaticOperations(
  builder: TransformerBuilder,
  profiles: readonly ColumnProfile[],
  options: AutoOptions,
): Promise<void> {
  addDates(
    builder,
    profiles.filter(({ type }) => type === 'timestamp'),
  );
  for (const { name, type, missing, rows } of profiles) {
    if (type === 'boolean') builder.choose(name, 'true or false → 0 and 1');
    else if (type === 'number' || type === 'integer')
      builder.choose(
        name,
        missing === 0 ? 'number, as it is' : `number, ${share(missing, rows)} missing${options.impute === 'none' ? ', as it is' : ''}`,
      );
  }
  if (options.impute === 'median') await addMedians(builder);
  await addTexts(
    builder,
    profiles.filter(({ type }) => type === 'string'),
    options,
  );
}

async function addMedians(builder: TransformerBuilder): Promise<void> {
  const medians = await fitImpute(
    builder,
    builder.columns.filter(({ name, type }) => (type === 'number' || type === 'boolean') && !builder.isHandled(name)),
    { strategy: 'median' },
    true,
  );
  if (medians === undefined) return;
  builder.add(medians);
  for (const { name, value, indicator } of medians.columns) {
    if (indicator !== undefined) builder.choose(name, `missing → median ${Number(Number(value).toPrecision(6))}, and \`${indicator}\``);
  }
}

function addDates(builder: TransformerBuilder, dates: readonly ColumnProfile[]): void {
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
    const parts = informativeParts(date);
    builder.add({
      op: 'date_parts',
      column: date.name,
      parts: parts.map((part) => ({ part, name: builder.freeName(`${date.name}_${part}`) })),
    });
    builder.choose(date.name, parts.length === 0 ? 'date within one day, only differences used' : `date → ${parts.join(', ')}`);
  }
}

/** No absolute time: a model must not learn that the training rows lie in the past. */
function informativeParts({ range, isDate }: ColumnProfile): readonly DatePart[] {
  const first = new Date(range?.min ?? 0).toISOString();
  const last = new Date(range?.max ?? 0).toISOString();
  const parts: DatePart[] = [];
  if (first.slice(0, 7) !== last.slice(0, 7)) parts.push('month');
  if (first.slice(0, 10) !== last.slice(0, 10)) parts.push('day_of_week', 'day');
  if (isDate !== true) parts.push('hour');
  return parts;
}

async function addTexts(builder: TransformerBuilder, texts: readonly ColumnProfile[], { encode }: AutoOptions): Promise<void> {
  const columns = texts.map(({ name }) => builder.column(name, 'auto'));
  const [most, kept] = encode === 'ordinal' ? [MOST_CODES, MOST_CODES - 1] : [MOST_FLAGS, MOST_FLAGS];
  const levels = await findLevels(builder.engine, builder.relation, columns, { most, keepWhenMore: kept });
  texts.forEach(({ name, distinct }, index) => {
    const found = levels[index];
    if (found === undefined) return;
    const { kept: values, hasOther } = found;
    if (values.length === 0) {
      builder.add({ op: 'drop', columns: [name] });
      builder.choose(name, 'dropped, text in which every value differs', true);
      return;
    }
    const before = `text, ${distinct} ${distinct === 1 ? 'level' : 'levels'}`;
    if (encode === 'ordinal') {
      builder.add({ op: 'ordinal', column: name, levels: values, other: hasOther });
      builder.choose(
        name,
        hasOther ? `${before} → category codes for the ${values.length} most frequent, one for the others` : `${before} → category codes`,
      );
    } else {
      addFlags(builder, name, values, hasOther);
      builder.choose(name, `${before} → ${values.length} columns of 0 and 1${hasOther ? ', one for the others' : ''}`);
    }
  });
}

function share(part: number, whole: number): string {
  return `${Number(((100 * part) / whole).toPrecision(2))} %`;
}
