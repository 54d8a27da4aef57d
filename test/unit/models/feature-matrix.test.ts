import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDuckDb } from '../../../src/data/duckdb.ts';
import type { DataEngine } from '../../../src/data/engine.ts';
import { readFeatureMatrix, readTarget } from '../../../src/models/feature-matrix.ts';

let engine: DataEngine;
beforeAll(async () => {
  engine = await openDuckDb({ threads: 1 });
});
afterAll(() => engine.close());

test('columns are doubles, missing values NaN, other columns are not read', async () => {
  const matrix = await readFeatureMatrix(engine, "SELECT * FROM (VALUES (1.5, 0, 'x'), (NULL, 2, 'y'), (3.0, NULL, 'z')) t(n, c, other)", [
    { name: 'c', kind: 'categorical', levels: 3 },
    { name: 'n', kind: 'numeric' },
  ]);
  expect(matrix).toEqual({
    rowCount: 3,
    features: [
      { name: 'c', kind: 'categorical', levels: 3 },
      { name: 'n', kind: 'numeric' },
    ],
    columns: [Float64Array.of(0, 2, Number.NaN), Float64Array.of(1.5, Number.NaN, 3)],
  });
});

test('a numeric target', async () => {
  expect(await readTarget(engine, 'SELECT unnest([3, 1]) AS y', 'y', 'regression')).toEqual({
    kind: 'regression',
    values: Float64Array.of(3, 1),
  });
  await expect(readTarget(engine, 'SELECT unnest([3, NULL]) AS y', 'y', 'regression')).rejects.toThrow(
    new RangeError('the target `y` is missing in row 1'),
  );
});

test('classes by the given order, or in code-unit order', async () => {
  const booleans = 'SELECT unnest([true, false, true]) AS y';
  expect(await readTarget(engine, booleans, 'y', 'classification', ['true', 'false'])).toEqual({
    kind: 'classification',
    codes: Int32Array.of(0, 1, 0),
    classes: ['true', 'false'],
  });
  expect(await readTarget(engine, "SELECT unnest(['b', 'B', 'a']) AS y", 'y', 'classification')).toEqual({
    kind: 'classification',
    codes: Int32Array.of(2, 0, 1),
    classes: ['B', 'a', 'b'],
  });
  expect(await readTarget(engine, 'SELECT unnest([1.0, 0.0]) AS y', 'y', 'classification', ['0', '1'])).toMatchObject({
    codes: Int32Array.of(1, 0),
  });
  await expect(readTarget(engine, booleans, 'y', 'classification', ['true', 'no'])).rejects.toThrow(
    new RangeError('the target `y` is none of the 2 classes in row 1'),
  );
});
