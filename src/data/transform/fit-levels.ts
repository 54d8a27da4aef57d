/** Levels of texts as columns and codes, hashes and words. */
import { compareCodeUnits } from '../code-units.ts';
import type { TransformerBuilder } from './builder.ts';
import type { LayerColumn } from './layer.ts';
import { findLevels, otherLevels } from './levels.ts';
import type { OperationOf } from './operation.ts';

const LEVELS: readonly LayerColumn['type'][] = ['string', 'number', 'boolean'];

export async function oneHot(builder: TransformerBuilder, operation: OperationOf<'one_hot'>): Promise<void> {
  const { max_levels: most, min_frequency: minFrequency, handle_unknown: unknown } = operation;
  const columns = builder.select(operation.columns, 'one_hot', LEVELS, ['string']);
  const levels = await findLevels(builder.engine, builder.relation, columns, { most, keepWhenMore: most, minFrequency });
  for (const [index, column] of columns.entries()) {
    const { kept = [], hasOther = false } = levels[index] ?? {};
    const needsRare = hasOther && unknown !== 'infrequent_if_exist';
    const rare = needsRare ? await otherLevels(builder.engine, builder.relation, column, kept) : undefined;
    addFlags(builder, column.name, kept, hasOther, { ...(rare !== undefined && { rare }), ...(unknown === 'error' && { unknown }) });
    builder.choose(column.name, `${kept.length} columns of 0 and 1${hasOther ? ', one for the others' : ''}`);
  }
}

/** A flag for each level. Levels of a sensitive column are numbered instead of named. */
export function addFlags(
  builder: TransformerBuilder,
  column: string,
  kept: readonly string[],
  hasOther: boolean,
  others: { readonly rare?: readonly string[]; readonly unknown?: 'error' } = {},
): void {
  const taken: string[] = [];
  const flags = kept.map((value, rank) => {
    const name = builder.freeName(`${column}_${builder.isSensitive(column) ? rank + 1 : value}`, taken);
    taken.push(name);
    return { value, name };
  });
  builder.add({ op: 'one_hot', column, levels: flags, ...(hasOther && { other: builder.freeName(`${column}_other`, taken) }), ...others });
}

export async function ordinal(builder: TransformerBuilder, operation: OperationOf<'ordinal'>): Promise<void> {
  const { max_levels: most, min_frequency: minFrequency, order } = operation;
  const columns = builder.select(operation.columns, 'ordinal', LEVELS, ['string']);
  const levels = await findLevels(builder.engine, builder.relation, columns, { most, keepWhenMore: most - 1, minFrequency });
  columns.forEach(({ name }, index) => {
    const { kept = [], hasOther = false } = levels[index] ?? {};
    const ordered = order === 'alphabetical' ? [...kept].sort(compareCodeUnits) : kept;
    builder.add({ op: 'ordinal', column: name, levels: ordered, other: hasOther });
    builder.choose(name, `${ordered.length} levels → category codes${hasOther ? ', one for the others' : ''}`);
  });
}

export function featureHash(builder: TransformerBuilder, operation: OperationOf<'feature_hash'>): void {
  const { n_features: count, alternate_sign } = operation;
  for (const { name } of builder.select(operation.columns, 'feature_hash', LEVELS, ['string'])) {
    builder.add({ op: 'feature_hash', column: name, names: numbered(builder, `${name}_hash`, count), alternate_sign });
    builder.choose(name, `text → one of ${count} columns by its hash`);
  }
}

export function wordCounts(builder: TransformerBuilder, operation: OperationOf<'word_counts'>): void {
  for (const { name } of builder.select(operation.columns, 'word_counts', ['string'])) {
    addWordCounts(builder, name, operation.n_features);
    builder.choose(name, `text → words counted in ${operation.n_features} columns by their hash`);
  }
}

export function addWordCounts(builder: TransformerBuilder, column: string, count: number): void {
  builder.add({ op: 'word_counts', column, names: numbered(builder, `${column}_word`, count) });
}

export function textLength(builder: TransformerBuilder, { columns, units }: OperationOf<'text_length'>): void {
  for (const { name } of builder.select(columns, 'text_length', ['string'])) {
    const parts = units.map((unit) => ({ unit, name: builder.freeName(`${name}_${unit}`) }));
    builder.add({ op: 'text_length', column: name, parts });
    builder.choose(name, `number of ${units.join(' and of ')}, beside the text`);
  }
}

function numbered(builder: TransformerBuilder, stem: string, count: number): readonly string[] {
  const names: string[] = [];
  for (let index = 0; index < count; index++) names.push(builder.freeName(`${stem}_${index}`, names));
  return names;
}
