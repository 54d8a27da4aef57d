/** From an operation as it was written to what it learned on the training rows. */
import type { TransformerBuilder } from './builder.ts';
import { dateDifference, dateParts } from './fit-dates.ts';
import { derive } from './fit-derive.ts';
import { impute } from './fit-impute.ts';
import { featureHash, oneHot, ordinal, textLength, wordCounts } from './fit-levels.ts';
import { bin, scale } from './fit-numbers.ts';
import { power } from './fit-power.ts';
import { targetEncode } from './fit-target.ts';
import type { OperationData, OperationOf } from './operation.ts';

export async function fitOperation(builder: TransformerBuilder, operation: OperationData): Promise<void> {
  switch (operation.op) {
    case 'select':
      return select(builder, operation);
    case 'drop':
      return drop(builder, operation);
    case 'impute':
      return impute(builder, operation);
    case 'scale':
      return scale(builder, operation);
    case 'power':
      return power(builder, operation);
    case 'bin':
      return bin(builder, operation);
    case 'one_hot':
      return oneHot(builder, operation);
    case 'ordinal':
      return ordinal(builder, operation);
    case 'target_encode':
      return targetEncode(builder, operation);
    case 'feature_hash':
      return featureHash(builder, operation);
    case 'word_counts':
      return wordCounts(builder, operation);
    case 'text_length':
      return textLength(builder, operation);
    case 'date_parts':
      return dateParts(builder, operation);
    case 'date_difference':
      return dateDifference(builder, operation);
    case 'derive':
      return derive(builder, operation.expressions);
    case 'rest':
      throw new Error('`rest` is fitted with the pipeline that it belongs to');
  }
}

const ANY = ['number', 'boolean', 'string', 'timestamp', 'category'] as const;

function select(builder: TransformerBuilder, { columns }: OperationOf<'select'>): void {
  const stay = new Set(builder.find(columns, 'select', ANY).map(({ name }) => name));
  leaveOut(
    builder,
    builder.columns.map(({ name }) => name).filter((name) => !stay.has(name)),
    'dropped, `select` does not name it',
  );
}

function drop(builder: TransformerBuilder, { columns }: OperationOf<'drop'>): void {
  leaveOut(
    builder,
    builder.select(columns, 'drop', ANY).map(({ name }) => name),
    'dropped by `drop`',
  );
}

function leaveOut(builder: TransformerBuilder, columns: readonly string[], reason: string): void {
  builder.add({ op: 'drop', columns });
  for (const name of columns) builder.choose(name, reason, true);
}
