/**
 * Columns as numbers for statistics that need all rows at once: numbers as they are, texts and booleans as
 * the position among their most frequent values, so that no text of a user reaches JavaScript.
 */
import { canonicalText } from '../canonical-text.ts';
import type { ColumnInfo } from '../column-type.ts';
import type { DataEngine } from '../engine.ts';
import { list, quoteIdentifier, quoteText } from '../sql.ts';
import type { NumericColumn } from '../table.ts';
import { batches } from './batches.ts';
import { numericValue } from './numeric-value.ts';
import { hasRange } from './summary.ts';

/** A column and, unless it holds numbers, its most frequent values. */
export interface Codable extends ColumnInfo {
  readonly levels?: readonly string[];
}

export interface CodedColumn {
  readonly name: string;
  /** NaN where the value is missing. */
  readonly values: Float64Array;
  /** How many codes there are: one for each level and the last for all others. Absent for numbers. */
  readonly codes?: number;
}

/** How many rows of so many columns are held at a time: at most 5 million values. */
export function heldRows(columns: number): number {
  return Math.min(MOST_ROWS, Math.max(FEWEST_ROWS, Math.floor(VALUES / Math.max(1, columns))));
}

const VALUES = 5_000_000;
const MOST_ROWS = 50_000;
const FEWEST_ROWS = 5_000;

/** The columns of what may stand after FROM, in its order of rows. */
export async function readCoded(engine: DataEngine, relation: string, columns: readonly Codable[]): Promise<readonly CodedColumn[]> {
  const read: CodedColumn[] = [];
  for (const batch of batches(columns, 1)) {
    const expressions = batch.map((column, index) => `${isNumeric(column) ? numericValue(column) : codeOf(column)} AS v${index}`);
    const table = await engine.table(`SELECT ${list(expressions)} FROM ${relation}`);
    for (const [index, column] of batch.entries()) {
      const { data } = table.column(`v${index}`) as NumericColumn;
      read.push({ name: column.name, values: data, ...(!isNumeric(column) && { codes: (column.levels ?? []).length + 1 }) });
    }
  }
  return read;
}

function isNumeric(column: Codable): boolean {
  return hasRange(column);
}

function codeOf({ name, sqlType, levels = [] }: Codable): string {
  const column = quoteIdentifier(name);
  const known = `list_position(CAST([${list(levels.map(quoteText))}] AS VARCHAR[]), ${canonicalText(column, sqlType)})`;
  return `CASE WHEN ${column} IS NOT NULL THEN CAST(coalesce(nullif(${known}, 0) - 1, ${levels.length}) AS DOUBLE) END`;
}
