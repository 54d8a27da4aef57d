/**
 * DuckDB's result chunks as columns of a `Table`. Plain doubles and small integers are copied
 * as blocks; everything else goes value by value.
 */
import type { DuckDBMaterializedResult, DuckDBTypeId, DuckDBValue, DuckDBVector } from '@duckdb/node-api';
import { type Column, type NumericColumn, Table } from './table.ts';

type TypeIds = typeof DuckDBTypeId;

export async function readTable(result: DuckDBMaterializedResult, ids: TypeIds): Promise<Table> {
  const chunks = await result.fetchAllChunks();
  let rowCount = 0;
  for (const chunk of chunks) rowCount += chunk.rowCount;
  const columns: Column[] = [];
  for (let index = 0; index < result.columnCount; index++) {
    const vectors = chunks.filter((chunk) => chunk.rowCount > 0).map((chunk) => chunk.getColumnVector(index));
    columns.push(readColumn(result.columnName(index), result.columnTypeId(index), vectors, rowCount, ids));
  }
  return new Table(columns);
}

function readColumn(name: string, id: DuckDBTypeId, vectors: readonly DuckDBVector[], rowCount: number, ids: TypeIds): Column {
  switch (id) {
    case ids.DOUBLE:
    case ids.FLOAT:
      return numbers(name, 'number', vectors, rowCount, Number, true);
    case ids.DECIMAL:
      return numbers(name, 'number', vectors, rowCount, (value) => (value as unknown as { toDouble(): number }).toDouble());
    case ids.TINYINT:
    case ids.SMALLINT:
    case ids.INTEGER:
    case ids.UTINYINT:
    case ids.USMALLINT:
    case ids.UINTEGER:
      return numbers(name, 'integer', vectors, rowCount, Number, true);
    case ids.BIGINT:
    case ids.UBIGINT:
    case ids.HUGEINT:
    case ids.UHUGEINT:
      // One number that a double cannot hold makes the column text: a wrong digit in an id is worse than a text.
      return bigIntegersAreSafe(vectors) ? numbers(name, 'integer', vectors, rowCount, Number) : texts(name, vectors);
    case ids.BOOLEAN:
      return numbers(name, 'boolean', vectors, rowCount, (value) => (value === true ? 1 : 0));
    case ids.DATE:
      return numbers(name, 'timestamp', vectors, rowCount, (value) => (value as unknown as { days: number }).days * 86_400_000);
    case ids.TIMESTAMP:
    case ids.TIMESTAMP_TZ:
      return numbers(name, 'timestamp', vectors, rowCount, (value) => Number((value as unknown as { micros: bigint }).micros) / 1000);
    case ids.TIMESTAMP_S:
      return numbers(name, 'timestamp', vectors, rowCount, (value) => Number((value as unknown as { seconds: bigint }).seconds) * 1000);
    case ids.TIMESTAMP_MS:
      return numbers(name, 'timestamp', vectors, rowCount, (value) => Number((value as unknown as { millis: bigint }).millis));
    case ids.TIMESTAMP_NS:
      return numbers(name, 'timestamp', vectors, rowCount, (value) => Number((value as unknown as { nanos: bigint }).nanos) / 1_000_000);
    default:
      return texts(name, vectors);
  }
}

function numbers(
  name: string,
  type: NumericColumn['type'],
  vectors: readonly DuckDBVector[],
  rowCount: number,
  convert: (value: NonNullable<DuckDBValue>) => number,
  isPlain = false,
): NumericColumn {
  const data = new Float64Array(rowCount);
  let missing: Uint8Array | undefined;
  let offset = 0;
  for (const vector of vectors) {
    const block = isPlain ? plainBlock(vector) : undefined;
    if (block !== undefined) data.set(block, offset);
    for (let item = 0; item < vector.itemCount; item++) {
      const row = offset + item;
      if (block === undefined) {
        const value = vector.getItem(item);
        data[row] = value === null ? Number.NaN : convert(value);
      }
      // NaN and the infinities are missing values here: no reader can do arithmetic with them.
      if (!Number.isFinite(data[row])) {
        missing ??= new Uint8Array(rowCount);
        missing[row] = 1;
        data[row] = Number.NaN;
      }
    }
    offset += vector.itemCount;
  }
  return missing === undefined ? { name, type, data } : { name, type, data, missing };
}

/**
 * The block of numbers behind a vector without missing values, when the binding shows it. Only
 * speed depends on this: without it every value goes through `getItem`.
 */
function plainBlock(vector: DuckDBVector): Float64Array | Float32Array | Int32Array | undefined {
  const { items, validity } = vector as unknown as { readonly items?: unknown; readonly validity?: { readonly data?: unknown } };
  if (validity?.data !== null) return undefined;
  return items instanceof Float64Array || items instanceof Float32Array || items instanceof Int32Array ? items : undefined;
}

function bigIntegersAreSafe(vectors: readonly DuckDBVector[]): boolean {
  for (const vector of vectors) {
    for (let item = 0; item < vector.itemCount; item++) {
      const value = vector.getItem(item);
      if (value !== null && !Number.isSafeInteger(Number(value))) return false;
    }
  }
  return true;
}

function texts(name: string, vectors: readonly DuckDBVector[]): Column {
  const data: (string | null)[] = [];
  for (const vector of vectors) {
    for (let item = 0; item < vector.itemCount; item++) {
      const value = vector.getItem(item);
      data.push(value === null ? null : String(value));
    }
  }
  return { name, type: 'string', data };
}
