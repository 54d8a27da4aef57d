import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDuckDb } from '../../../src/data/duckdb.ts';
import type { DataEngine } from '../../../src/data/engine.ts';
import { takeSample } from '../../../src/data/profile/sample.ts';
import { countHistogram, profileRelation, QUANTILES } from '../../../src/data/profile.ts';

let engine: DataEngine;
beforeAll(async () => {
  engine = await openDuckDb({ threads: 2 });
});
afterAll(() => engine.close());

test('every column is counted, numbers have figures and a histogram, texts their lengths and most frequent values', async () => {
  const rows =
    "(VALUES (1, 'b', DATE '2024-01-01', true), (2, 'äö', DATE '2024-01-03', false), (4, 'äö', NULL, true), (NULL, NULL, DATE '2024-01-03', true)) t(x, s, d, b)";
  const [x, s, d, b] = await profileRelation(engine, rows, { bins: 3, top: 2 });
  expect(x).toEqual({
    name: 'x',
    type: 'integer',
    sqlType: 'INTEGER',
    rows: 4,
    missing: 1,
    distinct: 3,
    distinctIsExact: true,
    range: { min: 1, max: 4 },
    numbers: {
      mean: 2 + 1 / 3,
      deviation: Math.sqrt(7 / 3),
      skewness: expect.closeTo(0.93521953, 8),
      zeros: 0,
      negatives: 0,
      quantiles: [1.02, 1.1, 1.5, 2, 3, 3.8, 3.96],
    },
    histogram: { edges: [1, 2, 3, 4], counts: [1, 1, 1] },
  });
  expect(s).toMatchObject({
    missing: 1,
    distinct: 2,
    lengths: { min: 1, mean: 5 / 3, max: 2 },
    top: [
      { value: 'äö', count: 2 },
      { value: 'b', count: 1 },
    ],
  });
  expect(d).toMatchObject({
    type: 'timestamp',
    isDate: true,
    range: { min: Date.UTC(2024, 0, 1), max: Date.UTC(2024, 0, 3) },
    top: [
      { value: '2024-01-03', count: 2 },
      { value: '2024-01-01', count: 1 },
    ],
  });
  expect(b).toMatchObject({
    type: 'boolean',
    distinct: 2,
    top: [
      { value: 'true', count: 3 },
      { value: 'false', count: 1 },
    ],
  });
});

test('a constant column has one bin and no skewness, an empty one nothing', async () => {
  const [same, none] = await profileRelation(engine, '(VALUES (7.0, NULL::DOUBLE), (7.0, NULL)) t(same, none)');
  expect(same?.histogram).toEqual({ edges: [7, 7], counts: [2] });
  expect(same?.numbers).toEqual({ mean: 7, deviation: 0, zeros: 0, negatives: 0, quantiles: QUANTILES.map(() => 7) });
  expect(none).toEqual({ name: 'none', type: 'number', sqlType: 'DOUBLE', rows: 2, missing: 2, distinct: 0, distinctIsExact: true });
});

test('values over most of what a double holds do not overflow', async () => {
  const rows = '(VALUES (-1.7e308), (0.0), (1.7e308)) t(x)';
  const histogram = await countHistogram(engine, rows, { name: 'x', type: 'number' }, { min: -1.7e308, max: 1.7e308 }, 2);
  expect(histogram.counts).toEqual([1, 2]);
  const [x] = await profileRelation(engine, rows, { bins: 2 });
  expect(x?.histogram).toEqual({ edges: [-1.7e308, 0, 1.7e308], counts: [1, 2] });
  expect(x?.numbers).toMatchObject({ mean: 0, deviation: 1.7e308, skewness: 0, negatives: 1 });
  expect(x?.numbers?.quantiles.slice(2, 5)).toEqual([-0.85e308, 0, 0.85e308]);
});

test('the ends of time are times', async () => {
  const [day] = await profileRelation(
    engine,
    "(VALUES (TIMESTAMP '290000-01-01 (BC) 00:00:00'), (TIMESTAMP '2024-01-01 12:00:00'), (TIMESTAMP '294000-01-01 00:00:00')) t(day)",
    { bins: 2 },
  );
  expect(day).toMatchObject({ isDate: false, range: { min: -8.64e15, max: 8.64e15 } });
  expect(day?.histogram?.counts).toEqual([1, 2]);
});

test('no rows give counts of zero', async () => {
  expect(await profileRelation(engine, '(SELECT 1 AS x WHERE false)')).toEqual([
    { name: 'x', type: 'integer', sqlType: 'INTEGER', rows: 0, missing: 0, distinct: 0, distinctIsExact: true },
  ]);
});

test('texts that all differ have no frequent one', async () => {
  const [s] = await profileRelation(engine, "(SELECT 'v' || i AS s FROM range(50) r(i))");
  expect(s).toMatchObject({ distinct: 50, lengths: { min: 2, mean: 2.8, max: 3 } });
  expect(s?.top).toBe(undefined);
});

test('beyond the limits quantiles come from a sample, and that is said', async () => {
  const rows = '(SELECT i AS x, CASE WHEN i < 3 THEN i END AS rare FROM range(10000) r(i))';
  const limits = { distinctRows: 10, quantileRows: 1000, sampleRows: 500 };
  const [x, rare] = await profileRelation(engine, rows, { limits });
  expect(x?.numbers?.quantilesFrom).toBe(500);
  x?.numbers?.quantiles.forEach((value, index) => {
    expect(Math.abs(value / 10_000 - (QUANTILES[index] as number))).toBeLessThan(0.003);
  });
  expect(x).toMatchObject({ distinct: 10_000, distinctIsExact: true, numbers: { mean: 4999.5, zeros: 1 } });
  // Few values are all looked at, however many rows lack one.
  expect(rare?.numbers?.quantiles[3]).toBe(1);
  expect(rare?.numbers?.quantilesFrom).toBe(undefined);
});

test('beyond the limits moments and histograms come from a sample, and that is said', async () => {
  const rows = '(SELECT i % 4 - 1 AS x, CAST(i AS DOUBLE) AS y, i // 2 AS pair FROM range(20000) r(i))';
  const [x, y, pair] = await profileRelation(engine, rows, { limits: { shapeRows: 10_000, shapeSampleRows: 2000 } });
  expect(x?.numbers?.shapeFrom).toBe(2000);
  expect(x).toMatchObject({ range: { min: -1, max: 2 }, distinct: 4, missing: 0 });
  for (const count of [x?.numbers?.zeros, x?.numbers?.negatives]) expect(Math.abs((count ?? 0) / 5000 - 1)).toBeLessThan(0.02);
  expect(Math.abs((y?.numbers?.mean ?? 0) / 9999.5 - 1)).toBeLessThan(0.002);
  expect(y?.histogram?.counts.reduce((sum, count) => sum + count, 0)).toBe(2000);
  expect([y?.histogram?.edges.at(0), y?.histogram?.edges.at(-1)]).toEqual([0, 19_999]);
  expect([pair?.distinct, pair?.distinctIsExact]).toEqual([10_000, true]);
});

test.each([
  ['negative ones', 'SELECT unnest([-3, -3, 5, NULL, 0]) AS x', 3],
  ['one alone', 'SELECT 7 AS x', 1],
  ['none', 'SELECT NULL::INTEGER AS x FROM range(3)', 0],
  ['the farthest apart', 'SELECT unnest([-9223372036854775808, 9223372036854775807, 0, 0]) AS x', 3],
  ['vast ones', 'SELECT unnest([9007199254740993, 9007199254740992, 9007199254740993]) AS x', 2],
  ['tiny ones', 'SELECT unnest([1, 255, 1]::UTINYINT[]) AS x', 2],
])('different whole numbers, %s', async (_, query, distinct) => {
  const [x] = await profileRelation(engine, `(${query})`);
  expect([x?.distinct, x?.distinctIsExact]).toEqual([distinct, true]);
});

test('many different values of a long table are estimated, those that may be ids are counted', async () => {
  const rows = '(SELECT i AS id, i % 7 AS few, (i % 1500000) / 3 AS many FROM range(2000000) r(i))';
  const [id, few, many] = await profileRelation(engine, rows, {
    shapes: false,
    limits: { distinctRows: 10, quantileRows: 10, sampleRows: 10 },
  });
  expect([id?.distinct, id?.distinctIsExact]).toEqual([2_000_000, true]);
  expect([few?.distinct, few?.distinctIsExact]).toEqual([7, true]);
  expect(many?.distinctIsExact).toBe(false);
  expect(Math.abs((many?.distinct ?? 0) / 1_500_000 - 1)).toBeLessThan(0.02);
});

test('a sample is spread over the rows and the same every time', async () => {
  const take = async (): Promise<readonly number[]> => {
    const sample = await takeSample(engine, 'range(100000) r(i)', { rows: 100_000, wanted: 1000, columns: ['i'], name: 'taken' });
    const rows = (await engine.query(`SELECT i FROM ${sample.relation}`)).map((row) => Number(row['i']));
    expect(sample).toMatchObject({ rows: rows.length, isWhole: false });
    await sample.release();
    return rows;
  };
  const rows = await take();
  expect(await take()).toEqual(rows);
  expect(Math.abs(rows.length - 1000)).toBeLessThan(5);
  const gaps = rows.slice(1).map((row, index) => row - (rows[index] as number));
  expect(Math.min(...gaps)).toBeGreaterThan(0);
  expect(Math.max(...gaps)).toBeLessThan(300);
});

test('the same figures for any number of threads', async () => {
  const rows =
    "(SELECT sin(i) * exp(i % 40) AS x, CASE WHEN i % 11 = 0 THEN NULL ELSE cos(i * 1.7) END AS y, 'v' || (i * i) % 97 AS s FROM range(300000) r(i))";
  const many = await openDuckDb({ threads: 8 });
  try {
    expect(await profileRelation(many, rows)).toEqual(await profileRelation(engine, rows));
  } finally {
    await many.close();
  }
});
