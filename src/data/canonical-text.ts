/**
 * One text for a value, whatever its column's type happens to be: the text of class labels and
 * of the keys that place a row in a split. It is part of what a split means: changing it moves rows.
 */
import { type ColumnInfo, columnTypeOf } from './column-type.ts';

/**
 * An SQL expression for the text of `expression`, NULL where it is missing.
 *
 * - a number without a fraction and below 2^53 in size: its decimal digits, `5`, also when the
 *   column holds fractions elsewhere, so that a column that turns from whole to fractional
 *   numbers keeps its old texts;
 * - another number: the shortest decimal that reads back as the same double, as Python's `repr`
 *   writes it: `0.23`, `1e-07`, `1.5e+300`;
 * - a boolean: `true` or `false`;
 * - a date, or a time at midnight: `2024-02-29`; another time in UTC: `2024-02-29 13:05:00`, with
 *   as many digits of the second as it needs;
 * - a text: itself.
 */
export function canonicalText(expression: string, sqlType: ColumnInfo['sqlType']): string {
  switch (columnTypeOf(sqlType)) {
    case 'number':
      return `CASE WHEN ${expression} = trunc(${expression}) AND abs(${expression}) < 9007199254740992 THEN CAST(CAST(${expression} AS BIGINT) AS VARCHAR) ELSE CAST(CAST(${expression} AS DOUBLE) AS VARCHAR) END`;
    case 'timestamp':
      return sqlType === 'DATE'
        ? `CAST(${expression} AS VARCHAR)`
        : `CASE WHEN date_trunc('day', ${expression}) = ${expression} THEN CAST(CAST(${expression} AS DATE) AS VARCHAR) ELSE CAST(${expression} AS VARCHAR) END`;
    default:
      return sqlType === 'VARCHAR' ? expression : `CAST(${expression} AS VARCHAR)`;
  }
}
