/**
 * Between the types of the data engine and the five of `Table`. The declared type of a column
 * decides, never a look at its values.
 */
import type { DataEngine } from './engine.ts';
import { quoteIdentifier } from './sql.ts';
import type { ColumnType } from './table.ts';

export interface ColumnInfo {
  readonly name: string;
  readonly type: ColumnType;
  /** As the engine calls it, such as `DECIMAL(10,2)`. */
  readonly sqlType: string;
}

const INTEGERS: ReadonlySet<string> = new Set([
  'TINYINT',
  'SMALLINT',
  'INTEGER',
  'BIGINT',
  'UTINYINT',
  'USMALLINT',
  'UINTEGER',
  'UBIGINT',
  'HUGEINT',
  'UHUGEINT',
]);

export function columnTypeOf(sqlType: string): ColumnType {
  if (INTEGERS.has(sqlType)) return 'integer';
  if (sqlType === 'FLOAT' || sqlType === 'DOUBLE' || (sqlType.startsWith('DECIMAL') && !sqlType.endsWith(']'))) return 'number';
  if (sqlType === 'BOOLEAN') return 'boolean';
  if (sqlType === 'DATE' || (sqlType.startsWith('TIMESTAMP') && !sqlType.endsWith(']'))) return 'timestamp';
  return 'string';
}

/** The columns of what may stand after FROM, in order. */
export async function describeColumns(engine: DataEngine, relation: string): Promise<readonly ColumnInfo[]> {
  const rows = await engine.query(`DESCRIBE SELECT * FROM ${relation}`);
  return rows.map((row) => {
    const sqlType = String(row['column_type']);
    return { name: String(row['column_name']), type: columnTypeOf(sqlType), sqlType };
  });
}

/** A date that JavaScript can hold, and that is not infinite. `DATE` and `TIMESTAMP` of the engine reach further. */
export function isStorable({ name, sqlType }: Pick<ColumnInfo, 'name' | 'sqlType'>): string {
  const column = quoteIdentifier(name);
  const [least, most] =
    sqlType === 'DATE' ? ["DATE '-9999-01-01'", "DATE '275760-09-12'"] : ["TIMESTAMP '-9999-01-01'", "TIMESTAMP '275760-09-12'"];
  return `(${sqlType === 'DATE' ? column : `CAST(${column} AS TIMESTAMP)`} BETWEEN ${least} AND ${most})`;
}

/** An expression of the column in one of the few types that we store: BIGINT, DOUBLE, BOOLEAN, DATE, TIMESTAMP or VARCHAR. */
export function storedExpression({ name, type, sqlType }: ColumnInfo): string {
  const column = quoteIdentifier(name);
  switch (type) {
    case 'boolean':
      return column;
    case 'integer':
      // Beyond 64 bits a number is a quantity, not a count: DOUBLE holds its size.
      return sqlType === 'BIGINT'
        ? column
        : /^U?HUGEINT$|^UBIGINT$/u.test(sqlType)
          ? `CAST(${column} AS DOUBLE)`
          : `CAST(${column} AS BIGINT)`;
    case 'number': {
      const value = sqlType === 'DOUBLE' ? column : `CAST(${column} AS DOUBLE)`;
      return `CASE WHEN isfinite(${value}) THEN ${value} END`;
    }
    case 'timestamp': {
      const value = sqlType === 'DATE' || sqlType === 'TIMESTAMP' ? column : `CAST(${column} AS TIMESTAMP)`;
      return `CASE WHEN ${isStorable({ name, sqlType })} THEN ${value} END`;
    }
    default:
      return sqlType === 'VARCHAR' ? column : `CAST(${column} AS VARCHAR)`;
  }
}
