import { expect, test } from 'vitest';
import { sampleRows } from '../../../../../src/steps/train/tuning/sample-rows.ts';

const count = 1000;
const numbers = Float64Array.from({ length: count }, (_, row) => row);
const x = { rowCount: count, features: [{ name: 'a', kind: 'numeric' as const }], columns: [numbers] };
const regression = { x, y: { kind: 'regression' as const, values: numbers.map((row) => 2 * row) }, sampleWeight: numbers };

test('the same rows for a seed, in the order of the table, a smaller share part of a larger one', () => {
  const rows = (share: number, seed = 1) => [...(sampleRows(regression, share, seed).x.columns[0] as Float64Array)];
  expect(rows(0.3)).toHaveLength(300);
  expect(rows(0.3)).toEqual(rows(0.3));
  expect(rows(0.3)).toEqual([...rows(0.3)].sort((a, b) => a - b));
  expect(rows(0.3, 2)).not.toEqual(rows(0.3));
  const larger = new Set(rows(0.6));
  expect(rows(0.3).every((row) => larger.has(row))).toBe(true);
  expect(sampleRows(regression, 1, 1)).toBe(regression);
});

test('features, target and weight stay together', () => {
  const { x: sampled, y, sampleWeight } = sampleRows(regression, 0.1, 1);
  expect(sampled.rowCount).toBe(100);
  expect([...(sampleWeight as Float64Array)]).toEqual([...(sampled.columns[0] as Float64Array)]);
  expect(y.kind === 'regression' && [...y.values]).toEqual(Array.from(sampled.columns[0] as Float64Array, (row) => 2 * row));
});

test('each class keeps its share, and one row at least', () => {
  const codes = Int32Array.from({ length: count }, (_, row) => (row < 3 ? 0 : row < 103 ? 1 : 2));
  const { y } = sampleRows({ x, y: { kind: 'classification' as const, codes, classes: ['a', 'b', 'c'] } }, 0.1, 1);
  const counts = [0, 1, 2].map((code) => y.kind === 'classification' && y.codes.filter((one) => one === code).length);
  expect(counts).toEqual([1, 10, 90]);
});
