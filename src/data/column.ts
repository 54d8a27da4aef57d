/**
 * The columns of a `Table`: typed arrays or lists of strings, and how a value is read from one.
 * A column is never changed in place.
 */
export type ColumnType = 'number' | 'integer' | 'boolean' | 'string' | 'timestamp';
export type Value = number | boolean | string | Date | null;

export interface NumericColumn {
  readonly name: string;
  /** `boolean` holds 0 and 1, `timestamp` milliseconds since the epoch in UTC. */
  readonly type: 'number' | 'integer' | 'boolean' | 'timestamp';
  /** NaN is a missing value. */
  readonly data: Float64Array;
  /** 1 where the value is missing; absent when none is. `data` holds NaN there. */
  readonly missing?: Uint8Array;
  /**
   * For a `timestamp`, the IANA name of the time zone on whose clock people read it, such as
   * `Europe/Brussels`. The instants are UTC with or without it.
   */
  readonly zone?: string;
}
export interface StringColumn {
  readonly name: string;
  readonly type: 'string';
  readonly data: readonly (string | null)[];
}
export type Column = NumericColumn | StringColumn;

/** The value in a row; `null` where it is missing. */
export function valueAt(column: Column, row: number): Value {
  if (column.type === 'string') return column.data[row] ?? null;
  const value = column.data[row];
  if (value === undefined || isMissing(column, row)) return null;
  if (column.type === 'boolean') return value === 1;
  return column.type === 'timestamp' ? new Date(value) : value;
}

export function isMissing(column: NumericColumn, row: number): boolean {
  return (column.missing?.[row] ?? 0) === 1 || Number.isNaN(column.data[row]);
}

/** The values at these positions, in this order. */
export function takeColumn(column: Column, positions: ArrayLike<number>): Column {
  const rows = Array.from(positions);
  if (column.type === 'string') return { ...column, data: rows.map((row) => column.data[row] ?? null) };
  const data = Float64Array.from(rows, (row) => column.data[row] ?? Number.NaN);
  const { missing } = column;
  return missing === undefined ? { ...column, data } : { ...column, data, missing: Uint8Array.from(rows, (row) => missing[row] ?? 1) };
}
