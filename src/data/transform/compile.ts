/**
 * A transformer as one SELECT: a layer per operation, each an ordinary query over the one
 * before. Rows are neither added, removed nor reordered.
 */
import { canonicalText } from '../canonical-text.ts';
import { list, quoteIdentifier, quoteNumber, quoteText } from '../sql.ts';
import type { ColumnType } from '../table.ts';
import type { DatePart, DateUnit, FittedOperation, PipelineTransformer, TransformFeature, TransformInput } from './transformer.ts';

/** A column between two operations. */
export interface LayerColumn {
  readonly name: string;
  /** `number` covers integers; `category` is a code with its texts. */
  readonly type: 'number' | 'boolean' | 'string' | 'timestamp' | 'category';
  readonly labels?: readonly string[];
}

/** A query and the columns that it has. */
export interface Layer {
  readonly sql: string;
  readonly columns: readonly LayerColumn[];
}

interface Selected extends LayerColumn {
  readonly expression: string;
}

const SQL_TYPES = { number: 'DOUBLE', boolean: 'BOOLEAN', string: 'VARCHAR', timestamp: 'TIMESTAMP', category: 'INTEGER' } as const;

/** The inputs in the few types of a layer, and `keep` columns as they are behind names of their own. */
export function baseLayer(inputs: readonly TransformInput[], relation: string, keep: readonly string[] = []): Layer {
  const columns = inputs.map(({ name, type }): Selected => ({ name, type: layerType(type), expression: baseExpression(name, type) }));
  return select(
    columns,
    relation,
    keep.map((name, index) => `${quoteIdentifier(name)} AS ${keptName(index)}`),
  );
}

/** The base with operations on it. Operations that touch different columns share one query. */
export function addOperations(base: Layer, operations: readonly FittedOperation[], kept = 0): Layer {
  let layer = base;
  let pending = layer.columns.map(unchanged);
  const isUntouched = (name: string): boolean =>
    pending.some((column) => column.name === name && column.expression === quoteIdentifier(name));
  const flush = (): void => {
    layer = select(pending, `(${layer.sql})`, keptColumns(kept));
    pending = layer.columns.map(unchanged);
  };
  for (const operation of operations) {
    // An expression of the user may read any column, so it starts from a layer of its own.
    const reads = operation.op === 'derive' ? pending.map(({ name }) => name) : columnsRead(operation);
    if (!reads.every(isUntouched)) flush();
    pending = columnsAfter(pending, operation);
  }
  if (operations.length > 0) flush();
  return layer;
}

/**
 * The whole transformer over what may stand after FROM. The columns are the features in order,
 * numeric ones as DOUBLE and categories as INTEGER codes, then the `keep` columns of the source
 * untouched. Missing is NULL; there is no NaN and no infinity.
 */
export function transformSql(
  transformer: PipelineTransformer,
  relation: string,
  options: { readonly keep?: readonly string[] } = {},
): string {
  const keep = options.keep ?? [];
  for (const name of keep) {
    if (transformer.features.some((feature) => feature.name.toLowerCase() === name.toLowerCase()))
      throw new RangeError(`the column \`${name}\` that is to be kept has the name of a feature`);
  }
  const layer = addOperations(baseLayer(transformer.inputs, relation, keep), transformer.operations, keep.length);
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

/** An SQL expression for the text of a column, as its levels are written. */
export function textOf({ name, type }: LayerColumn): string {
  return canonicalText(quoteIdentifier(name), SQL_TYPES[type]);
}

/** The SQL expression of a category's code, NULL when the text is none of the levels. */
export function codeOf(text: string, levels: readonly string[]): string {
  return levels.length === 0 ? 'NULL::INTEGER' : `CAST(enum_code(TRY_CAST(${text} AS ENUM(${list(levels.map(quoteText))}))) AS INTEGER)`;
}

export function layerType(type: ColumnType): LayerColumn['type'] {
  return type === 'integer' ? 'number' : type;
}

/** The columns of the layer before that an operation looks at. */
export function columnsRead(operation: Exclude<FittedOperation, { op: 'derive' }>): readonly string[] {
  switch (operation.op) {
    case 'drop':
      return [];
    case 'impute':
    case 'scale':
      return operation.columns.map(({ name }) => name);
    case 'date_difference':
      return [operation.from, operation.to];
    default:
      return [operation.column];
  }
}

/** The columns of a SELECT with one operation more. The columns that it reads must be untouched in this SELECT. */
function columnsAfter(columns: readonly Selected[], operation: FittedOperation): Selected[] {
  const replace = (make: (column: LayerColumn) => readonly Selected[] | undefined): Selected[] =>
    columns.flatMap((column) => make(column) ?? [column]);
  switch (operation.op) {
    case 'drop':
      return replace(({ name }) => (operation.columns.includes(name) ? [] : undefined));
    case 'impute':
      return replace((column) => {
        const entry = operation.columns.find(({ name }) => name === column.name);
        return entry === undefined ? undefined : imputed(column, entry.value, entry.indicator);
      });
    case 'scale':
      return replace((column) => {
        const entry = operation.columns.find(({ name }) => name === column.name);
        if (entry === undefined) return undefined;
        const value = `(CAST(${quoteIdentifier(column.name)} AS DOUBLE) - ${quoteNumber(entry.subtract)}) / ${quoteNumber(entry.divide)}`;
        return [{ name: column.name, type: 'number', expression: finite(value) }];
      });
    case 'one_hot':
      return replace((column) => (column.name === operation.column ? oneHot(column, operation) : undefined));
    case 'ordinal':
      return replace((column) => (column.name === operation.column ? [ordinal(column, operation)] : undefined));
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

function select(columns: readonly Selected[], from: string, kept: readonly string[]): Layer {
  const parts = [...columns.map(({ name, expression }) => `${expression} AS ${quoteIdentifier(name)}`), ...kept];
  return {
    sql: `SELECT ${parts.length === 0 ? '1 AS __mlrecipe_none' : list(parts)} FROM ${from}`,
    columns: columns.map(({ name, type, labels }) => ({ name, type, ...(labels !== undefined && { labels }) })),
  };
}

function unchanged(column: LayerColumn): Selected {
  return { ...column, expression: quoteIdentifier(column.name) };
}

function keptName(index: number): string {
  return quoteIdentifier(`__mlrecipe_keep_${index}`);
}

function keptColumns(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => keptName(index));
}

function baseExpression(name: string, type: ColumnType): string {
  const column = quoteIdentifier(name);
  if (type === 'string') return `CAST(${column} AS VARCHAR)`;
  if (type === 'boolean' || type === 'timestamp') return `TRY_CAST(${column} AS ${SQL_TYPES[type]})`;
  return finite(`TRY_CAST(${column} AS DOUBLE)`);
}

function finite(value: string): string {
  return `CASE WHEN isfinite(${value}) THEN ${value} END`;
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

function oneHot(column: LayerColumn, { levels, other }: Extract<FittedOperation, { op: 'one_hot' }>): readonly Selected[] {
  const text = textOf(column);
  const flags = levels.map(
    ({ value, name }): Selected => ({ name, type: 'number', expression: `CAST(coalesce(${text} = ${quoteText(value)}, false) AS DOUBLE)` }),
  );
  if (other === undefined) return flags;
  const known = list(levels.map(({ value }) => quoteText(value)));
  return [...flags, { name: other, type: 'number', expression: `CAST(coalesce(${text} NOT IN (${known}), false) AS DOUBLE)` }];
}

/** The label of the code that stands for all rarer and unknown texts. */
export const OTHER_LABEL = '(other)';

function ordinal(column: LayerColumn, { levels, other }: Extract<FittedOperation, { op: 'ordinal' }>): Selected {
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

const PART_FUNCTIONS = {
  year: 'year',
  quarter: 'quarter',
  month: 'month',
  day: 'day',
  day_of_week: 'isodow',
  day_of_year: 'dayofyear',
  hour: 'hour',
  minute: 'minute',
} as const;
/** First value and length of the circle of each part. */
const CIRCLES = {
  year: [0, 1],
  quarter: [1, 4],
  month: [1, 12],
  day: [1, 31],
  day_of_week: [1, 7],
  day_of_year: [1, 366],
  hour: [0, 24],
  minute: [0, 60],
} as const;

function datePart(column: string, part: DatePart, wave: 'sin' | 'cos' | undefined): string {
  const value = `CAST(${PART_FUNCTIONS[part]}(${quoteIdentifier(column)}) AS DOUBLE)`;
  if (wave === undefined) return value;
  const [first, length] = CIRCLES[part];
  return `${wave}(2 * pi() * (${value} - ${first}) / ${length})`;
}

const MICROSECONDS = { days: 86_400_000_000, hours: 3_600_000_000, minutes: 60_000_000, seconds: 1_000_000 } as const;

function difference(from: string, to: string, unit: DateUnit): string {
  return `(epoch_us(${quoteIdentifier(to)}) - epoch_us(${quoteIdentifier(from)})) / ${quoteNumber(MICROSECONDS[unit])}`;
}

function derived({ name, sql, type }: { readonly name: string; readonly sql: string; readonly type: ColumnType }): Selected {
  const kind = layerType(type);
  return { name, type: kind, expression: kind === 'number' ? finite(`CAST((${sql}) AS DOUBLE)`) : `CAST((${sql}) AS ${SQL_TYPES[kind]})` };
}
