/**
 * The operations that make a fitted transformer again on the same rows: what `auto` chose, as a person would
 * write it. Whoever shows them fits them once more and compares, since not every choice has a name.
 */
import { makeOperation } from '../../schema/make-operation.ts';
import type { OperationData, OperationOf } from '../../schema/operations.ts';
import { MOST_FLAGS } from './auto-texts.ts';
import { MOST_CODES } from './builder.ts';
import type { FittedOperation, PipelineTransformer } from './transformer.ts';

/** `unused` are columns of the training rows that are no input of the transformer. `undefined` when one of its operations cannot be written. */
export function operationsOf({ operations }: PipelineTransformer, unused: readonly string[]): readonly OperationData[] | undefined {
  const first = unused.length === 0 ? [] : [makeOperation('drop', { columns: unused })];
  const made: OperationData[] = [];
  for (const next of [...first, ...operations.map(operationOf)]) {
    if (next === undefined) return undefined;
    const joined = together(made.at(-1), next);
    if (joined !== undefined) made.pop();
    made.push(joined ?? next);
  }
  return made;
}

function operationOf(fitted: FittedOperation): OperationData | undefined {
  switch (fitted.op) {
    case 'drop':
      return makeOperation('drop', { columns: fitted.columns });
    case 'impute':
      return makeOperation('impute', {
        columns: fitted.columns.map(({ name }) => name),
        indicator: fitted.columns.some(({ indicator }) => indicator !== undefined),
      });
    case 'scale':
      return makeOperation('scale', { columns: fitted.columns.map(({ name }) => name) });
    case 'one_hot':
      return makeOperation('one_hot', { columns: [fitted.column], max_levels: MOST_FLAGS });
    case 'ordinal':
      return makeOperation('ordinal', { columns: [fitted.column], max_levels: MOST_CODES });
    case 'target_encode':
      return makeOperation('target_encode', { columns: [fitted.column] });
    case 'feature_hash':
      return makeOperation('feature_hash', {
        columns: [fitted.column],
        n_features: fitted.names.length,
        alternate_sign: fitted.alternate_sign,
      });
    case 'word_counts':
      return makeOperation('word_counts', { columns: [fitted.column], n_features: fitted.names.length });
    case 'text_length':
      return makeOperation('text_length', { columns: [fitted.column], units: fitted.parts.map(({ unit }) => unit) });
    case 'power':
      return makeOperation('power', { columns: fitted.columns.map(({ name }) => name), method: fitted.columns[0]?.method });
    case 'bin':
      return makeOperation('bin', {
        columns: fitted.columns.map(({ name }) => name),
        edges: fitted.columns[0]?.edges,
        encode: fitted.columns[0]?.encode,
      });
    case 'date_parts':
      return fitted.parts.length === 0
        ? makeOperation('drop', { columns: [fitted.column] })
        : makeOperation('date_parts', {
            columns: [fitted.column],
            parts: [...new Set(fitted.parts.map(({ part }) => part))],
            cyclic: fitted.parts.some(({ wave }) => wave !== undefined),
          });
    case 'date_difference':
      return makeOperation('date_difference', { from: fitted.from, to: fitted.to, unit: fitted.unit });
    case 'derive':
      return makeOperation('derive', { expressions: Object.fromEntries(fitted.columns.map(({ name, sql }) => [name, sql])) });
    default:
      return undefined;
  }
}

type ForColumns = Exclude<OperationData, OperationOf<'derive' | 'date_difference' | 'rest'>>;

/** One operation for the columns of two that follow each other and say the same. */
function together(before: OperationData | undefined, next: OperationData): OperationData | undefined {
  if (before === undefined || before.op !== next.op || !isForColumns(before) || !isForColumns(next)) return undefined;
  const [{ columns: first, ...said }, { columns: second, ...same }] = [before, next];
  if (!Array.isArray(first) || !Array.isArray(second) || JSON.stringify(said) !== JSON.stringify(same)) return undefined;
  return makeOperation(next.op, { ...same, columns: [...first, ...second] });
}

function isForColumns(operation: OperationData): operation is ForColumns {
  return 'columns' in operation;
}
