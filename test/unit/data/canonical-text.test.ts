import { afterAll, beforeAll, expect, test } from 'vitest';
import { canonicalText } from '../../../src/data/canonical-text.ts';
import { openDuckDb } from '../../../src/data/duckdb.ts';
import type { DataEngine } from '../../../src/data/engine.ts';

let engine: DataEngine;
beforeAll(async () => {
  engine = await openDuckDb({ threads: 1 });
});
afterAll(() => engine.close());

test.each([
  ['5', 'BIGINT', '5'],
  ['5', 'DOUBLE', '5'],
  ['-0.0', 'DOUBLE', '0'],
  ['0.23', 'DOUBLE', '0.23'],
  ['1e-7', 'DOUBLE', '1e-07'],
  ['9007199254740991', 'DOUBLE', '9007199254740991'],
  ['1e16', 'DOUBLE', '1e+16'],
  ['1.5e300', 'DOUBLE', '1.5e+300'],
  ['2.50', 'DECIMAL(5,2)', '2.5'],
  ['3.00', 'DECIMAL(5,2)', '3'],
  ['true', 'BOOLEAN', 'true'],
  ["'2024-02-29'", 'DATE', '2024-02-29'],
  ["'2024-02-29'", 'TIMESTAMP', '2024-02-29'],
  ["'2024-02-29 13:05:00.5'", 'TIMESTAMP', '2024-02-29 13:05:00.5'],
  ["'007'", 'VARCHAR', '007'],
  ['NULL', 'DOUBLE', null],
])('the text of %s as %s is %s', async (value, type, text) => {
  const [row] = await engine.query(`SELECT ${canonicalText('x', type)} AS t FROM (SELECT CAST(${value} AS ${type}) AS x)`);
  expect(row?.['t']).toBe(text);
});
