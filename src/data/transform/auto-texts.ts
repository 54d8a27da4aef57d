/** What `auto` makes of texts: levels, too many levels, or sentences. */
import { findFreeTexts } from '../free-text.ts';
import type { ColumnProfile } from '../profile.ts';
import { MOST_CODES, type TransformerBuilder } from './builder.ts';
import { addFlags, addWordCounts } from './fit-levels.ts';
import { addTargetEncoding } from './fit-target.ts';
import { findLevels, type Levels } from './levels.ts';

/** More levels than this become one column of all others. */
export const MOST_FLAGS = 50;
/** Columns that the words of a text are counted in. */
const WORD_COLUMNS = 64;
/** With more classes than this, a column for each would crowd out the others. */
const MOST_CLASSES = 10;

export interface TextOptions {
  readonly encode: 'one_hot' | 'ordinal';
  /** What the recipe says that a column holds; `undefined` leaves it to the data. */
  readonly kindOf: (column: string) => 'category' | 'text' | undefined;
}

export async function addTexts(builder: TransformerBuilder, texts: readonly ColumnProfile[], options: TextOptions): Promise<void> {
  const undeclared = texts.filter(({ name }) => options.kindOf(name) === undefined);
  const found = await findFreeTexts(builder.engine, builder.relation, undeclared);
  const isFree = ({ name }: ColumnProfile): boolean => found.has(name) || options.kindOf(name) === 'text';
  for (const { name, distinct } of texts.filter(isFree)) {
    addWordCounts(builder, name, WORD_COLUMNS);
    builder.choose(name, `free text, ${counted(distinct, 'different value')} → words counted in ${WORD_COLUMNS} columns by their hash`);
  }
  const named = texts.filter((text) => !isFree(text));
  const columns = named.map(({ name }) => builder.column(name, 'auto'));
  const limits =
    options.encode === 'ordinal' ? { most: MOST_CODES, keepWhenMore: MOST_CODES - 1 } : { most: MOST_FLAGS, keepWhenMore: MOST_FLAGS };
  const levels = await findLevels(builder.engine, builder.relation, columns, limits);
  const takesMeans = named.some(({ distinct }) => distinct > MOST_CODES) && (await builder.targetWidth()) <= MOST_CLASSES;
  for (const [index, profile] of named.entries()) await addLevels(builder, profile, levels[index] as Levels, options.encode, takesMeans);
}

async function addLevels(
  builder: TransformerBuilder,
  { name, distinct }: ColumnProfile,
  { kept, hasOther }: Levels,
  encode: 'one_hot' | 'ordinal',
  takesMeans: boolean,
): Promise<void> {
  const before = `text, ${counted(distinct, 'level')}`;
  if (kept.length === 0) {
    builder.add({ op: 'drop', columns: [name] });
    builder.choose(name, 'dropped, text in which every value differs', true);
  } else if (distinct > MOST_CODES && takesMeans) {
    await addTargetEncoding(builder, builder.column(name, 'auto'), { cv: 5, max_levels: 10_000 });
    builder.choose(name, `${before} → mean of the target, out of fold`);
  } else if (encode === 'ordinal') {
    builder.add({ op: 'ordinal', column: name, levels: kept, other: hasOther });
    const codes = hasOther ? `category codes for the ${kept.length} most frequent, one for the others` : 'category codes';
    builder.choose(name, `${before} → ${codes}`);
  } else {
    addFlags(builder, name, kept, hasOther);
    builder.choose(name, `${before} → ${kept.length} columns of 0 and 1${hasOther ? ', one for the others' : ''}`);
  }
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
