import { expect, test } from 'vitest';
import { decodeChecksummed, encodeChecksummed } from '../../../src/store/checksummed.ts';

const bytes = encodeChecksummed({ a: 'ä', b: [1] });

test('there and back, also from the middle of a buffer', () => {
  expect(decodeChecksummed(bytes)).toEqual({ a: 'ä', b: [1] });
  expect(decodeChecksummed(Buffer.concat([Buffer.from('xyz'), bytes]).subarray(3))).toEqual({ a: 'ä', b: [1] });
});

test('every flipped bit and every cut is noticed', () => {
  for (let at = 0; at < bytes.length; at++) {
    for (let bit = 0; bit < 8; bit++) expect(decodeChecksummed(bytes.with(at, (bytes[at] ?? 0) ^ (1 << bit)))).toBeUndefined();
    expect(decodeChecksummed(bytes.slice(0, at))).toBeUndefined();
  }
  expect(decodeChecksummed(Buffer.concat([bytes, Buffer.from(' ')]))).toBeUndefined();
});
