/** Columns as a table of apache-arrow, which is an optional package: it is loaded here and not before. */
import type * as Arrow from 'apache-arrow';
import { type Column, isMissing, type NumericColumn, type StringColumn } from './column.ts';
import { importOptional } from './optional-package.ts';

// biome-ignore lint/suspicious/noTsIgnore: where the package is installed there is no error to expect
/** @ts-ignore: the table of apache-arrow, or `any` where that optional package is not installed. */
export type ArrowTable = import('apache-arrow').Table;

type Api = typeof Arrow;

export async function toArrow(columns: readonly Column[]): Promise<ArrowTable> {
  const arrow = await importOptional<Api>('apache-arrow', 'toArrow', 'install it with `npm install apache-arrow`');
  const fields = columns.map((column) => [column.name, new arrow.Vector([dataOf(arrow, column)])] as const);
  // Every value of ours may be missing, so that two tables of the same columns have the same schema.
  const schema = new arrow.Schema(fields.map(([name, { type }]) => new arrow.Field(name, type, true)));
  const rows = arrow.makeData({
    type: new arrow.Struct(schema.fields),
    length: columns[0]?.data.length ?? 0,
    nullCount: 0,
    children: fields.map(([, vector]) => vector.data[0] as Arrow.Data),
  });
  return new arrow.Table(schema, [new arrow.RecordBatch(schema, rows)]);
}

function dataOf(arrow: Api, column: Column): Arrow.Data {
  const { data } = column;
  const length = data.length;
  const nulls = column.type === 'string' ? (row: number) => column.data[row] === null : (row: number) => isMissing(column, row);
  const { nullBitmap, nullCount } = validity(length, nulls);
  const shared = { length, nullCount, ...(nullCount > 0 && { nullBitmap }) };
  switch (column.type) {
    case 'string':
      return arrow.makeData({ type: new arrow.Utf8(), ...shared, ...utf8(column) });
    case 'boolean':
      return arrow.makeData({ type: new arrow.Bool(), ...shared, data: bits(length, (row) => column.data[row] === 1) });
    case 'integer':
      // A whole number beyond 2^53 is a size and no count; not all of them fit into 64 bits.
      if (column.data.some((value, row) => !isMissing(column, row) && !Number.isSafeInteger(value))) break;
      return arrow.makeData({ type: new arrow.Int64(), ...shared, data: bigIntegers(column, 1) });
    case 'timestamp':
      return arrow.makeData({
        type: new arrow.Timestamp(arrow.TimeUnit.MICROSECOND, column.zone ?? 'UTC'),
        ...shared,
        data: bigIntegers(column, 1000),
      });
    default:
  }
  return arrow.makeData({ type: new arrow.Float64(), ...shared, data: column.data.slice() });
}

/** Arrow's bitmap: 1 where a value is present. */
function validity(length: number, isNull: (row: number) => boolean): { readonly nullBitmap: Uint8Array; readonly nullCount: number } {
  let nullCount = 0;
  const nullBitmap = bits(length, (row) => {
    const absent = isNull(row);
    if (absent) nullCount++;
    return !absent;
  });
  return { nullBitmap, nullCount };
}

function bits(length: number, isSet: (row: number) => boolean): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(length / 8));
  for (let row = 0; row < length; row++) if (isSet(row)) bytes[row >> 3] = (bytes[row >> 3] as number) | (1 << (row & 7));
  return bytes;
}

function bigIntegers(column: NumericColumn, factor: number): BigInt64Array {
  return BigInt64Array.from(column.data, (value, row) => (isMissing(column, row) ? 0n : BigInt(Math.round(value * factor))));
}

function utf8({ data }: StringColumn): { readonly valueOffsets: Int32Array; readonly data: Uint8Array } {
  const encoder = new TextEncoder();
  const pieces = data.map((text) => encoder.encode(text ?? ''));
  const valueOffsets = new Int32Array(data.length + 1);
  pieces.forEach((piece, row) => {
    valueOffsets[row + 1] = (valueOffsets[row] as number) + piece.length;
  });
  const bytes = new Uint8Array(valueOffsets[data.length] as number);
  pieces.forEach((piece, row) => {
    bytes.set(piece, valueOffsets[row]);
  });
  return { valueOffsets, data: bytes };
}
