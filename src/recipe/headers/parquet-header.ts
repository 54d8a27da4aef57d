/**
 * Columns of a Parquet file from its footer, which is a Thrift structure in the compact protocol
 * (parquet.thrift, `FileMetaData`). The schema is its second field, so what describes the rows behind
 * it is never looked at.
 */
import type { DataFiles } from '../data-files.ts';
import type { DeclaredKind, Header } from './header.ts';
import { type Fields, ThriftReader } from './thrift-reader.ts';

/** `PAR1`, which also ends the file. */
const MAGIC = 0x31524150;
/** A schema that is larger has tens of thousands of columns. */
const MOST_SCHEMA_BYTES = 4 * 1024 * 1024;

export function parquetHeader(path: string, files: DataFiles): Header | undefined {
  const tail = files.read?.(path, -8, 8);
  if (tail === undefined || tail.bytes.length < 8) return undefined;
  const view = new DataView(tail.bytes.buffer, tail.bytes.byteOffset, 8);
  if (view.getUint32(4, true) !== MAGIC) return undefined;
  const footerBytes = view.getUint32(0, true);
  const from = tail.fileSize - 8 - footerBytes;
  if (from < 4) return undefined;
  const footer = files.read?.(path, from, Math.min(footerBytes, MOST_SCHEMA_BYTES));
  if (footer === undefined) return undefined;
  try {
    return headerOf(new ThriftReader(footer.bytes).fieldsUntil(2)[2]);
  } catch (error) {
    // Bytes that make no sense: the data engine says what is wrong with them.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function headerOf(schema: Fields[number]): Header | undefined {
  if (!Array.isArray(schema)) return undefined;
  const elements = schema as readonly Fields[];
  const declared = new Map<string, DeclaredKind>();
  let index = 1;
  for (let left = childrenOf(elements[0]); left > 0; left--) {
    const element = elements[index];
    if (element === undefined) return undefined;
    declared.set(String(element[4]), kindOf(element));
    index = afterElement(elements, index);
  }
  return { names: [...declared.keys()], isComplete: true, declared };
}

/** The elements are a tree in depth-first order. */
function afterElement(elements: readonly Fields[], index: number): number {
  let next = index + 1;
  let open = childrenOf(elements[index]);
  while (open > 0 && next < elements.length) open += childrenOf(elements[next++]) - 1;
  return next;
}

/** Field numbers of `SchemaElement`: 1 type, 4 name, 5 num_children, 6 converted_type, 10 logicalType. */
function childrenOf(element: Fields | undefined): number {
  return Number(element?.[5] ?? 0);
}

function kindOf(element: Fields): DeclaredKind {
  if (childrenOf(element) > 0) return 'nested';
  const logical = Object.keys((element[10] as Fields | undefined) ?? {}).map(Number)[0];
  const converted = element[6];
  if (logical === 6 || logical === 8 || converted === 6 || converted === 9 || converted === 10) return 'date';
  // A time of day, which is kept as a text.
  if (logical === 7 || converted === 7 || converted === 8) return 'text';
  if (logical === 5 || converted === 5) return 'number';
  switch (element[1]) {
    case 0:
      return 'boolean';
    case 1:
    case 2:
    case 4:
    case 5:
      return 'number';
    case 3:
      return 'date';
    default:
      return 'text';
  }
}
