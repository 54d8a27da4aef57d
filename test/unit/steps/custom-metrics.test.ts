import { expect, test } from 'vitest';
import type { Table } from '../../../src/data/table.ts';
import type { Target } from '../../../src/ml/estimator.ts';
import type { MetricValue } from '../../../src/ml/metrics/outcome.ts';
import { withCustomMetrics } from '../../../src/steps/custom-metrics.ts';
import { complaint } from '../../support/trained-model.ts';

const NUMBERS: Target = { kind: 'regression', values: Float64Array.of(3, 1, 2) };
const BUILTIN = new Map<string, MetricValue>([
  ['root_mean_squared_error', { value: 0.5 }],
  ['r2_score', { missing: 'the target is constant' }],
]);
type Measure = (rows: Table, builtin: Readonly<Record<string, number>>) => unknown;

function measured(
  functions: Readonly<Record<string, Measure>>,
  target: Target = NUMBERS,
  prediction = Float64Array.of(3, 2, 2),
  sampleWeight?: Float64Array,
) {
  const custom = Object.keys(functions).map((name) => ({ name, function: `${name}_fn`, greater_is_better: true }));
  const userFunction = async (file: string, name: string) => {
    expect(file).toBe('steps/custom_metrics.ts');
    return functions[name.replace(/_fn$/, '')] as never;
  };
  return withCustomMetrics({ userFunction }, custom, BUILTIN, { target, prediction, sampleWeight });
}

test('a function sees predictions and targets, and the built-in metrics that have a value', async () => {
  let seen: unknown;
  const metrics = await measured({
    mean_gap: (rows, builtin) => {
      seen = builtin;
      const rowAt = (row: number) => rows.row(row) as { prediction: number; target: number };
      return [0, 1, 2].reduce((sum, row) => sum + rowAt(row).prediction - rowAt(row).target, 0) / rows.rowCount;
    },
    later: async () => 7,
  });
  expect(seen).toEqual({ root_mean_squared_error: 0.5 });
  expect([...metrics]).toEqual([...BUILTIN, ['mean_gap', { value: 1 / 3 }], ['later', { value: 7 }]]);
});

test('classes come as their labels', async () => {
  const target: Target = { kind: 'classification', classes: ['no', 'yes'], codes: Int32Array.of(0, 1, 1) };
  const rows: unknown[] = [];
  await measured({ own: (table) => rows.push(table.row(0), table.row(1), table.row(2)) }, target, Float64Array.of(1, 1, 0));
  expect(rows).toEqual([
    { prediction: 'yes', target: 'no' },
    { prediction: 'yes', target: 'yes' },
    { prediction: 'no', target: 'yes' },
  ]);
});

test('weights stand beside each row that has one', async () => {
  const rows: unknown[] = [];
  await measured({ own: (table) => rows.push(table.row(2)) }, NUMBERS, Float64Array.of(3, 2, 2), Float64Array.of(1, 2, 0.5));
  expect(rows).toEqual([expect.objectContaining({ prediction: 2, weight: 0.5 })]);
});

test('one may take the place of a built-in, where that stands', async () => {
  expect([...(await measured({ root_mean_squared_error: () => 9 }))].slice(0, 1)).toEqual([['root_mean_squared_error', { value: 9 }]]);
});

test('without custom metrics nothing is asked for', async () => {
  expect(
    await withCustomMetrics({ userFunction: () => Promise.reject(new Error('asked')) }, [], BUILTIN, {
      target: NUMBERS,
      prediction: Float64Array.of(1, 1, 1),
      sampleWeight: undefined,
    }),
  ).toBe(BUILTIN);
});

test('a function that changes its table changes neither ours nor that of the next one', async () => {
  const sort: Measure = (rows) => {
    (rows.column('target').data as Float64Array).sort();
    return 1;
  };
  const metrics = await measured({ sorting: sort, first: (rows) => rows.row(0)['target'] });
  expect(metrics.get('first')).toEqual({ value: 3 });
  expect(NUMBERS).toEqual({ kind: 'regression', values: Float64Array.of(3, 1, 2) });
});

test.each([
  [Number.NaN, '`own_fn` returned NaN'],
  [Number.NEGATIVE_INFINITY, '`own_fn` returned -Infinity'],
])('%s is undefined, with its reason', async (value, missing) => {
  expect((await measured({ own: () => value })).get('own')).toEqual({ missing });
});

test.each([
  [undefined, 'nothing'],
  [null, 'nothing'],
  ['0.5', 'a string'],
  [1n, 'a bigint'],
  [{ own: 1 }, 'an object'],
  [[1], 'an array of numbers'],
])('%s is refused', async (value, told) => {
  expect(await complaint(measured({ own: () => value }))).toBe(
    `step-failed: the custom metric \`own\` must be a number; \`own_fn\` in steps/custom_metrics.ts returned ${told} | return a number from \`own_fn\``,
  );
});
