import { expect, test } from 'vitest';
import { findCollision, isSafePath } from '../../../src/store/safe-path.ts';

test.each(['a', 'a/b.c', 'größe 1.txt', '.hidden', 'a..b', 'console.log', 'com10', 'NULL', 'a/nulls/b', '...a'])('%j is a path', (path) => {
  expect(isSafePath(path)).toBe(true);
});

test.each([
  ...['', '.', '..', '/a', 'a/', 'a//b', 'a/../b', '../a', 'C:/a', 'c:a', 'a:stream', '\\\\host\\share', 'a\\b'],
  ...[
    'con',
    'CON',
    'a/Nul.txt',
    'aux.tar.gz',
    'com1',
    'LPT9',
    'COM¹',
    'prn.',
    'a.',
    'a ',
    'a/b ./c',
    'a?',
    'a*b',
    'a|b',
    '<a',
    'a"',
    'a\nb',
    'a\0',
  ],
])('%j is none on every system', (path) => expect(isSafePath(path)).toBe(false));

test('paths that differ in case or composition are one file somewhere', () => {
  expect(findCollision(['a/b', 'A/c', 'ab'])).toBeUndefined();
  expect(findCollision(['x', 'a/README', 'a/readme'])).toEqual(['a/README', 'a/readme']);
  expect(findCollision(['\u00e4', 'a\u0308'])).toEqual(['\u00e4', 'a\u0308']);
});
