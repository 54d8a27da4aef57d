/**
 * Files above 64 MiB are known by the list of their chunks, so that they can be hashed side by side
 * and sent in parts that the other side may already hold.
 *
 * A small file could hold the very bytes of such a list, and must not pass for the large one. So a
 * list is digested by SHA-512/256 and everything else by SHA-256: two functions of equal length
 * between which nobody can find a collision.
 */
import { createHash } from 'node:crypto';
import type { Digest } from '../engine/task.ts';

/** Part of the format: another size gives other digests to all large files. */
export const CHUNK_BYTES: number = 64 * 1024 * 1024;

const HEAD = 'mlrecipe chunks 1';
const LINE = /^[0-9a-f]{64}$/;

export interface ChunkList {
  readonly sizeBytes: number;
  /** SHA-256 of each chunk, in order. All but the last are `CHUNK_BYTES` long. */
  readonly chunks: readonly Digest[];
}

export function encodeChunkList({ sizeBytes, chunks }: ChunkList): Uint8Array {
  return Buffer.from(`${[HEAD, sizeBytes, ...chunks].join('\n')}\n`);
}

/** `undefined` for anything that `encodeChunkList` does not write. */
export function decodeChunkList(bytes: Uint8Array, chunkBytes: number = CHUNK_BYTES): ChunkList | undefined {
  const [head, size = '', ...chunks] = Buffer.from(bytes).toString('latin1').split('\n');
  if (head !== HEAD || !/^[1-9]\d{0,15}$/.test(size) || chunks.pop() !== '') return undefined;
  const sizeBytes = Number(size);
  if (chunks.length !== Math.ceil(sizeBytes / chunkBytes) || !chunks.every((line) => LINE.test(line))) return undefined;
  return { sizeBytes, chunks: chunks as Digest[] };
}

/** The digest of the file that the list describes. */
export function digestOfChunkList(list: Uint8Array): Digest {
  return createHash('sha512-256').update(list).digest('hex') as Digest;
}
