/** What `auto` chooses of columns that are more than numbers and a few names. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDuckDb } from '../../../../src/data/duckdb.ts';
import type { DataEngine } from '../../../../src/data/engine.ts';
import { rest } from '../../../../src/data/transform/api.ts';
import { fitTransformer, type TransformConfig } from '../../../../src/data/transform/fit.ts';
import type { PipelineTransformer } from '../../../../src/data/transform/transformer.ts';

let engine: DataEngine;
beforeAll(async () => {
  engine = await openDuckDb({ threads: 2 });
});
afterAll(() => engine.close());

const TREES = { impute: 'none', encode: 'ordinal' } as const;
const LINEAR = { impute: 'median', encode: 'one_hot' } as const;

const learn = (relation: string, how: typeof TREES | typeof LINEAR = TREES, config: Partial<TransformConfig> = {}) =>
  fitTransformer(engine, relation, { target: 'y', roles: {}, plan: { kind: 'auto', ...how }, ...config });
const names = ({ features }: PipelineTransformer) => features.map(({ name, kind }) => (kind === 'numeric' ? name : `${name} (category)`));
const lines = ({ choices }: PipelineTransformer) => choices.map(({ column, text }) => `${column}: ${text}`);

const CITIES = "(SELECT 'city ' || i % 300 AS city, 'k' || i % 255 AS code, i % 7 + sin(i) AS y FROM range(1200) t(i))";

test.each([TREES, LINEAR])('more than 255 levels become the mean of the target %#', async (how) => {
  const transformer = await learn(CITIES, how);
  expect(lines(transformer)[0]).toBe('city: text, 300 levels → mean of the target, out of fold');
  expect(names(transformer)[0]).toBe('city');
  expect(transformer.operations.map(({ op }) => op)).toEqual(['target_encode', how === TREES ? 'ordinal' : 'one_hot']);
});

test('up to 255 levels stay categories', async () => {
  expect(lines(await learn(CITIES))[1]).toBe('code: text, 255 levels → category codes');
});

test('of three classes each has its share; of more than ten, levels share a code', async () => {
  const classes = (count: number) => `(SELECT city, 'c' || (i % ${count}) AS y FROM (SELECT *, row_number() OVER () AS i FROM ${CITIES}))`;
  expect(names(await learn(classes(3)))).toEqual(['city_c0', 'city_c1', 'city_c2']);
  expect(names(await learn(classes(2)))).toEqual(['city']);
  expect(names(await learn(classes(11)))).toEqual(['city (category)']);
  // A class may be called by a number.
  expect(names(await learn(CITIES, TREES, { task: 'classification' }))).toEqual(['city (category)', 'code (category)']);
});

const REVIEWS = `(SELECT 'Number ' || i || ' was ' || ['very good', 'rather bad', 'so so'][i % 3 + 1] AS review, ['all in all good', 'all in all bad'][i % 2 + 1] AS verdict,
  'item' || i * 7919 % 60 AS item, i AS y FROM range(60) t(i))`;

test('free text is counted by words; few sentences are levels, and single words that all differ say nothing', async () => {
  const transformer = await learn(`(SELECT * REPLACE (CASE WHEN y < 30 THEN item ELSE 'item' || y END AS item) FROM ${REVIEWS})`);
  expect(lines(transformer)).toEqual([
    'review: free text, 60 different values → words counted in 64 columns by their hash',
    'verdict: text, 2 levels → category codes',
    expect.stringMatching(/^item: text, \d+ levels → category codes$/u),
  ]);
  expect(transformer.features).toHaveLength(66);
});

test('the recipe says better what a text is', async () => {
  const transformer = await learn(REVIEWS, LINEAR, { types: { 're*': 'category', verdict: 'text', item: 'category', y: 'number' } });
  expect(lines(transformer).slice(0, 2)).toEqual([
    'review: dropped, text in which every value differs',
    'verdict: free text, 2 different values → words counted in 64 columns by their hash',
  ]);
  const pipeline = await learn(REVIEWS, LINEAR, {
    types: { verdict: 'text' },
    plan: { kind: 'pipeline', operations: [rest('auto')] },
    rest: TREES,
  });
  expect(lines(pipeline)[1]).toBe('verdict: free text, 2 different values → words counted in 64 columns by their hash');
});

const ORDERS =
  "(SELECT DATE '2023-01-01' + (i * 9)::INTEGER AS ordered, DATE '2023-01-05' + (i * 9)::INTEGER AS sent, i % 5 AS y FROM range(90) t(i))";

test('dates: parts for trees, sine and cosine for others, and the difference', async () => {
  expect(names(await learn(ORDERS))).toEqual([
    ...['ordered_month', 'ordered_day_of_week', 'ordered_day'],
    ...['sent_month', 'sent_day_of_week', 'sent_day'],
    'sent_minus_ordered_days',
  ]);
  const waves = await learn(`(SELECT ordered, y FROM ${ORDERS})`, LINEAR);
  expect(names(waves)).toEqual(['month', 'day_of_week', 'day'].flatMap((part) => [`ordered_${part}_sin`, `ordered_${part}_cos`]));
  expect(lines(waves)).toEqual(['ordered: date → month, day_of_week, day, as sine and cosine']);
});

test('year and absolute time only where the rows are divided by time', async () => {
  const relation = `(SELECT ordered, y FROM ${ORDERS})`;
  expect(names(await learn(relation, TREES, { roles: { ordered: 'time' } }))).toEqual([
    'ordered_year',
    'ordered_month',
    'ordered_day_of_week',
    'ordered_day',
    'ordered_epoch_days',
  ]);
});

test('what names a row is left out, and known to name it', async () => {
  const relation = "(SELECT uuid() AS a, 'n' || i AS order_id, i AS place, i % 9 AS x, i AS who, i % 4 AS y FROM range(50) t(i))";
  const { choices } = await learn(relation, TREES, { roles: { who: 'id', x: 'feature' } });
  expect(choices.filter(({ isRowKey }) => isRowKey).map(({ column }) => column)).toEqual(['order_id', 'place', 'who']);
  expect(names(await learn(relation, TREES, { roles: { place: 'feature' } }))).toContain('place');
});
