import { expect, test } from 'vitest';
import { asDigest, asTaskName, folderDigest, sha256Hex } from '../../../src/engine/digest.ts';

test('sha256Hex hashes text as UTF-8', () => {
  expect(sha256Hex('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(sha256Hex('é')).toBe(sha256Hex(Buffer.from([0xc3, 0xa9])));
});

test('brands are given only to what deserves them', () => {
  expect(asDigest(sha256Hex('a'))).toBe(sha256Hex('a'));
  expect(() => asDigest('ABC')).toThrow('not a SHA-256 digest: ABC');
  expect(asTaskName('ingest_scoring')).toBe('ingest_scoring');
  for (const bad of ['', '..', 'a/b', '.hidden', 'a b', 'c:', 'con', 'NUL.txt', 'step.'])
    expect(() => asTaskName(bad)).toThrow(`not a task name: ${bad}`);
});

test('a folder digest covers the names of files and their content', () => {
  const [a, b] = [sha256Hex('a'), sha256Hex('b')];
  const digest = folderDigest([
    { path: 'x', digest: a },
    { path: 'y', digest: b },
  ]);
  expect(
    folderDigest([
      { path: 'x', digest: b },
      { path: 'y', digest: a },
    ]),
  ).not.toBe(digest);
  expect(
    folderDigest([
      { path: 'x', digest: a },
      { path: 'z', digest: b },
    ]),
  ).not.toBe(digest);
  expect(folderDigest([{ path: 'x', digest: a }])).not.toBe(digest);
});
