/** How values and bounds of columns become doubles in SQL. */
import type { ColumnInfo } from '../column-type.ts';
import { quoteIdentifier } from '../sql.ts';

/** An expression of the column as a DOUBLE: a timestamp in milliseconds since the epoch. */
export function numericValue({ name, type }: Pick<ColumnInfo, 'name' | 'type'>): string {
  return asNumber(quoteIdentifier(name), type);
}

/** The same of any expression of that type. */
export function asNumber(expression: string, type: ColumnInfo['type']): string {
  return type === 'timestamp' ? `CAST(epoch_ms(${expression}) AS DOUBLE)` : `CAST(${expression} AS DOUBLE)`;
}

/** A literal that is this double and no neighbour of it: a plain one with many digits is read as a decimal first. */
export function exactNumber(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`${value} has no literal`);
  return `CAST('${Object.is(value, -0) ? '-0.0' : String(value)}' AS DOUBLE)`;
}

/** A range over most of what a double holds: the difference of two values overflows, and half of it does not. */
export function isVast({ min, max }: { readonly min: number; readonly max: number }): boolean {
  return max / 2 - min / 2 > Number.MAX_VALUE / 4;
}
