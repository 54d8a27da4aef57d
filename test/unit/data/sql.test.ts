import { expect, test } from 'vitest';
import { copyToParquet, quoteIdentifier, quoteNumber, quotePath, quoteText } from '../../../src/data/sql.ts';

test('names and texts keep their quotes', () => {
  expect(quoteIdentifier('a "b"')).toBe('"a ""b"""');
  expect(quoteText("it's")).toBe("'it''s'");
});

test('numbers are doubles, and those without a literal are refused', () => {
  expect(quoteNumber(0.1)).toBe('0.1::DOUBLE');
  expect(quoteNumber(-0)).toBe('-0.0::DOUBLE');
  expect(() => quoteNumber(Number.NaN)).toThrow(new RangeError('NaN has no literal'));
});

test('the special characters of a path are taken as they are', () => {
  expect(quotePath("/data[1]/a*?'.csv")).toBe("'/data[[]1]/a[*][?]''.csv'");
});

test('a Parquet file is written with fixed options', () => {
  expect(copyToParquet('SELECT 1', '/x.parquet')).toBe(
    "COPY (SELECT 1) TO '/x.parquet' (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 122880, DICTIONARY_SIZE_LIMIT 5000)",
  );
});
