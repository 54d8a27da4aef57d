/**
 * The beginning of a large text file as a file of its own, cut behind a whole record, so that a look
 * at a table costs the same however large it is. A small file is taken as it is.
 */
import { closeSync, createReadStream, openSync, readSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import type { Format } from '../../recipe/vocabulary.ts';
import type { DataFile } from '../../steps/ingest/source.ts';
import { problem } from '../../steps/problem.ts';

export interface Bounded {
  readonly file: DataFile;
  readonly isWhole: boolean;
  /** Unpacked. */
  readonly bytes: number;
}

/** `draft` is where a cut copy may be written. */
export async function boundedFile(file: DataFile, format: Exclude<Format, 'parquet'>, draft: string, maxBytes: number): Promise<Bounded> {
  const packed = isGzip(file.path);
  const size = statSync(file.path).size;
  if (!packed && size <= maxBytes) return { file, isWhole: true, bytes: size };
  const head = packed ? await unpackedHead(file.path, maxBytes) : readHead(file.path, maxBytes);
  if (head.isWhole) return { file, isWhole: true, bytes: head.bytes.length };
  const end = recordsEnd(head.bytes, format);
  if (end === 0) throw problem('bad-data-file', `${file.label}: no record ends within its first ${Math.round(maxBytes / 1e6)} MB`);
  const closing = format === 'json' && isArray(head.bytes) ? ']' : '';
  writeFileSync(draft, Buffer.concat([head.bytes.subarray(0, end), Buffer.from(closing)]));
  return { file: { path: draft, label: file.label }, isWhole: false, bytes: end };
}

/** Behind the last record that is whole; 0 when there is none. */
export function recordsEnd(bytes: Uint8Array, format: Exclude<Format, 'parquet'>): number {
  if (format === 'ndjson') return bytes.lastIndexOf(0x0a) + 1;
  return format === 'json' ? lastObjectEnd(bytes) : lastLineEnd(bytes);
}

/** A line break between quotes belongs to a value. */
function lastLineEnd(bytes: Uint8Array): number {
  let isQuoted = false;
  let end = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === 0x22) isQuoted = !isQuoted;
    else if (!isQuoted && (byte === 0x0a || byte === 0x0d)) end = at + 1;
  }
  return end;
}

function lastObjectEnd(bytes: Uint8Array): number {
  const outer = isArray(bytes) ? 1 : 0;
  let depth = 0;
  let end = 0;
  let isQuoted = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (isQuoted) {
      if (byte === 0x5c) at++;
      else if (byte === 0x22) isQuoted = false;
    } else if (byte === 0x22) isQuoted = true;
    else if (byte === 0x7b || byte === 0x5b) depth++;
    else if (byte === 0x7d || byte === 0x5d) {
      depth--;
      if (depth === outer && byte === 0x7d) end = at + 1;
    }
  }
  return end;
}

function isArray(bytes: Uint8Array): boolean {
  return /^\uFEFF?\s*\[/u.test(Buffer.from(bytes.subarray(0, 1024)).toString('utf8'));
}

function isGzip(path: string): boolean {
  const { bytes } = readHead(path, 2);
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

interface Head {
  readonly bytes: Uint8Array;
  readonly isWhole: boolean;
}

function readHead(path: string, maxBytes: number): Head {
  const descriptor = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(maxBytes);
    let filled = 0;
    while (filled < maxBytes) {
      const read = readSync(descriptor, bytes, filled, maxBytes - filled, filled);
      if (read === 0) break;
      filled += read;
    }
    return { bytes: bytes.subarray(0, filled), isWhole: filled < maxBytes };
  } finally {
    closeSync(descriptor);
  }
}

async function unpackedHead(path: string, maxBytes: number): Promise<Head> {
  const source = createReadStream(path);
  const chunks: Buffer[] = [];
  let length = 0;
  const stream = source.pipe(createGunzip());
  source.on('error', (error) => stream.destroy(error));
  try {
    for await (const chunk of stream) {
      chunks.push(chunk as Buffer);
      length += (chunk as Buffer).length;
      if (length > maxBytes) return { bytes: Buffer.concat(chunks).subarray(0, maxBytes), isWhole: false };
    }
    return { bytes: Buffer.concat(chunks), isWhole: true };
  } finally {
    source.destroy();
  }
}

/** Where the n-th cut copy goes. The ending tells the reader nothing, since the format is known. */
export function draftPath(folder: string, index: number): string {
  return join(folder, `head-${index}`);
}
