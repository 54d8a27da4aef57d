/**
 * A transformer as one SELECT: a layer per operation, each an ordinary query over the one
 * before. Rows are neither added, removed nor reordered.
 */
import { list, quoteIdentifier, quoteNumber, quoteText } from '../sql.ts';
import type { ColumnType } from '../table.ts';
import { datePart, difference } from './date-sql.ts';
import { finite, type Layer, type LayerColumn, layerType, type Selected, SQL_TYPES, unchanged } from './layer.ts';
import { binned, powered, scaled } from './number-sql.ts';
import {
  FOLD,
  featureHashed,
  oneHot,
  ordinal,
  targetEncoded,
  targetEncodedByFold,
  textLengths,
  wordCounts,
  wordLetters,
} from './text-sql.ts';
import type { PipelineTransformer, TrainingOperation, TransformFeature, TransformInput } from './transformer.ts';

/**
 * The inputs in the few types of a layer, and `keep` columns as they are behind names of their own. With `folds`
 * the relation has the fold of each row.
 */
export function baseLayer(
  inputs: readonly TransformInput[],
  relation: string,
  { keep = [], folds = false }: { readonly keep?: readonly string[]; readonly folds?: boolean } = {},
): Layer {
  const columns = inputs.map(({ name, type }): Selected => ({ name, type: layerType(type), expression: baseExpression(name, type) }));
  const kept = keep.map((name, index) => ({ name: keptName(index), expression: quoteIdentifier(name) }));
  return select(columns, relation, [...kept, ...(folds ? [{ name: FOLD, expression: FOLD }] : [])]);
}

/** The base with operations on it. Operations that touch different columns share one query. */
export function addOperations(base: Layer, operations: readonly TrainingOperation[]): Layer {
  let layer = base;
  let pending = layer.columns.map(unchanged);
  const isUntouched = (name: string): boolean =>
    pending.some((column) => column.name === name && column.expression === quoteIdentifier(name));
  const flush = (): void => {
    layer = select(
      pending,
      `(${layer.sql})`,
      layer.carried.map((name) => ({ name, expression: name })),
    );
    pending = layer.columns.map(unchanged);
  };
  for (const operation of operations) {
    // An expression of the user may read any column, so it starts from a layer of its own.
    const reads = operation.op === 'derive' ? pending.map(({ name }) => name) : columnsRead(operation);
    if (!reads.every(isUntouched)) flush();
    if (operation.op === 'word_counts') {
      pending = pending.map((column) => (column.name === operation.column ? wordLetters(column, operation) : column));
      flush();
    }
    pending = columnsAfter(pending, operation);
  }
  if (operations.length > 0) flush();
  return layer;
}

/**
 * The whole transformer over what may stand after FROM. The columns are the features in order,
 * numeric ones as DOUBLE and categories as INTEGER codes, then the `keep` columns of the source
 * untouched. Missing is NULL; there is no NaN and no infinity. `training` are the operations as
 * training rows meet them, over a relation with folds.
 */
export function transformSql(
  transformer: PipelineTransformer,
  relation: string,
  options: { readonly keep?: readonly string[]; readonly training?: readonly TrainingOperation[] } = {},
): string {
  const { keep = [], training } = options;
  for (const name of keep) {
    if (transformer.features.some((feature) => feature.name.toLowerCase() === name.toLowerCase()))
      throw new RangeError(`the column \`${name}\` that is to be kept has the name of a feature`);
  }
  const base = baseLayer(transformer.inputs, relation, { keep, folds: training !== undefined });
  const layer = addOperations(base, training ?? transformer.operations);
  const features = transformer.features.map((feature) => `${featureExpression(feature)} AS ${quoteIdentifier(feature.name)}`);
  const passed = keep.map((name, index) => `${keptName(index)} AS ${quoteIdentifier(name)}`);
  return `SELECT ${list([...features, ...passed])} FROM (${layer.sql})`;
}

/** The features that the columns of the last layer are; text and timestamps must be gone by then. */
export function featuresOf(columns: readonly LayerColumn[]): readonly TransformFeature[] {
  return columns.map(({ name, type, labels = [] }) =>
    type === 'category' ? { name, kind: 'categorical', levels: labels.length, labels } : { name, kind: 'numeric' },
  );
}

/** The columns of the layer before that an operation looks at. */
export function columnsRead(operation: Exclude<TrainingOperation, { op: 'derive' }>): readonly string[] {
  switch (operation.op) {
    case 'drop':
      return [];
    case 'impute':
    case 'scale':
    case 'power':
    case 'bin':
      return operation.columns.map(({ name }) => name);
    case 'date_difference':
      return [operation.from, operation.to];
    default:
      return [operation.column];
  }
}

/** The columns of a SELECT with one operation more. The columns that it reads must be untouched in this SELECT. */
function columnsAfter(columns: readonly Selected[], operation: TrainingOperation): Selected[] {
  const replace = (make: (column: LayerColumn) => readonly Selected[] | undefined): Selected[] =>
    columns.flatMap((column) => make(column) ?? [column]);
  const instead = (make: (column: LayerColumn) => readonly Selected[], name: string): Selected[] =>
    replace((column) => (column.name === name ? make(column) : undefined));
  const each = <Entry extends { readonly name: string }>(
    entries: readonly Entry[],
    make: (column: LayerColumn, entry: Entry) => Selected,
  ): Selected[] => {
    const byName = new Map(entries.map((entry) => [entry.name, entry]));
    return replace((column) => {
      const entry = byName.get(column.name);
      return entry === undefined ? undefined : [make(column, entry)];
    });
  };
  switch (operation.op) {
    case 'drop':
      return replace(({ name }) => (operation.columns.includes(name) ? [] : undefined));
    case 'impute':
      return replace((column) => {
        const entry = operation.columns.find(({ name }) => name === column.name);
        return entry === undefined ? undefined : imputed(column, entry.value, entry.indicator);
      });
    case 'scale':
      return each(operation.columns, scaled);
    case 'power':
      return each(operation.columns, powered);
    case 'bin':
      return each(operation.columns, binned);
    case 'one_hot':
      return instead((column) => oneHot(column, operation), operation.column);
    case 'ordinal':
      return instead((column) => [ordinal(column, operation)], operation.column);
    case 'target_encode':
      return instead((column) => targetEncoded(column, operation), operation.column);
    case 'target_encode_by_fold':
      return instead((column) => targetEncodedByFold(column, operation), operation.column);
    case 'feature_hash':
      return instead((column) => featureHashed(column, operation), operation.column);
    case 'word_counts':
      return instead((column) => wordCounts(column, operation), operation.column);
    case 'text_length':
      return instead((column) => textLengths(column, operation), operation.column);
    case 'date_parts':
      return replace((column) =>
        column.name === operation.column
          ? operation.parts.map(({ part, name, wave }) => ({ name, type: 'number', expression: datePart(column.name, part, wave) }))
          : undefined,
      );
    case 'date_difference':
      return [...columns, { name: operation.name, type: 'number', expression: difference(operation.from, operation.to, operation.unit) }];
    case 'derive':
      return [
        ...columns.filter(({ name }) => !operation.columns.some((derived) => derived.name === name)),
        ...operation.columns.map(derived),
      ];
  }
}

function select(
  columns: readonly Selected[],
  from: string,
  carried: readonly { readonly name: string; readonly expression: string }[],
): Layer {
  const parts = [
    ...columns.map(({ name, expression }) => `${expression} AS ${quoteIdentifier(name)}`),
    ...carried.map(({ name, expression }) => `${expression} AS ${name}`),
  ];
  return {
    sql: `SELECT ${parts.length === 0 ? '1 AS __mlrecipe_none' : list(parts)} FROM ${from}`,
    columns: columns.map(({ name, type, labels }) => ({ name, type, ...(labels !== undefined && { labels }) })),
    carried: carried.map(({ name }) => name),
  };
}

function keptName(index: number): string {
  return quoteIdentifier(`__mlrecipe_keep_${index}`);
}

function baseExpression(name: string, type: ColumnType): string {
  const column = quoteIdentifier(name);
  if (type === 'string') return `CAST(${column} AS VARCHAR)`;
  if (type === 'boolean' || type === 'timestamp') return `TRY_CAST(${column} AS ${SQL_TYPES[type]})`;
  return finite(`TRY_CAST(${column} AS DOUBLE)`);
}

function featureExpression({ name, kind }: TransformFeature): string {
  return kind === 'categorical' ? `CAST(${quoteIdentifier(name)} AS INTEGER)` : `CAST(${quoteIdentifier(name)} AS DOUBLE)`;
}

function imputed(column: LayerColumn, value: number | string, indicator: string | undefined): readonly Selected[] {
  const name = quoteIdentifier(column.name);
  const filled =
    column.type === 'string'
      ? `coalesce(${name}, ${quoteText(String(value))})`
      : `coalesce(CAST(${name} AS DOUBLE), ${quoteNumber(Number(value))})`;
  const imputedColumn: Selected = { name: column.name, type: column.type === 'string' ? 'string' : 'number', expression: filled };
  return indicator === undefined
    ? [imputedColumn]
    : [imputedColumn, { name: indicator, type: 'number', expression: `CAST(${name} IS NULL AS DOUBLE)` }];
}

function derived({ name, sql, type }: { readonly name: string; readonly sql: string; readonly type: ColumnType }): Selected {
  const kind = layerType(type);
  return { name, type: kind, expression: kind === 'number' ? finite(`CAST((${sql}) AS DOUBLE)`) : `CAST((${sql}) AS ${SQL_TYPES[kind]})` };
}
