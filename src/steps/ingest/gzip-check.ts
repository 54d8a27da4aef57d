/**
 * Files that are packed with gzip, unpacked once from end to end before they are read: the data engine
 * looks at no checksum, and takes some files that were cut off for shorter ones.
 */
import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { problem } from '../problem.ts';
import type { DataFile } from './source.ts';

export async function checkPacked(files: readonly DataFile[]): Promise<void> {
  for (const file of files) {
    if (!isGzip(file.path)) continue;
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    try {
      await pipeline(createReadStream(file.path, { highWaterMark: 1024 * 1024 }), createGunzip({ chunkSize: 256 * 1024 }), nowhere);
    } catch (error) {
      throw damagedGzip(file, error);
    }
  }
}

export function damagedGzip(file: DataFile, error: unknown): Error {
  const { code, message } = error as NodeJS.ErrnoException;
  const what = code === 'Z_BUF_ERROR' ? 'its end is missing' : message;
  return problem('bad-data-file', `${file.label} is packed with gzip and damaged: ${what}`, 'copy or download it again');
}

export function hasGzipMark(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function isGzip(path: string): boolean {
  const descriptor = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(2);
    readSync(descriptor, bytes, 0, 2, 0);
    return hasGzipMark(bytes);
  } finally {
    closeSync(descriptor);
  }
}
