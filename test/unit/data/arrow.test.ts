/** Tables of apache-arrow, in both directions, with the real package. */
import * as arrow from 'apache-arrow';
import { describe, expect, test } from 'vitest';
import { importOptional } from '../../../src/data/optional-package.ts';
import { Table } from '../../../src/data/table.ts';
import { toTable } from '../../../src/data/to-table.ts';
import { DiagnosticError } from '../../../src/diagnostics/diagnostic.ts';

const FULL = new Table([
  { name: 'number', type: 'number', data: Float64Array.of(0.1, Number.NaN, -1e300), missing: Uint8Array.of(0, 1, 0) },
  { name: 'integer', type: 'integer', data: Float64Array.of(2 ** 53 - 1, -5, 0) },
  { name: 'boolean', type: 'boolean', data: Float64Array.of(1, 0, Number.NaN), missing: Uint8Array.of(0, 0, 1) },
  { name: 'string', type: 'string', data: ['ø 🚀', null, ''] },
  { name: 'at', type: 'timestamp', data: Float64Array.of(0, 1_714_552_200_123.456, -86_400_000), zone: 'Europe/Brussels' },
]);

describe('to Arrow', () => {
  test('and back, nothing is lost', async () => {
    expect(Table.fromArrow(await FULL.toArrow()).columns).toEqual(FULL.columns);
  });

  test('it is a table of the package, with declared types', async () => {
    const made = await FULL.toArrow();
    expect(made).toBeInstanceOf(arrow.Table);
    expect(made.schema.fields.map(String)).toEqual([
      'number: Float64',
      'integer: Int64',
      'boolean: Bool',
      'string: Utf8',
      'at: Timestamp<MICROSECOND, Europe/Brussels>',
    ]);
    expect(made.toArray().map((row: { toJSON(): unknown } | null) => row?.toJSON())).toEqual([
      { number: 0.1, integer: BigInt(2 ** 53 - 1), boolean: true, string: 'ø 🚀', at: 0 },
      { number: null, integer: -5n, boolean: false, string: null, at: 1_714_552_200_123.456 },
      { number: -1e300, integer: 0n, boolean: null, string: '', at: -86_400_000 },
    ]);
    // What another process reads of it.
    const read = arrow.tableFromIPC(arrow.tableToIPC(made, 'stream'));
    expect(Table.fromArrow(read).columns).toEqual(FULL.columns);
  });

  test('instants are in UTC, sizes beyond 2^53 are doubles, and no rows are a table too', async () => {
    const table = new Table([
      { name: 'at', type: 'timestamp', data: new Float64Array() },
      { name: 'size', type: 'integer', data: new Float64Array() },
    ]);
    const none = await table.toArrow();
    expect([none.numRows, ...none.schema.fields.map(String)]).toEqual([0, 'at: Timestamp<MICROSECOND, UTC>', 'size: Int64']);
    expect(Table.fromArrow(none).columns).toEqual(table.columns);
    const huge = await new Table([{ name: 'size', type: 'integer', data: Float64Array.of(1e300, 1) }]).toArrow();
    expect(huge.schema.fields.map(String)).toEqual(['size: Float64']);
    expect((await new Table([]).toArrow()).numCols).toBe(0);
  });

  test('the table does not share its memory', async () => {
    const table = Table.fromRows([{ a: 1.5 }]);
    const made = await table.toArrow();
    (made.getChildAt(0)?.data[0]?.values as Float64Array)[0] = 9;
    expect(table.value(0, 'a')).toBe(1.5);
  });
});

describe('from Arrow', () => {
  test.each<[string, arrow.Vector, unknown]>([
    ['a dictionary', arrow.vectorFromArray(['a', null, 'a']), { type: 'string', data: ['a', null, 'a'] }],
    [
      'integers of 64 bits that a double holds',
      arrow.vectorFromArray([1n, null, 3n], new arrow.Int64()),
      { type: 'integer', data: Float64Array.of(1, Number.NaN, 3), missing: Uint8Array.of(0, 1, 0) },
    ],
    [
      'one that a double does not hold',
      arrow.vectorFromArray([9007199254740993n, null], new arrow.Int64()),
      { type: 'string', data: ['9007199254740993', null] },
    ],
    ['small integers', arrow.vectorFromArray([1, -2], new arrow.Int8()), { type: 'integer', data: Float64Array.of(1, -2) }],
    [
      'floats, of which NaN is missing',
      arrow.vectorFromArray([1.5, Number.NaN], new arrow.Float32()),
      { type: 'number', data: Float64Array.of(1.5, Number.NaN), missing: Uint8Array.of(0, 1) },
    ],
    [
      'days',
      arrow.makeVector(arrow.makeData({ type: new arrow.DateDay(), data: Int32Array.of(1) })),
      { type: 'timestamp', data: Float64Array.of(86_400_000) },
    ],
    [
      'a clock without a zone, as UTC',
      arrow.makeVector(arrow.makeData({ type: new arrow.TimestampSecond(), data: BigInt64Array.of(-1n) })),
      { type: 'timestamp', data: Float64Array.of(-1000) },
    ],
    [
      'decimals',
      arrow.makeVector(
        arrow.makeData({
          type: new arrow.Decimal(2, 10),
          data: Uint32Array.of(12345, 0, 0, 0, 2 ** 32 - 100, 2 ** 32 - 1, 2 ** 32 - 1, 2 ** 32 - 1),
        }),
      ),
      { type: 'number', data: Float64Array.of(123.45, -1) },
    ],
    ['nothing at all', arrow.vectorFromArray([null, null], new arrow.Null()), { type: 'string', data: [null, null] }],
  ])('%s', (_, vector, column) => {
    expect(Table.fromArrow(new arrow.Table({ x: vector })).column('x')).toEqual({ name: 'x', ...(column as object) });
  });

  test('what has no place in a Table is refused by name', () => {
    const lists = arrow.vectorFromArray([[1, 2]], new arrow.List(new arrow.Field('item', new arrow.Int32())));
    expect(() => Table.fromArrow(new arrow.Table({ l: lists }))).toThrow(
      'column `l` is List<Int32> in Arrow, which has no place in a Table; make it numbers, texts or timestamps',
    );
    expect(() => Table.fromArrow([1] as never)).toThrow('`fromArrow` needs a table of apache-arrow');
  });

  test('user functions may return one', () => {
    expect([...(toTable(arrow.tableFromArrays({ a: [1.5, 2] })) as Table).rows()].map((row) => ({ ...row }))).toEqual([
      { a: 1.5 },
      { a: 2 },
    ]);
  });
});

test('a package that is not installed is a diagnostic with the command that installs it; one that is broken says its own words', async () => {
  const absent = importOptional('mlrecipe-no-such-package', 'toArrow', 'install it with `npm install mlrecipe-no-such-package`');
  const error: unknown = await absent.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(DiagnosticError);
  expect((error as DiagnosticError).diagnostic).toEqual({
    code: 'missing-package',
    severity: 'error',
    message: '`toArrow` needs `mlrecipe-no-such-package`, which is not installed',
    hint: 'install it with `npm install mlrecipe-no-such-package`',
  });
  await expect(importOptional('data:text/javascript,throw new Error("broken")', 'toArrow', '')).rejects.toThrow(/^broken$/);
});
