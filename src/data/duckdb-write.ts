/**
 * A `Table` as a temporary table of a DuckDB connection, chunk by chunk.
 */
import type { DuckDBConnection, DuckDBType, DuckDBValue } from '@duckdb/node-api';
import { quoteIdentifier } from './sql.ts';
import type { Column, Table } from './table.ts';

type Api = typeof import('@duckdb/node-api');

/** Rows in a chunk: DuckDB's vector size. */
const CHUNK = 2048;

/** Create (or replace) the temporary table `name` with the rows of `table`, in order. */
export async function writeTemporaryTable(api: Api, connection: DuckDBConnection, name: string, table: Table): Promise<void> {
  const types = table.columns.map((column) => typeOf(api, column));
  const columns = table.columns.map((column, index) => `${quoteIdentifier(column.name)} ${String(types[index])}`);
  await connection.run(`CREATE OR REPLACE TEMPORARY TABLE ${quoteIdentifier(name)} (${columns.join(', ')})`);
  const appender = await connection.createAppender(name, 'main', 'temp');
  for (let start = 0; start < table.rowCount; start += CHUNK) {
    const size = Math.min(CHUNK, table.rowCount - start);
    const chunk = api.DuckDBDataChunk.create(types, size);
    table.columns.forEach((column, index) => {
      chunk.setColumnValues(index, valuesOf(api, column, types[index] === api.BIGINT, start, size));
    });
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

function typeOf(api: Api, column: Column): DuckDBType {
  switch (column.type) {
    case 'number':
      return api.DOUBLE;
    case 'integer':
      // A whole number beyond 2^53 is a size and no count; not all of them fit into 64 bits.
      return column.data.every((value) => Number.isNaN(value) || Number.isSafeInteger(value)) ? api.BIGINT : api.DOUBLE;
    case 'boolean':
      return api.BOOLEAN;
    case 'timestamp':
      return api.TIMESTAMP;
    default:
      return api.VARCHAR;
  }
}

function valuesOf(api: Api, column: Column, isBigInt: boolean, start: number, size: number): DuckDBValue[] {
  const values: DuckDBValue[] = [];
  for (let row = start; row < start + size; row++) values.push(cellValue(api, column, isBigInt, row));
  return values;
}

function cellValue(api: Api, column: Column, isBigInt: boolean, row: number): DuckDBValue {
  if (column.type === 'string') return column.data[row] ?? null;
  const value = column.data[row];
  if (value === undefined || !Number.isFinite(value) || (column.missing?.[row] ?? 0) === 1) return null;
  switch (column.type) {
    case 'integer':
      return isBigInt ? BigInt(value) : value;
    case 'boolean':
      return value !== 0;
    case 'timestamp':
      return new api.DuckDBTimestampValue(BigInt(Math.round(value * 1000)));
    default:
      return value;
  }
}
