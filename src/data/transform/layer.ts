/** A query between two operations, and the columns that it has. */
import { canonicalText } from '../canonical-text.ts';
import { list, quoteIdentifier, quoteText } from '../sql.ts';
import type { ColumnType } from '../table.ts';

/** A column between two operations. */
export interface LayerColumn {
  readonly name: string;
  /** `number` covers integers; `category` is a code with its texts. */
  readonly type: 'number' | 'boolean' | 'string' | 'timestamp' | 'category';
  readonly labels?: readonly string[];
}

export interface Layer {
  readonly sql: string;
  readonly columns: readonly LayerColumn[];
  /** Columns that every layer passes on unseen, in quotes. */
  readonly carried: readonly string[];
}

/** A column of a layer that is being made. */
export interface Selected extends LayerColumn {
  readonly expression: string;
}

export const SQL_TYPES = { number: 'DOUBLE', boolean: 'BOOLEAN', string: 'VARCHAR', timestamp: 'TIMESTAMP', category: 'INTEGER' } as const;

export function unchanged(column: LayerColumn): Selected {
  return { ...column, expression: quoteIdentifier(column.name) };
}

export function layerType(type: ColumnType): LayerColumn['type'] {
  return type === 'integer' ? 'number' : type;
}

/** An SQL expression for the text of a column, as its levels are written. */
export function textOf({ name, type }: LayerColumn): string {
  return canonicalText(quoteIdentifier(name), SQL_TYPES[type]);
}

/** The SQL expression of a category's code, NULL when the text is none of the levels. */
export function codeOf(text: string, levels: readonly string[]): string {
  return levels.length === 0 ? 'NULL::INTEGER' : `CAST(enum_code(TRY_CAST(${text} AS ENUM(${list(levels.map(quoteText))}))) AS INTEGER)`;
}

/** NULL instead of NaN and the infinities. */
export function finite(value: string): string {
  return `CASE WHEN isfinite(${value}) THEN ${value} END`;
}
