import { describe, expect, it } from 'vitest';
import { columnFormatter, formatNumber, formatSigned, formatTick, plural } from '../../../src/cards/format.ts';

describe('formatNumber', () => {
  it.each([
    [0, '0'],
    [-0, '0'],
    [0.91714, '0.9171'],
    [0.1, '0.1'],
    [561.3274, '561.3'],
    [-4.218, '−4.218'],
    [53_940, '53,940'],
    [53_940.4, '53,940'],
    [1_234_567_890, '1,234,567,890'],
    [0.0001234, '0.0001234'],
    [0.00000987654, '9.877e−6'],
    [1.5e300, '1.5e300'],
    [0.99999, '1'],
    [Number.NaN, '—'],
    [Number.POSITIVE_INFINITY, '—'],
  ])('writes %d as %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  it.each([
    [0, '0%'],
    [1, '100%'],
    [0.4577, '45.8%'],
    [0.0027, '0.27%'],
    [0.000001, '<0.001%'],
    [0.99999, '>99.9%'],
    [-0.25, '−25%'],
    [12.5, '1,250%'],
  ])('writes the share %d as %s', (value, text) => {
    expect(formatNumber(value, 'percent')).toBe(text);
  });

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1 kB'],
    [2_486_312, '2.5 MB'],
    [999_999, '1 MB'],
    [123_456_789, '123 MB'],
  ])('writes %d bytes as %s', (value, text) => {
    expect(formatNumber(value, 'bytes')).toBe(text);
  });

  it.each([
    [0, '0 ms'],
    [0.2, '<1 ms'],
    [412, '412 ms'],
    [999.7, '1.0 s'],
    [42_812, '42.8 s'],
    [59_960, '1 min 00 s'],
    [185_000, '3 min 05 s'],
    [7_980_000, '2 h 13 min'],
    [3_599_999, '1 h 00 min'],
  ])('writes %d ms as %s', (value, text) => {
    expect(formatNumber(value, 'duration-ms')).toBe(text);
  });

  it('rounds integers without a sign on zero', () => {
    expect(formatNumber(-0.2, 'integer')).toBe('0');
    expect(formatNumber(-1234.6, 'integer')).toBe('−1,235');
  });
});

describe('formatSigned', () => {
  it('puts a plus on what is above zero and stays above it when rounded', () => {
    expect([0.025, -0.06, 0].map((v) => formatSigned(v))).toEqual(['+0.025', '−0.06', '0']);
    expect(formatSigned(0.2, 'integer')).toBe('0');
  });
});

describe('columnFormatter', () => {
  const column = (values: readonly number[], format?: 'percent'): string[] => values.map(columnFormatter(values, format));

  it('gives all numbers the decimals that any of them uses', () => {
    expect(column([0.88, 0.85, 0.4])).toEqual(['0.88', '0.85', '0.40']);
    expect(column([549.81, 1548.2, 3989.4])).toEqual(['549.8', '1,548.2', '3,989.4']);
    expect(column([1, 2, 30])).toEqual(['1', '2', '30']);
  });

  it('leaves columns of mixed magnitude to each number', () => {
    expect(column([561.3274, 0.98014])).toEqual(['561.3', '0.9801']);
    expect(column([31, 0.08])).toEqual(['31', '0.08']);
  });

  it('lines up shares and keeps nothing and nearly nothing apart', () => {
    expect(column([0, 0.0001, 0.038, 0.15, 0.9999, 1], 'percent')).toEqual(['0%', '<0.1%', '3.8%', '15.0%', '>99.9%', '100.0%']);
  });

  it('does without any finite number', () => {
    expect(column([Number.NaN])).toEqual(['—']);
  });
});

describe('formatTick', () => {
  it('has the decimals of the step', () => {
    expect([0, 0.25, 0.5, 1].map((v) => formatTick(v, 0.25))).toEqual(['0', '0.25', '0.50', '1']);
    expect([-2000, 12_000].map((v) => formatTick(v, 2000))).toEqual(['−2,000', '12,000']);
    expect([1_500_000, 2e9].map((v) => formatTick(v, 500_000))).toEqual(['1.5M', '2B']);
  });
});

describe('plural', () => {
  it('counts', () => {
    expect([plural(1, 'row'), plural(2000, 'row'), plural(0, 'criterion', 'criteria')]).toEqual(['1 row', '2,000 rows', '0 criteria']);
  });
});
