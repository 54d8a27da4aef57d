/**
 * The columns of a table of apache-arrow. Nothing is imported: a table is known by its shape, so it
 * may come from any version or copy of the package. A type without a place in a `Table` is refused.
 */
import type { Column, NumericColumn } from './column.ts';
import { columnOfValues } from './column-of-values.ts';

/** What we read of a table of apache-arrow. */
export interface ArrowLike {
  readonly numRows: number;
  readonly schema: { readonly fields: readonly { readonly name: string; readonly type: ArrowType }[] };
  getChildAt(index: number): ArrowVector | null;
}

interface ArrowType {
  readonly typeId: number;
}

interface ArrowVector {
  readonly length: number;
  get(row: number): unknown;
}

/** `typeId` of Arrow's types: fixed numbers of its format. */
const TYPE = {
  null: 1,
  int: 2,
  float: 3,
  utf8: 5,
  bool: 6,
  decimal: 7,
  date: 8,
  timestamp: 10,
  largeUtf8: 20,
  utf8View: 24,
  dictionary: -1,
};

export function isArrowTable(value: object): value is ArrowLike {
  const { numRows, schema, getChildAt } = value as Partial<ArrowLike>;
  return typeof numRows === 'number' && typeof getChildAt === 'function' && Array.isArray(schema?.fields);
}

export function columnsOfArrow(table: ArrowLike): readonly Column[] {
  if (!isArrowTable(table)) throw new TypeError('`fromArrow` needs a table of apache-arrow');
  return table.schema.fields.map(({ name, type }, index) => {
    const vector = table.getChildAt(index);
    return columnOf(
      name,
      type,
      Array.from({ length: table.numRows }, (_, row) => vector?.get(row) ?? null),
    );
  });
}

function columnOf(name: string, type: ArrowType, values: readonly unknown[]): Column {
  switch (type.typeId) {
    case TYPE.dictionary:
      return columnOf(name, (type as unknown as { readonly dictionary: ArrowType }).dictionary, values);
    case TYPE.int:
      // Integers of 64 bits are bigints; they become text when a double cannot hold one of them.
      return values.every((value) => value === null || Number.isSafeInteger(Number(value)))
        ? numeric(name, 'integer', values, Number)
        : columnOfValues(name, values);
    case TYPE.float:
      return numeric(name, 'number', values, Number);
    case TYPE.decimal:
      return numeric(name, 'number', values, decimalReader(type));
    case TYPE.bool:
      return numeric(name, 'boolean', values, (value) => (value === true ? 1 : 0));
    case TYPE.date:
    case TYPE.timestamp: {
      const { timezone } = type as { readonly timezone?: string | null };
      const column = numeric(name, 'timestamp', values, Number);
      return typeof timezone === 'string' && timezone !== 'UTC' ? { ...column, zone: timezone } : column;
    }
    case TYPE.null:
    case TYPE.utf8:
    case TYPE.largeUtf8:
    case TYPE.utf8View:
      return { name, type: 'string', data: values as readonly (string | null)[] };
    default:
      throw new RangeError(
        `column \`${name}\` is ${String(type)} in Arrow, which has no place in a Table; make it numbers, texts or timestamps`,
      );
  }
}

function numeric(name: string, type: NumericColumn['type'], values: readonly unknown[], number: (value: unknown) => number): NumericColumn {
  const data = Float64Array.from(values, (value) => (value === null ? Number.NaN : number(value)));
  const missing = Uint8Array.from(data, (value) => (Number.isNaN(value) ? 1 : 0));
  return missing.includes(1) ? { name, type, data, missing } : { name, type, data };
}

/** A decimal is a whole number in two's complement, as words of 32 bits, lowest first. */
function decimalReader(type: ArrowType): (value: unknown) => number {
  const { scale } = type as unknown as { readonly scale: number };
  return (value) => {
    const words = value as Uint32Array;
    const whole = words.reduceRight((sum, word) => (sum << 32n) | BigInt(word), 0n);
    const signed = BigInt.asIntN(words.length * 32, whole);
    return Number(`${signed}e${-scale}`);
  };
}
