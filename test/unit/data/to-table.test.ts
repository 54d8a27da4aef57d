import { expect, test } from 'vitest';
import { Table } from '../../../src/data/table.ts';
import { copyTable, describeValue, toTable } from '../../../src/data/to-table.ts';

test.each([
  ['rows', [{ a: 1 }, { a: 2 }]],
  ['columns', { a: [1, 2] }],
  ['typed arrays', { a: Float64Array.of(1, 2) }],
  ['a table of another copy of the class', { columns: [{ name: 'a', type: 'integer', data: Float64Array.of(1, 2) }], rowCount: 2 }],
])('%s are a table', (_, value) => {
  expect(toTable(value)?.columns).toEqual([{ name: 'a', type: 'integer', data: Float64Array.of(1, 2) }]);
});

test.each([[undefined], [5], ['text'], [[1, 2]], [{}], [{ a: 1 }], [Float64Array.of(1)]])('%j is no table', (value) => {
  expect(toTable(value)).toBe(undefined);
});

test('a copy shares nothing', () => {
  const table = Table.fromRows([
    { a: 1, s: 'x' },
    { a: null, s: null },
  ]);
  const copy = copyTable(table);
  (copy.column('a').data as Float64Array)[0] = 9;
  expect(table.value(0, 'a')).toBe(1);
  expect(copy.value(1, 'a')).toBe(null);
});

test('values are described in words', () => {
  expect([undefined, [], [1], new Float64Array(1), {}, () => 1, 5].map(describeValue)).toEqual([
    'nothing',
    'an empty array',
    'an array of numbers',
    'a Float64Array',
    'an object',
    'a function',
    'a number',
  ]);
});
