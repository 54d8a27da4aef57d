import { expect, test } from 'vitest';
import { sha256Hex } from '../../../../src/engine/digest.ts';
import type { ActionEntry } from '../../../../src/engine/ports.ts';
import { encodeChecksummed } from '../../../../src/store/checksummed.ts';
import { decodeSharedEntry, encodeSharedEntry } from '../../../../src/store/shared/shared-entry.ts';
import { named } from '../../../support/fake-task.ts';

const key = sha256Hex('k');
const file = { path: 'a.txt', digest: sha256Hex('a'), sizeBytes: 1 };
const entry: ActionEntry = {
  key,
  task: named('train'),
  fields: { implementation: sha256Hex('i'), params: { b: 1, a: 2 }, inputs: [], userCode: [], environment: {}, env: {}, seed: 0 },
  outputs: [{ name: 'a.txt', digest: file.digest, files: [file] }],
  attachments: [],
  result: {},
  startedAt: 1,
  durationMs: 2,
  sequence: 3,
};
const shared = { entry, lists: { [sha256Hex('large')]: sha256Hex('list') } };

test('there and back, signed or not', () => {
  expect(decodeSharedEntry(encodeSharedEntry(shared), key)).toEqual(shared);
  expect(decodeSharedEntry(encodeSharedEntry(shared, 'secret'), key, 'secret')).toEqual(shared);
  expect(decodeSharedEntry(encodeSharedEntry(shared, 'secret'), key)).toEqual(shared);
});

test('an entry of another key, or without the right signature, is none', () => {
  expect(decodeSharedEntry(encodeSharedEntry(shared), sha256Hex('other'))).toBeUndefined();
  expect(decodeSharedEntry(encodeSharedEntry(shared), key, 'secret')).toBeUndefined();
  expect(decodeSharedEntry(encodeSharedEntry(shared, 'other'), key, 'secret')).toBeUndefined();
  const forged = { format: 1, entry: { ...entry, result: 'forged' }, lists: {}, signature: sha256Hex('guess') };
  expect(decodeSharedEntry(encodeChecksummed(forged), key, 'secret')).toBeUndefined();
});

test('every flipped bit is noticed', () => {
  const bytes = encodeSharedEntry(shared, 'secret');
  for (let at = 0; at < bytes.length; at += 7) {
    expect(decodeSharedEntry(bytes.with(at, (bytes[at] ?? 0) ^ 4), key, 'secret')).toBeUndefined();
  }
});

test('paths that lead out are refused', () => {
  const evil = { ...file, path: '../evil' };
  const bytes = encodeSharedEntry({ entry: { ...entry, attachments: [evil] }, lists: {} });
  expect(decodeSharedEntry(bytes, key)).toBeUndefined();
});
