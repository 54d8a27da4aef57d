import { describe, expect, test } from 'vitest';
import { canonicalText } from '../../../src/engine/encode.ts';
import type { Json } from '../../../src/schema/json.ts';

describe('canonicalText', () => {
  test.each<[string, Json, string]>([
    ['null', null, 'n'],
    ['true', true, 't'],
    ['false', false, 'f'],
    ['an integer', 12, 'd2:12'],
    ['a fraction', 0.1, 'd3:0.1'],
    ['a large number', 1e21, 'd5:1e+21'],
    ['minus zero, which JSON text cannot tell from zero', -0, 'd1:0'],
    ['NaN', Number.NaN, 'd3:NaN'],
    ['minus infinity', Number.NEGATIVE_INFINITY, 'd9:-Infinity'],
    ['a string, with its length in bytes', 'é', 's2:é'],
    ['a pair of surrogates', '😀', 's4:😀'],
    ['half a pair', '\ud800', 'u4:00d8'],
    ['a list', ['a', 1], 'a2:s1:ad1:1'],
    ['an object, sorted by code units', { b: 1, B: 2, ä: 3, a: 4 }, 'o4:s1:Bd1:2s1:ad1:4s1:bd1:1s2:äd1:3'],
  ])('writes %s', (_what, value, text) => {
    expect(canonicalText(value)).toBe(text);
  });

  test.each<[string, Json, Json]>([
    ['where one string ends', ['ab', 'c'], ['a', 'bc']],
    ['a number and its text', 1, '1'],
    ['nothing and the word', null, 'null'],
    ['an empty list and an empty object', [], {}],
    ['nesting', [['a'], 'b'], ['a', ['b']]],
    ['a list and a string that looks like its text', ['a'], 'a1:s1:a'],
    ['two halves of pairs', '\ud800', '\ud801'],
    ['half a pair and its hex', '\ud800', '00d8'],
    ['one letter in two forms of Unicode', '\u00e9', 'e\u0301'],
  ])('keeps apart %s', (_what, a, b) => {
    expect(canonicalText(a)).not.toBe(canonicalText(b));
  });

  test('leaves out a property that is undefined, as JSON text does', () => {
    expect(canonicalText({ a: 1, b: undefined } as unknown as Json)).toBe(canonicalText({ a: 1 }));
  });

  test('refuses what is no JSON', () => {
    expect(() => canonicalText((() => 1) as unknown as Json)).toThrow('a function cannot be part of a key');
  });
});
