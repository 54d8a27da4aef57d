/**
 * Columns of numbers as base64 of little-endian bytes, in as few bytes as keep every bit: what full trees are made of
 * repeats a lot.
 */
import type { Json, JsonObject } from '../../schema/json.ts';

/** Integers of at least 0, each in 7 bits a byte, the lowest first, the eighth bit saying that more follow (LEB128). */
export function packIntegers(values: Uint32Array): string {
  const bytes = new Uint8Array(5 * values.length);
  let length = 0;
  for (let i = 0; i < values.length; i++) {
    let value = values[i] as number;
    while (value > 127) {
      bytes[length++] = (value & 127) | 128;
      value >>>= 7;
    }
    bytes[length++] = value;
  }
  return toBase64(bytes.subarray(0, length));
}

export function unpackIntegers(json: Json | undefined, name: string): Uint32Array {
  const bytes = fromBase64(json, name);
  let count = 0;
  for (const byte of bytes) if (byte < 128) count++;
  const values = new Uint32Array(count);
  let [at, value, shift] = [0, 0, 0];
  for (const byte of bytes) {
    value += (byte & 127) * 2 ** shift;
    shift += 7;
    if (byte > 127) continue;
    values[at++] = value;
    [value, shift] = [0, 0];
  }
  if (shift !== 0) throw new TypeError(`\`${name}\` of the trees ends within a number`);
  return values;
}

/** Numbers as places in a table where few are different, otherwise as they are, in single precision where that keeps them. */
export function packNumbers(values: Float64Array): JsonObject {
  const table = new Map<number, number>();
  const isSingle = values.every((value) => Object.is(Math.fround(value), value));
  const width = isSingle ? 4 : 8;
  for (let i = 0; i < values.length && table.size <= 65_536; i++) {
    const value = values[i] as number;
    // A map takes −0 and 0 for the same.
    const key = Object.is(value, -0) ? Number.NEGATIVE_INFINITY : value;
    if (!table.has(key)) table.set(key, table.size);
  }
  const indexWidth = table.size <= 256 ? 1 : 2;
  if (table.size > 65_536 || table.size * width + values.length * indexWidth >= values.length * width) {
    return { width, numbers: numbersToBase64(values, width) };
  }
  const own = Float64Array.from(table.keys(), (key) => (key === Number.NEGATIVE_INFINITY ? -0 : key));
  const bytes = new Uint8Array(indexWidth * values.length);
  values.forEach((value, i) => {
    const at = table.get(Object.is(value, -0) ? Number.NEGATIVE_INFINITY : value) as number;
    bytes[indexWidth * i] = at & 255;
    if (indexWidth === 2) bytes[2 * i + 1] = at >> 8;
  });
  return { width, numbers: numbersToBase64(own, width), indexWidth, at: toBase64(bytes) };
}

export function unpackNumbers(json: Json | undefined, name: string): Float64Array {
  const source = (json ?? {}) as JsonObject;
  const own = numbersFromBase64(source['numbers'], name, source['width'] === 4 ? 4 : 8);
  if (source['at'] === undefined) return own;
  const bytes = fromBase64(source['at'], name);
  const width = source['indexWidth'] === 1 ? 1 : 2;
  const values = new Float64Array(bytes.length / width);
  for (let i = 0; i < values.length; i++) {
    const at = width === 1 ? (bytes[i] as number) : (bytes[2 * i] as number) | ((bytes[2 * i + 1] as number) << 8);
    if (at >= own.length) throw new TypeError(`\`${name}\` of the trees name a number that is not there`);
    values[i] = own[at] as number;
  }
  return values;
}

export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}

export function fromBase64(json: Json | undefined, name: string): Uint8Array {
  if (typeof json !== 'string') throw new TypeError(`\`${name}\` of the trees must be base64`);
  return Uint8Array.from(Buffer.from(json, 'base64'));
}

function numbersToBase64(values: Float64Array, width: 4 | 8): string {
  const bytes = new Uint8Array(width * values.length);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < values.length; i++) {
    if (width === 4) view.setFloat32(4 * i, values[i] as number, true);
    else view.setFloat64(8 * i, values[i] as number, true);
  }
  return toBase64(bytes);
}

function numbersFromBase64(json: Json | undefined, name: string, width: 4 | 8): Float64Array {
  const bytes = fromBase64(json, name);
  if (bytes.length % width !== 0) throw new TypeError(`\`${name}\` of the trees must be whole numbers of ${width} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return Float64Array.from({ length: bytes.length / width }, (_, i) =>
    width === 4 ? view.getFloat32(4 * i, true) : view.getFloat64(8 * i, true),
  );
}
