/** Which columns of the data each feature is made of. */

import { namesIn } from '../../schema/row-expression.ts';
import { isSensitive, type Sensitive } from '../column-rules.ts';
import type { FittedOperation, PipelineTransformer, Transformer } from './transformer.ts';

/**
 * Feature → names of input columns, in the order of the inputs. A feature of a hand-written transformer
 * may come from any of them. An SQL expression reads the columns that it names.
 */
export function featureInputs(transformer: Transformer): ReadonlyMap<string, readonly string[]> {
  const inputs = transformer.inputs.map(({ name }) => name);
  if (transformer.kind === 'custom') return new Map(transformer.features.map(({ name }) => [name, inputs]));
  const from = columnSources(transformer);
  const rank = (name: string): number => inputs.indexOf(name);
  return new Map(transformer.features.map(({ name }) => [name, [...(from.get(name) ?? [])].sort((a, b) => rank(a) - rank(b))] as const));
}

/** The features that tell something of a sensitive column. */
export function sensitiveFeatures(transformer: Transformer, sensitive: Sensitive): ReadonlySet<string> {
  const found = [...featureInputs(transformer)].filter(([, inputs]) => inputs.some((input) => isSensitive(sensitive, input)));
  return new Set(found.map(([feature]) => feature));
}

function columnSources({ inputs, operations }: PipelineTransformer): ReadonlyMap<string, ReadonlySet<string>> {
  const from = new Map<string, ReadonlySet<string>>(inputs.map(({ name }) => [name, new Set([name])]));
  const of = (...columns: readonly string[]): ReadonlySet<string> => new Set(columns.flatMap((column) => [...(from.get(column) ?? [])]));
  for (const operation of operations) for (const [name, columns] of made(operation, [...from.keys()])) from.set(name, of(...columns));
  return from;
}

/** The columns that an operation makes or changes, with those that it reads for each. */
function made(operation: FittedOperation, present: readonly string[]): readonly (readonly [name: string, reads: readonly string[]])[] {
  switch (operation.op) {
    case 'drop':
    case 'scale':
    case 'ordinal':
    case 'power':
    case 'bin':
      return [];
    case 'impute':
      return operation.columns.flatMap(({ name, indicator }) => (indicator === undefined ? [] : [[indicator, [name]] as const]));
    case 'one_hot':
      return [...operation.levels.map(({ name }) => name), ...(operation.other === undefined ? [] : [operation.other])].map(
        (name) => [name, [operation.column]] as const,
      );
    case 'target_encode':
      return operation.outputs.map(({ name }) => [name, [operation.column]] as const);
    case 'feature_hash':
    case 'word_counts':
      return operation.names.map((name) => [name, [operation.column]] as const);
    case 'text_length':
    case 'date_parts':
      return operation.parts.map(({ name }) => [name, [operation.column]] as const);
    case 'date_difference':
      return [[operation.name, [operation.from, operation.to]]];
    case 'derive':
      return operation.columns.map(({ name, sql }) => [name, namesIn(sql, present)] as const);
  }
}
