/** danfojs itself, installed as the README says: a `Table` becomes a DataFrame that works, and comes back. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DanfoModule, Table } from '../../src/data/table.ts';
import { toTable } from '../../src/data/to-table.ts';
import { installOptional, type OptionalPackages } from '../support/optional-package.ts';

interface Series {
  readonly values: readonly unknown[];
  readonly dt: { hours(): Series };
  mean(): number;
}
interface Frame {
  readonly columns: string[];
  readonly dtypes: string[];
  readonly shape: number[];
  readonly values: unknown;
  column(name: string): Series;
  sortValues(name: string): Frame;
}

let optional: OptionalPackages;
let danfo: DanfoModule<Frame>;

beforeAll(async () => {
  optional = await installOptional('danfojs');
  danfo = optional.require('danfojs-node') as DanfoModule<Frame>;
});
afterAll(() => optional?.remove());

const TABLE = Table.fromRows([
  { fare: 7.5, zip: 10001, night: true, at: new Date('2024-05-01T08:30:00Z'), note: 'ø' },
  { fare: null, zip: null, night: null, at: null, note: null },
  { fare: 2.25, zip: 10002, night: false, at: new Date('2024-05-01T23:00:00Z'), note: '' },
]);

test('a DataFrame of a table computes, and is a table again', async () => {
  const frame = await TABLE.toDanfo(danfo);
  expect([frame.shape, frame.columns, frame.dtypes]).toEqual([
    [3, 5],
    ['fare', 'zip', 'night', 'at', 'note'],
    ['float32', 'int32', 'boolean', 'string', 'string'],
  ]);
  expect(frame.column('fare').mean()).toBe(4.875);
  const back = Table.fromDanfo(frame, { timestamps: ['at'] });
  expect(back.columns).toEqual(TABLE.columns);
  const present = await TABLE.take([2, 0]).toDanfo(danfo);
  expect(present.column('at').dt.hours().values).toHaveLength(2);
  const sorted = toTable(present.sortValues('at'));
  expect(sorted?.column('fare').data).toEqual(Float64Array.of(7.5, 2.25));
});

test('no rows, and every name that is not refused', async () => {
  const none = await TABLE.take([]).toDanfo(danfo);
  expect(Table.fromDanfo(none).columnNames).toEqual(TABLE.columnNames);
  for (const name of ['index', 'size', 'mean', 'constructor', '__proto__', 'data', 'T', 'axis', 'print', 'length', '']) {
    const table = Table.fromColumns(Object.fromEntries([[name, [1, 2]]]) as Record<string, number[]>);
    expect(Table.fromDanfo(await table.toDanfo(danfo)).columns, name).toEqual(table.columns);
  }
});
