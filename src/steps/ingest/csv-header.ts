/**
 * The first record of a CSV file, read here and not by the data engine: the engine renames
 * duplicate columns without a word and guesses what it is not told.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { constants, gunzipSync } from 'node:zlib';
import { problem } from '../problem.ts';
import { refuseForeign } from './file-kind.ts';
import { damagedGzip, hasGzipMark } from './gzip-check.ts';
import type { DataFile } from './source.ts';

/** No header line is longer than this. */
const HEAD_BYTES = 4 * 1024 * 1024;

export interface Head {
  readonly text: string;
  readonly isGzip: boolean;
  /** The text is all of the file, or of what a gzip file of this length holds. */
  readonly isWhole: boolean;
  /** Some bytes are no UTF-8; `text` has replacement characters there. */
  readonly hasForeignBytes: boolean;
}

/** The beginning of a text file, unpacked when it is gzip. */
export function readHead(file: DataFile, maxBytes: number = HEAD_BYTES): Head {
  const bytes = Buffer.alloc(maxBytes);
  const descriptor = openSync(file.path, 'r');
  let length = 0;
  try {
    length = readSync(descriptor, bytes, 0, maxBytes, 0);
  } finally {
    closeSync(descriptor);
  }
  const raw = bytes.subarray(0, length);
  const isGzip = hasGzipMark(raw);
  const plain = isGzip ? unpacked(file, raw, length < maxBytes) : raw;
  refuseForeign(file, plain);
  if (plain.subarray(0, 1024).includes(0)) {
    throw problem('bad-data-file', `${file.label} is not a text file in UTF-8`, 'save it as UTF-8, or name the right format');
  }
  return { text: new TextDecoder('utf-8').decode(plain), isGzip, isWhole: length < maxBytes, hasForeignBytes: !isUtf8(plain) };
}

/** What is here as a whole is checked as a whole; for longer files there is `checkPacked`. */
function unpacked(file: DataFile, raw: Uint8Array, isWhole: boolean): Uint8Array {
  try {
    return isWhole ? gunzipSync(raw) : gunzipSync(raw, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch (error) {
    throw damagedGzip(file, error);
  }
}

/** The last character may be cut. */
function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** The fields of the first record; `undefined` when the file holds no record. */
export function firstRecord(text: string, delimiter: string): readonly string[] | undefined {
  const fields: string[] = [];
  let field = '';
  let quoted = false;
  let position = 0;
  while (/[\r\n]/u.test(text[position] ?? '')) position++;
  if (position >= text.length) return undefined;
  for (; position < text.length; position++) {
    const character = text[position] as string;
    if (quoted) {
      if (character !== '"') field += character;
      else if (text[position + 1] === '"') {
        field += '"';
        position++;
      } else quoted = false;
    } else if (character === '"' && field === '') quoted = true;
    else if (character === delimiter) {
      fields.push(field);
      field = '';
    } else if (character === '\n' || character === '\r') break;
    else field += character;
  }
  fields.push(field);
  return fields;
}

/** Where the first record ends, or that it does not: inside quotes, or beyond what was read. */
function endOfRecord(text: string, isWhole: boolean): 'closed' | 'in-quotes' | 'too-long' {
  let quoted = false;
  for (let position = /^[\r\n]*/u.exec(text)?.[0].length ?? 0; position < text.length; position++) {
    const character = text[position];
    if (character === '"') quoted = !quoted;
    else if (!quoted && (character === '\n' || character === '\r')) return 'closed';
  }
  if (!isWhole) return 'too-long';
  return quoted ? 'in-quotes' : 'closed';
}

/** The names of the columns, or the diagnostic that says why there are none. Names are trimmed; empty ones become `unnamed_N`. */
export function columnNames(file: DataFile, head: Head, delimiter: string, hasHeader: boolean): readonly string[] {
  const record = firstRecord(head.text, delimiter);
  if (record === undefined || (head.isWhole && head.text.trim() === '')) throw problem('empty-data', `${file.label} is empty`);
  const end = endOfRecord(head.text, head.isWhole);
  if (end === 'too-long')
    throw problem(
      'bad-data-file',
      `${file.label}:1: the first line has more than 4 MiB and no end`,
      'is the file a table with one row a line?',
    );
  if (end === 'in-quotes')
    throw problem('bad-data-file', `${file.label}:1: a quote is opened in the first line and not closed`, 'correct the line');
  if (head.hasForeignBytes && record.some((field) => field.includes('\uFFFD')))
    throw problem('bad-data-file', `${file.label}:1: the line is not in UTF-8`, 'save the file as UTF-8');
  if (!hasHeader) return record.map((_, index) => `column${index}`);
  const names = record.map((name, index) => name.trim() || `unnamed_${index + 1}`);
  const seen = new Map<string, { readonly name: string; readonly column: number }>();
  names.forEach((name, index) => {
    // The data engine does not tell `Price` from `price`.
    const first = seen.get(name.toLowerCase());
    if (first !== undefined) {
      const what =
        first.name === name ? `column \`${name}\` occurs twice` : `columns \`${first.name}\` and \`${name}\` differ in case only`;
      throw problem('bad-data-file', `${file.label}:1: ${what}, as columns ${first.column} and ${index + 1}`, 'rename one of them');
    }
    seen.set(name.toLowerCase(), { name, column: index + 1 });
  });
  return names;
}
