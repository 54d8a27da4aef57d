import { expect, test } from 'vitest';
import { argsort } from '../../../../src/ml/metrics/argsort.ts';
import { Random } from '../../../../src/ml/random.ts';

const SPECIAL = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, 5e-324, -5e-324, 1e308, -1e308, 1, -1];

test('small inputs: stable, zeros equal, NaN last', () => {
  expect([...argsort(Float64Array.of(Number.NaN, 3, -0, 0, -1, 3, Number.NEGATIVE_INFINITY))]).toEqual([6, 4, 2, 3, 1, 5, 0]);
  expect([...argsort(new Float64Array(0))]).toEqual([]);
});

test('large inputs sort as small ones do', () => {
  const random = new Random(7);
  const values = Float64Array.from({ length: 10_000 }, () =>
    random.integer(4) === 0
      ? (SPECIAL[random.integer(SPECIAL.length)] as number)
      : random.integer(3) === 0
        ? random.integer(50) - 25
        : random.normal() * 10 ** random.integer(12),
  );
  const expected = Array.from(values.keys()).sort((a, b) => {
    const [left, right] = [values[a] as number, values[b] as number];
    if (Number.isNaN(left) || Number.isNaN(right)) return Number(Number.isNaN(left)) - Number(Number.isNaN(right)) || a - b;
    return left < right ? -1 : left > right ? 1 : a - b;
  });
  expect([...argsort(values)]).toEqual(expected);
});

test('all equal keeps the order', () => {
  expect(argsort(new Float64Array(5000)).every((row, place) => row === place)).toBe(true);
});
