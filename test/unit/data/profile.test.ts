import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDuckDb } from '../../../src/data/duckdb.ts';
import type { DataEngine } from '../../../src/data/engine.ts';
import { countHistogram, profileRelation } from '../../../src/data/profile.ts';

let engine: DataEngine;
beforeAll(async () => {
  engine = await openDuckDb({ threads: 2 });
});
afterAll(() => engine.close());

test('every column is counted, numbers have a range and a histogram, texts their most frequent values', async () => {
  const rows =
    "(VALUES (1, 'b', DATE '2024-01-01', true), (2, 'a', DATE '2024-01-03', false), (4, 'a', NULL, true), (NULL, NULL, DATE '2024-01-03', true)) t(x, s, d, b)";
  const [x, s, d, b] = await profileRelation(engine, rows, { bins: 3, top: 2 });
  expect(x).toEqual({
    name: 'x',
    type: 'integer',
    sqlType: 'INTEGER',
    rows: 4,
    missing: 1,
    distinct: 3,
    distinctIsExact: true,
    range: { min: 1, median: 2, max: 4, mean: 2.333333333 },
    histogram: { edges: [1, 2, 3, 4], counts: [1, 1, 1] },
  });
  expect(s).toMatchObject({
    missing: 1,
    distinct: 2,
    top: [
      { value: 'a', count: 2 },
      { value: 'b', count: 1 },
    ],
  });
  expect(d).toMatchObject({ type: 'timestamp', isDate: true, range: { min: Date.UTC(2024, 0, 1), max: Date.UTC(2024, 0, 3) } });
  expect(b).toMatchObject({
    type: 'boolean',
    distinct: 2,
    top: [
      { value: 'true', count: 3 },
      { value: 'false', count: 1 },
    ],
  });
});

test('a constant column has one bin, an empty one none', async () => {
  const [same, none] = await profileRelation(engine, '(VALUES (7.0, NULL::DOUBLE), (7.0, NULL)) t(same, none)');
  expect(same?.histogram).toEqual({ edges: [7, 7], counts: [2] });
  expect(none?.range).toBe(undefined);
  expect(none?.missing).toBe(2);
});

test('a histogram over most of what a double holds does not overflow', async () => {
  const histogram = await countHistogram(
    engine,
    '(VALUES (-1.7e308), (0.0), (1.7e308)) t(x)',
    { name: 'x', type: 'number' },
    { min: -1.7e308, max: 1.7e308 },
    2,
  );
  expect(histogram.counts).toEqual([1, 2]);
});

test('no rows give counts of zero', async () => {
  expect(await profileRelation(engine, '(SELECT 1 AS x WHERE false)')).toEqual([
    { name: 'x', type: 'integer', sqlType: 'INTEGER', rows: 0, missing: 0, distinct: 0, distinctIsExact: true },
  ]);
});
