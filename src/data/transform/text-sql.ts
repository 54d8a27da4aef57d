/** Levels, hashes and words of texts, as SQL. */

import { WORD } from '../free-text.ts';
import { list, quoteIdentifier, quoteNumber, quoteText } from '../sql.ts';
import { codeOf, type LayerColumn, type Selected, textOf } from './layer.ts';
import type { FittedOf, LevelMeans } from './transformer.ts';
import { unknownText } from './unknown-text.ts';

export function oneHot(column: LayerColumn, { levels, other, rare, unknown }: FittedOf<'one_hot'>): readonly Selected[] {
  const text = textOf(column);
  const isNone = (known: readonly string[]): string =>
    known.length === 0 ? `${text} IS NOT NULL` : `${text} NOT IN (${list(known.map(quoteText))})`;
  const values = levels.map(({ value }) => value);
  const isOther = rare === undefined ? isNone(values) : `NOT (${isNone(rare)})`;
  const flags = [
    ...levels.map(({ value, name }) => ({ name, test: `${text} = ${quoteText(value)}` })),
    ...(other === undefined ? [] : [{ name: other, test: isOther }]),
  ];
  return flags.map(({ name, test }, index): Selected => {
    const flag = `CAST(coalesce(${test}, false) AS DOUBLE)`;
    if (unknown !== 'error' || index > 0) return { name, type: 'number', expression: flag };
    const isUnknown = isNone([...values, ...(rare ?? [])]);
    return {
      name,
      type: 'number',
      expression: `CASE WHEN ${isUnknown} THEN error(${quoteText(unknownText(column.name))}) ELSE ${flag} END`,
    };
  });
}

/** The label of the code that stands for all rarer and unknown texts. */
export const OTHER_LABEL = '(other)';

export function ordinal(column: LayerColumn, { levels, other }: FittedOf<'ordinal'>): Selected {
  const text = textOf(column);
  const code = codeOf(text, levels);
  if (!other) return { name: column.name, type: 'category', labels: levels, expression: code };
  return {
    name: column.name,
    type: 'category',
    labels: [...levels, OTHER_LABEL],
    expression: `CASE WHEN ${text} IS NOT NULL THEN coalesce(${code}, ${levels.length}) END`,
  };
}

/** The fold of a training row, beside its columns. */
export const FOLD: string = quoteIdentifier('__mlrecipe_fold');

export function targetEncoded(column: LayerColumn, { levels, outputs }: FittedOf<'target_encode'>): readonly Selected[] {
  const code = codeOf(textOf(column), levels);
  return outputs.map(({ name, values: { means, missing, unknown } }) => {
    const mean = `coalesce(${picked(means, code)}, ${quoteNumber(unknown)})`;
    return { name, type: 'number', expression: `CASE WHEN ${textOf(column)} IS NULL THEN ${quoteNumber(missing)} ELSE ${mean} END` };
  });
}

/** Each row with the means of the other folds, which stand one behind the other. */
export function targetEncodedByFold(column: LayerColumn, { levels, outputs }: FittedOf<'target_encode_by_fold'>): readonly Selected[] {
  const code = codeOf(textOf(column), levels);
  return outputs.map(({ name, folds }) => {
    const fold = `${FOLD} % ${folds.length}`;
    const of = (values: (fold: LevelMeans) => number | readonly number[], index: string): string => picked(folds.flatMap(values), index);
    const mean = of(({ means }) => means, `${fold} * ${levels.length} + ${code}`);
    const [missing, unknown] = [of((values) => values.missing, fold), of((values) => values.unknown, fold)];
    return {
      name,
      type: 'number',
      expression: `CASE WHEN ${textOf(column)} IS NULL THEN ${missing} ELSE coalesce(${mean}, ${unknown}) END`,
    };
  });
}

/** The number at this place, counted from 0; NULL where there is none. */
function picked(values: readonly number[], index: string): string {
  return `list_extract([${values.map((value) => (Object.is(value, -0) ? '-0.0' : String(value))).join(', ')}]::DOUBLE[], ${index} + 1)`;
}

/** One of the columns by the lower half of the text's MD5, its sign by the upper one. A missing text chooses none. */
export function featureHashed(column: LayerColumn, { names, alternate_sign }: FittedOf<'feature_hash'>): readonly Selected[] {
  const text = textOf(column);
  const sign = alternate_sign ? `CASE WHEN md5_number_upper(${text}) % 2 = 0 THEN 1 ELSE -1 END` : '1';
  return names.map((name, index) => ({
    name,
    type: 'number',
    expression: `CAST(CASE WHEN md5_number_lower(${text}) % ${names.length} = ${index} THEN ${sign} ELSE 0 END AS DOUBLE)`,
  }));
}

function wordsOf(column: LayerColumn): string {
  return `regexp_extract_all(lower(${textOf(column)}), ${WORD})`;
}

/** A letter for each bucket, three bytes each, so that counting them needs no list. */
const FIRST_LETTER = 0x4e00;
const LETTER_BYTES = 3;

/** The column as the letters of its words' buckets. `wordCounts` counts them in the next layer. */
export function wordLetters(column: LayerColumn, { names }: FittedOf<'word_counts'>): Selected {
  const letter = `chr(CAST(md5_number_lower(word) % ${names.length} AS INTEGER) + ${FIRST_LETTER})`;
  return {
    name: column.name,
    type: 'string',
    expression: `coalesce(array_to_string(list_transform(${wordsOf(column)}, lambda word: ${letter}), ''), '')`,
  };
}

export function wordCounts(column: LayerColumn, { names }: FittedOf<'word_counts'>): readonly Selected[] {
  const letters = quoteIdentifier(column.name);
  return names.map((name, index) => {
    const without = `replace(${letters}, ${quoteText(String.fromCodePoint(FIRST_LETTER + index))}, '')`;
    return { name, type: 'number', expression: `CAST((strlen(${letters}) - strlen(${without})) // ${LETTER_BYTES} AS DOUBLE)` };
  });
}

/** The column, and its lengths beside it. */
export function textLengths(column: LayerColumn, { parts }: FittedOf<'text_length'>): readonly Selected[] {
  const lengths = parts.map(({ unit, name }): Selected => {
    const length = unit === 'characters' ? `length(${textOf(column)})` : `len(${wordsOf(column)})`;
    return { name, type: 'number', expression: `CAST(${length} AS DOUBLE)` };
  });
  return [{ ...column, expression: quoteIdentifier(column.name) }, ...lengths];
}
