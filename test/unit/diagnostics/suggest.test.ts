import { describe, expect, it } from 'vitest';
import { closest, editDistance, listNames } from '../../../src/diagnostics/suggest.ts';

describe('closest', () => {
  it.each([
    ['pricee', ['area', 'price', 'rooms'], 'price'],
    ['treshold', ['metric', 'threshold'], 'threshold'],
    ['prcie', ['price', 'prize'], 'price'],
    ['PRICE', ['area', 'price'], 'price'],
    ['target-col', ['target_col'], 'target_col'],
    ['targetCol', ['target_col'], 'target_col'],
    ['naïve', ['naive'], 'naive'],
  ])('reads %s among %j as %s', (name, candidates, expected) => {
    expect(closest(name, candidates)).toBe(expected);
  });

  it('is silent when nothing is near', () => {
    expect(closest('colour', ['price', 'area'])).toBeUndefined();
    expect(closest('ab', ['xy'])).toBeUndefined();
    expect(closest('', ['a'])).toBeUndefined();
    expect(closest('price', [])).toBeUndefined();
  });

  it('never proposes the name itself', () => {
    expect(closest('price', ['price'])).toBeUndefined();
    expect(closest('price', ['price', 'Price'])).toBe('Price');
  });

  it('prefers the nearer, then the earlier', () => {
    expect(closest('seed', ['sed', 'seeds', 'need'])).toBe('sed');
    expect(closest('metrics', ['metro', 'metric'])).toBe('metric');
  });
});

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['abc', '', 3],
    ['ab', 'ba', 1],
    ['kitten', 'sitting', 3],
    ['ca', 'abc', 3],
    ['😀a', '😀b', 1],
  ])('of %j and %j is %i', (a, b, expected) => {
    expect(editDistance(a, b)).toBe(expected);
    expect(editDistance(b, a)).toBe(expected);
  });
});

describe('listNames', () => {
  it('stops at the limit', () => {
    expect(listNames([])).toBe('');
    expect(listNames(['a'])).toBe('`a`');
    expect(listNames(['a', 'b'])).toBe('`a` and `b`');
    expect(listNames(['a', 'b', 'c'], 5, 'or')).toBe('`a`, `b` or `c`');
    expect(listNames(['a', 'b', 'c', 'd', 'e', 'f', 'g'])).toBe('`a`, `b`, `c`, `d`, `e` and 2 more');
  });
});
