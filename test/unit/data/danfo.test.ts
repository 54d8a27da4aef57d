/** What goes to danfojs and what is read of a frame. The package itself is tried in `test/all/optional-danfojs.test.ts`. */
import { expect, test } from 'vitest';
import { type DanfoFrame, Table } from '../../../src/data/table.ts';
import { toTable } from '../../../src/data/to-table.ts';

/** Keeps what a DataFrame is made of. */
class Made {
  readonly rows: unknown;
  readonly options: unknown;
  constructor(rows: unknown, options: unknown) {
    this.rows = rows;
    this.options = options;
  }
}

const frame = (columns: readonly string[], data: readonly (readonly unknown[])[]): DanfoFrame =>
  ({ $isSeries: false, $columns: columns, $data: data }) as unknown as DanfoFrame;

test('numbers that are missing are NaN, dates are ISO texts, and whole numbers beyond 32 bits are no int32', async () => {
  const table = new Table([
    { name: 'n', type: 'integer', data: Float64Array.of(1, Number.NaN), missing: Uint8Array.of(0, 1) },
    { name: 'big', type: 'integer', data: Float64Array.of(2 ** 31, 0) },
    { name: 'yes', type: 'boolean', data: Float64Array.of(1, Number.NaN) },
    { name: 'at', type: 'timestamp', data: Float64Array.of(0, Number.NaN), zone: 'Asia/Tokyo' },
    { name: 's', type: 'string', data: ['x', null] },
  ]);
  const made = await table.toDanfo({ DataFrame: Made });
  expect(made).toEqual(
    new Made(
      [
        [1, 2 ** 31, true, '1970-01-01T00:00:00.000Z', 'x'],
        [Number.NaN, 0, null, null, null],
      ],
      { columns: ['n', 'big', 'yes', 'at', 's'], dtypes: ['int32', 'float32', 'boolean', 'string', 'string'] },
    ),
  );
});

test('a name that would break a DataFrame is refused', async () => {
  for (const name of ['columns', 'values', 'shape', '$data'])
    await expect(Table.fromRows([{ [name]: 1 }]).toDanfo({ DataFrame: Made })).rejects.toThrow(
      `a DataFrame of danfojs cannot have a column \`${name}\`: it has a field of that name; rename the column`,
    );
  await expect(new Table([]).toDanfo({ DataFrame: Made })).rejects.toThrow('a DataFrame of danfojs needs a column');
});

test('a frame becomes columns of the types of its values', () => {
  const made = toTable(
    frame(
      ['n', 'f', 'b', 'at', 's', 'none'],
      [
        [1, 1.5, true, new Date(0), 'x', undefined],
        [Number.NaN, 2, null, null, null, null],
      ],
    ),
  ) as Table;
  expect(made.columns).toEqual([
    { name: 'n', type: 'integer', data: Float64Array.of(1, Number.NaN), missing: Uint8Array.of(0, 1) },
    { name: 'f', type: 'number', data: Float64Array.of(1.5, 2) },
    { name: 'b', type: 'boolean', data: Float64Array.of(1, Number.NaN), missing: Uint8Array.of(0, 1) },
    { name: 'at', type: 'timestamp', data: Float64Array.of(0, Number.NaN), missing: Uint8Array.of(0, 1) },
    { name: 's', type: 'string', data: ['x', null] },
    { name: 'none', type: 'string', data: [null, null] },
  ]);
  expect(() => Table.fromDanfo({} as DanfoFrame)).toThrow('`fromDanfo` needs a DataFrame of danfojs');
});

test.each([
  ['2024-05-01T08:30:00.250Z', '2024-05-01T08:30:00.250Z'],
  ['2024-05-01 08:30', '2024-05-01T08:30:00.000Z'],
  ['2024-05-01', '2024-05-01T00:00:00.000Z'],
  ['2024-05-01T08:30:00+02:00', '2024-05-01T06:30:00.000Z'],
  ['2024-05-01T00:30:00+02:00', '2024-04-30T22:30:00.000Z'],
  [1000, '1970-01-01T00:00:01.000Z'],
])('the text %j of a column of dates is %s, whatever the time zone of this machine', (text, instant) => {
  const table = Table.fromDanfo(frame(['at'], [[text], [null]]), { timestamps: ['at'] });
  expect([table.value(0, 'at'), table.value(1, 'at')]).toEqual([new Date(instant), null]);
});

test('a text that is no date and a column that is not there are told', () => {
  for (const text of ['01/05/2024', '2024-02-30', '2024-13-01', ''])
    expect(() => Table.fromDanfo(frame(['at'], [[text]]), { timestamps: ['at'] })).toThrow(
      `column \`at\` holds \`${text}\`, which is no date such as 2024-05-01T08:30:00Z`,
    );
  expect(() => Table.fromDanfo(frame(['at'], []), { timestamps: ['on'] })).toThrow('the frame has no column `on`');
});
