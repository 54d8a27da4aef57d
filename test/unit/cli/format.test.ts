import { expect, test } from 'vitest';
import { duration, number } from '../../../src/cli/format.ts';

test.each([
  [0, '0'],
  [3961.08, '3961'],
  [577.34567, '577.3'],
  [0.0612345, '0.06123'],
  [12_729.4, '12,729'],
  [-1_234_567.8, '-1,234,568'],
  [0.000000123456, '1.235e-7'],
  [1e21, '1e+21'],
])('number(%d) is %s', (value, text) => {
  expect(number(value)).toBe(text);
});

test.each([
  [42, '0.04 s'],
  [420, '0.4 s'],
  [42_000, '42 s'],
  [185_000, '3 min 5 s'],
])('duration(%d ms) is %s', (ms, text) => {
  expect(duration(ms)).toBe(text);
});
