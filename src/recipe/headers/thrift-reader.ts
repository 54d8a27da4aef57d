/**
 * Reads Thrift's compact protocol (thrift-compact-protocol.md): what Parquet writes its footers in.
 * Throws a `RangeError` when the bytes end early or make no sense.
 */

/** Field number → value. Texts are read as UTF-8, 64-bit integers as doubles. */
export interface Fields {
  readonly [field: number]: FieldValue;
}
export type FieldValue = undefined | boolean | number | string | readonly FieldValue[] | Fields;

/** Structures deeper than this are no schema. */
const MOST_LEVELS = 64;

export class ThriftReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  #level = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The fields of the structure that begins here, up to and including one of this number. */
  fieldsUntil(last: number): Fields {
    this.#enter();
    const fields: Record<number, FieldValue> = {};
    for (let field = 0; field < last; ) {
      const byte = this.#byte();
      if (byte === 0) break;
      const delta = byte >> 4;
      field = delta === 0 ? this.#zigzag() : field + delta;
      fields[field] = this.#value(byte & 0x0f);
    }
    this.#level--;
    return fields;
  }

  #value(type: number): FieldValue {
    switch (type) {
      case 1:
        return true;
      case 2:
        return false;
      case 3:
        return this.#byte();
      case 4:
      case 5:
      case 6:
        return this.#zigzag();
      case 7:
        this.#skip(8);
        return undefined;
      case 8:
        return this.#text();
      case 9:
      case 10:
        return this.#list();
      case 12:
        return this.fieldsUntil(Number.POSITIVE_INFINITY);
      default:
        throw new RangeError(`a field of type ${type}`);
    }
  }

  #list(): readonly FieldValue[] {
    this.#enter();
    const byte = this.#byte();
    const size = byte >> 4 === 15 ? this.#varint() : byte >> 4;
    // Each item takes a byte at least, so a wrong size cannot ask for endless memory.
    if (size > this.#bytes.length - this.#at) throw new RangeError('a list that is longer than the file');
    const type = byte & 0x0f;
    // Booleans within a list are bytes of their own.
    const items = Array.from({ length: size }, () => (type === 1 || type === 2 ? this.#byte() === 1 : this.#value(type)));
    this.#level--;
    return items;
  }

  #enter(): void {
    if (++this.#level > MOST_LEVELS) throw new RangeError('a structure that is nested too deep');
  }

  #text(): string {
    const length = this.#varint();
    const start = this.#at;
    this.#skip(length);
    return new TextDecoder('utf-8').decode(this.#bytes.subarray(start, this.#at));
  }

  #zigzag(): number {
    const value = this.#varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  #varint(): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.#byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError('a number that does not end');
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new RangeError('the bytes end early');
    return byte;
  }

  #skip(length: number): void {
    this.#at += length;
    if (this.#at > this.#bytes.length) throw new RangeError('the bytes end early');
  }
}
