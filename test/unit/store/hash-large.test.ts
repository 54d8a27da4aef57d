import { closeSync, openSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sha256Hex } from '../../../src/engine/digest.ts';
import type { Digest } from '../../../src/engine/task.ts';
import { CHUNK_BYTES, digestOfChunkList, encodeChunkList } from '../../../src/store/chunk-list.ts';
import { hashLarge } from '../../../src/store/hash-large.ts';
import { HashPool } from '../../../src/store/hash-pool.ts';
import { nodeFileSystem } from '../../../src/store/node-file-system.ts';
import { tempFolder } from '../../support/temp-folder.ts';

/** The same by the definition, without threads. */
function expected(bytes: Buffer, chunkBytes: number): Digest {
  const chunks: Digest[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) chunks.push(sha256Hex(bytes.subarray(at, at + chunkBytes)));
  return digestOfChunkList(encodeChunkList({ sizeBytes: bytes.length, chunks }));
}

async function withFile<T>(bytes: Uint8Array, work: (descriptor: number) => Promise<T>): Promise<T> {
  const path = `${tempFolder()}/a`;
  writeFileSync(path, bytes);
  const descriptor = openSync(path, 'r');
  try {
    return await work(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

const text = Buffer.from(Array.from({ length: 1000 }, (_, index) => index % 251));

test.each([1, 99, 100])('%i bytes in one chunk are digested as they are', async (size) => {
  const bytes = text.subarray(0, size);
  expect(await withFile(bytes, (descriptor) => hashLarge(descriptor, size, 100))).toBe(sha256Hex(bytes));
});

test.each([101, 200, 201, 1000])('%i bytes in several chunks are digested by their list', async (size) => {
  const bytes = text.subarray(0, size);
  expect(await withFile(bytes, (descriptor) => hashLarge(descriptor, size, 100))).toBe(expected(bytes, 100));
});

test('hashFile: up to 64 MiB plain, one byte more by chunks', async () => {
  const path = `${tempFolder()}/a`;
  writeFileSync(path, 'begin');
  truncateSync(path, CHUNK_BYTES);
  const bytes = Buffer.alloc(CHUNK_BYTES + 1);
  bytes.write('begin');
  expect((await nodeFileSystem.hashFile(path)).digest).toBe(sha256Hex(bytes.subarray(0, CHUNK_BYTES)));
  const descriptor = openSync(path, 'r+');
  writeSync(descriptor, Buffer.from([0]), 0, 1, CHUNK_BYTES);
  closeSync(descriptor);
  const { digest, stat } = await nodeFileSystem.hashFile(path);
  expect(digest).toBe(expected(bytes, CHUNK_BYTES));
  expect(stat).toEqual(nodeFileSystem.stat(path));
});

test('more parts than threads, each with its own answer', async () => {
  const pool = new HashPool(2);
  const offsets = Array.from({ length: 50 }, (_, index) => index);
  const digests = await withFile(text, (descriptor) => Promise.all(offsets.map((offset) => pool.hash({ descriptor, offset, length: 10 }))));
  expect(digests).toEqual(offsets.map((offset) => sha256Hex(text.subarray(offset, offset + 10))));
});

test('an error of the system comes back as one, and the thread goes on', async () => {
  const pool = new HashPool(1);
  await expect(pool.hash({ descriptor: 1_000_000, offset: 0, length: 1 })).rejects.toMatchObject({ code: 'EBADF', syscall: 'read' });
  expect(await withFile(text, (descriptor) => pool.hash({ descriptor, offset: 0, length: 10 }))).toBe(sha256Hex(text.subarray(0, 10)));
});
