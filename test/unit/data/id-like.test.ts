import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDuckDb } from '../../../src/data/duckdb.ts';
import type { DataEngine } from '../../../src/data/engine.ts';
import { findIdLike, hasIdName } from '../../../src/data/id-like.ts';
import { profileRelation } from '../../../src/data/profile.ts';

let engine: DataEngine;
beforeAll(async () => {
  engine = await openDuckDb({ threads: 2 });
});
afterAll(() => engine.close());

test.each(['id', 'ID', 'customer_id', 'orderId', 'uuid', 'row_number', 'Unnamed_1', 'index', 'ride.key'])(
  '%s is the name of an id',
  (name) => {
    expect(hasIdName(name)).toBe(true);
  },
);
test.each(['paid', 'width', 'price', 'monkey', 'humid', 'rows_sold'])('%s is not', (name) => {
  expect(hasIdName(name)).toBe(false);
});

test('ids are found by name or by order, and measurements are left alone', async () => {
  const relation = `(SELECT hash(i) % 1000003 AS user_id, i AS position, (i * 37 % 101)::INTEGER AS shuffled, i::DOUBLE AS fraction, 'n' || (1000 - i) AS label, i % 10 AS low_id, TIMESTAMP '2024-01-01' + INTERVAL (i) DAY AS day FROM range(100) t(i))`;
  const found = await findIdLike(engine, relation, await profileRelation(engine, relation));
  expect([...found]).toEqual([
    ['user_id', 'all values differ and the name of an id'],
    ['position', 'all values differ that only rise or only fall from row to row'],
  ]);
});

test('a table of a few rows has no ids', async () => {
  const relation = '(SELECT i AS id FROM range(10) t(i))';
  expect((await findIdLike(engine, relation, await profileRelation(engine, relation))).size).toBe(0);
});
