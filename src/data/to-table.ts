/**
 * What user functions return, as a `Table`. User code may bring its own copy of the class, so
 * a table is recognised by its shape, and so are a DataFrame of danfojs and a table of apache-arrow.
 */
import { isArrowTable } from './arrow-read.ts';
import { isDanfoFrame } from './danfo.ts';
import { type Column, Table } from './table.ts';

/**
 * A `Table`, an array of rows, an object of columns, a DataFrame of danfojs or a table of apache-arrow;
 * `undefined` for anything else. Throws a RangeError for columns of different lengths.
 */
export function toTable(value: unknown): Table | undefined {
  if (value instanceof Table) return value;
  if (Array.isArray(value)) return value.every(isRecord) ? Table.fromRows(value) : undefined;
  if (!isRecord(value)) return undefined;
  if (isTableShaped(value)) return new Table(value.columns);
  if (isArrowTable(value)) return Table.fromArrow(value);
  if (isDanfoFrame(value)) return Table.fromDanfo(value);
  const columns = Object.entries(value);
  if (columns.length === 0 || !columns.every(([, values]) => Array.isArray(values) || isTypedArray(values))) return undefined;
  return Table.fromColumns(Object.fromEntries(columns) as Record<string, ArrayLike<unknown>>);
}

/** The same values in arrays of their own, so that user code cannot change ours. */
export function copyTable(table: Table): Table {
  return new Table(
    table.columns.map(
      (column): Column =>
        column.type === 'string'
          ? { ...column, data: [...column.data] }
          : { ...column, data: column.data.slice(), ...(column.missing !== undefined && { missing: column.missing.slice() }) },
    ),
  );
}

/** What a value is, in words for a message: `nothing`, `a number`, `an array of numbers`. */
export function describeValue(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : `an array of ${typeof value[0]}s`;
  if (typeof value === 'object') return isTypedArray(value) ? `a ${value.constructor.name}` : 'an object';
  return typeof value === 'function' ? 'a function' : `a ${typeof value}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isTypedArray(value);
}

function isTableShaped(value: object): value is { readonly columns: readonly Column[] } {
  const { columns, rowCount } = value as { readonly columns?: unknown; readonly rowCount?: unknown };
  return (
    typeof rowCount === 'number' &&
    Array.isArray(columns) &&
    columns.every((column: unknown) => isRecord(column) && typeof column['name'] === 'string' && typeof column['type'] === 'string')
  );
}

function isTypedArray(value: unknown): value is Float64Array {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}
