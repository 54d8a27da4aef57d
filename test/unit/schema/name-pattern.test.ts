/** Which rule holds for a column: names before patterns, longer patterns before shorter ones. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isPattern, matches, ruleOf } from '../../../src/schema/name-pattern.ts';

test.each([
  ['*', '', true],
  ['*', 'anything at all\nin two lines', true],
  ['*_id', 'user_id', true],
  ['*_id', '_id', true],
  ['*_id', 'user_ID', false],
  ['*_id', 'user_ids', false],
  ['x?', 'x1', true],
  ['x?', 'x', false],
  ['x?', 'x😀', true],
  ['a*b*c', 'a-b-b-c', true],
  ['a.c', 'abc', false],
  ['(a|b)', 'a', false],
  ['price [€]', 'price [€]', true],
])('%s and %s: %s', (pattern, name, fits) => expect(matches(pattern, name)).toBe(fits));

test('an exact name comes before patterns, a longer pattern before a shorter one', () => {
  const rules = { '*': 1, 'user_*': 2, '*r_id': 3, user_id: 4 };
  expect(['user_id', 'user_x', 'order_id', 'z'].map((name) => ruleOf(rules, name))).toEqual([4, 2, 3, 1]);
  // Of one length the later in code-unit order, wherever they stand.
  expect(ruleOf({ 'user_*': 2, '*er_id': 3 }, 'user_id')).toBe(2);
  expect(ruleOf({ '*er_id': 3, 'user_*': 2 }, 'user_id')).toBe(2);
});

test('names of columns are data', () => {
  expect(ruleOf({}, '__proto__')).toBeUndefined();
  expect(ruleOf({}, 'constructor')).toBeUndefined();
  expect(ruleOf({ 'a*': 1 }, 'a*')).toBe(1);
  expect(ruleOf(Object.fromEntries([['__proto__', 1]]), '__proto__')).toBe(1);
});

test('a name without signs fits itself alone, and many stars cost no time', () => {
  fc.assert(fc.property(fc.string(), fc.string(), (a, b) => isPattern(a) || matches(a, b) === (a === b)));
  expect(matches(`${'*'.repeat(40)}x`, 'y'.repeat(5_000))).toBe(false);
  expect(matches(`${'*a'.repeat(30)}b`, 'a'.repeat(5_000))).toBe(false);
});

test('a pattern means what the regular expression of it means', () => {
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '*', '?', '😀', '.'), maxLength: 7 });
  const name = fc.string({ unit: fc.constantFrom('a', 'b', '😀', '.', '\n'), maxLength: 9 });
  fc.assert(
    fc.property(pattern, name, (signs, text) => {
      const expression = signs.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.');
      expect(matches(signs, text)).toBe(new RegExp(`^${expression}$`, 'su').test(text));
    }),
    { numRuns: 2000 },
  );
});
