import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sha256Hex } from '../../../src/engine/digest.ts';
import type { Digest } from '../../../src/engine/task.ts';
import { CHUNK_BYTES, decodeChunkList, digestOfChunkList, encodeChunkList } from '../../../src/store/chunk-list.ts';

const list = { sizeBytes: CHUNK_BYTES + 1, chunks: [sha256Hex('a'), sha256Hex('b')] };

test('there and back, for any size', () => {
  const digest = fc.uint8Array({ minLength: 1, maxLength: 4 }).map(sha256Hex);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), fc.infiniteStream(digest), (sizeBytes, digests) => {
      const chunks = [...digests.take(Math.ceil(sizeBytes / 64))] as Digest[];
      expect(decodeChunkList(encodeChunkList({ sizeBytes, chunks }), 64)).toEqual({ sizeBytes, chunks });
    }),
  );
});

// A change of these changes the digests of all large files, so their users run once more: it belongs in the changelog.
test('the format is fixed', () => {
  expect(CHUNK_BYTES).toBe(67_108_864);
  expect(Buffer.from(encodeChunkList(list)).toString()).toBe(`mlrecipe chunks 1\n67108865\n${sha256Hex('a')}\n${sha256Hex('b')}\n`);
  expect(digestOfChunkList(encodeChunkList(list))).toBe('48c9ab0e20ab59db66ebf7cee97e3fe1187c7c905aaa69ecc03b985a6a90e680');
});

test('a small file with the bytes of a list is not the large file', () => {
  expect(digestOfChunkList(encodeChunkList(list))).not.toBe(sha256Hex(encodeChunkList(list)));
});

describe('anything else is refused', () => {
  const text = Buffer.from(encodeChunkList(list)).toString();
  test.each([
    ['an empty text', ''],
    ['another head', text.replace('1', '2')],
    ['a cut', text.slice(0, -1)],
    ['one chunk too few', text.split('\n').toSpliced(2, 1).join('\n')],
    ['one chunk too many', `${text}${sha256Hex('c')}\n`],
    ['a size with a sign', text.replace('67108865', '+67108865')],
    ['a digest in capitals', text.toUpperCase().replace('MLRECIPE CHUNKS', 'mlrecipe chunks')],
  ])('%s', (_what, bad) => expect(decodeChunkList(Buffer.from(bad))).toBeUndefined());
});
