/** The digest of a file too large for the main thread: in threads, and by its chunks when it has several. */
import type { Digest } from '../engine/task.ts';
import { CHUNK_BYTES, digestOfChunkList, encodeChunkList } from './chunk-list.ts';
import { HashPool } from './hash-pool.ts';

let shared: HashPool | undefined;

/** Resolves when no thread reads the descriptor any more. */
export async function hashLarge(descriptor: number, sizeBytes: number, chunkBytes: number = CHUNK_BYTES): Promise<Digest> {
  shared ??= new HashPool();
  const pool = shared;
  if (sizeBytes <= chunkBytes) return pool.hash({ descriptor, offset: 0, length: chunkBytes });
  const offsets = Array.from({ length: Math.ceil(sizeBytes / chunkBytes) }, (_, index) => index * chunkBytes);
  const parts = offsets.map((offset) => pool.hash({ descriptor, offset, length: Math.min(chunkBytes, sizeBytes - offset) }));
  // All of them, before the caller closes the file under one that still reads.
  await Promise.allSettled(parts);
  return digestOfChunkList(encodeChunkList({ sizeBytes, chunks: await Promise.all(parts) }));
}
