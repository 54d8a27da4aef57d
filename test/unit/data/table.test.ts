/** `Table`: what rows become, and what comes back. */
import { describe, expect, test } from 'vitest';
import { Table } from '../../../src/data/table.ts';

const row = (table: Table, position = 0) => ({ ...table.row(position) });

describe('rows become columns', () => {
  test('of the type that all values have', () => {
    const at = new Date('2024-05-01T08:30:00Z');
    const table = Table.fromRows([
      { whole: 1, half: 0.5, yes: true, at, text: 'ø', big: 5n },
      { whole: null, half: 2, yes: null, at: null, text: null, big: 6 },
    ]);
    expect(table.columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'whole integer',
      'half number',
      'yes boolean',
      'at timestamp',
      'text string',
      'big integer',
    ]);
    expect(row(table)).toEqual({ whole: 1, half: 0.5, yes: true, at, text: 'ø', big: 5 });
    expect(row(table, 1)).toEqual({ whole: null, half: 2, yes: null, at: null, text: null, big: 6 });
    expect(table.column('whole')).toMatchObject({ missing: Uint8Array.of(0, 1) });
    expect(table.column('half')).not.toHaveProperty('missing');
  });

  test('what is mixed is text, the same in every time zone, and no digit is lost', () => {
    const at = new Date('2024-05-01T08:30:00Z');
    const rows = [at, 'soon', 3, true, { a: [1n, 2] }].map((mixed) => ({ mixed }));
    expect(Table.fromRows(rows).column('mixed').data).toEqual(['2024-05-01T08:30:00.000Z', 'soon', '3', 'true', '{"a":["1",2]}']);
    expect(Table.fromRows([{ id: 9007199254740993n }, { id: 1n }]).column('id')).toEqual({
      name: 'id',
      type: 'string',
      data: ['9007199254740993', '1'],
    });
  });

  test('NaN, a date that is none, null and a key that is not there are missing', () => {
    const table = Table.fromRows([
      { a: Number.NaN, at: new Date(Number.NaN), b: null },
      { a: 1, at: new Date(0), c: 'x' },
    ]);
    expect(row(table)).toEqual({ a: null, at: null, b: null, c: null });
    expect(row(table, 1)).toEqual({ a: 1, at: new Date(0), b: null, c: 'x' });
    expect(table.column('at')).toMatchObject({ missing: Uint8Array.of(1, 0) });
    // Also where nobody marked it.
    expect(new Table([{ name: 'a', type: 'number', data: Float64Array.of(Number.NaN) }]).value(0, 'a')).toBe(null);
  });

  test('names are only names', () => {
    const rows = [JSON.parse('{ "__proto__": 1, "constructor": 2, "toString": "x" }') as Record<string, unknown>];
    const table = Table.fromRows(rows);
    expect(table.columnNames).toEqual(['__proto__', 'constructor', 'toString']);
    expect(Object.entries(table.row(0))).toEqual([
      ['__proto__', 1],
      ['constructor', 2],
      ['toString', 'x'],
    ]);
    expect(Object.getPrototypeOf(table.row(0))).toBe(null);
  });
});

test('rows are taken, filtered and replaced without a change of the table; a zone stays with its column', () => {
  const table = new Table([
    { name: 'at', type: 'timestamp', data: Float64Array.of(0, 1e12, Number.NaN), missing: Uint8Array.of(0, 0, 1), zone: 'Europe/Brussels' },
    { name: 'city', type: 'string', data: ['Ghent', null, 'Liège'] },
  ]);
  const taken = table.take([2, 0]);
  expect(taken.column('at')).toEqual({
    name: 'at',
    type: 'timestamp',
    data: Float64Array.of(Number.NaN, 0),
    missing: Uint8Array.of(1, 0),
    zone: 'Europe/Brussels',
  });
  expect([...table.filter(({ city }) => city !== null).rows()].map(({ city }) => city)).toEqual(['Ghent', 'Liège']);
  const replaced = table.with({ name: 'city', type: 'string', data: ['a', 'b', 'c'] });
  expect([replaced.value(1, 'city'), table.value(1, 'city')]).toEqual(['b', null]);
  expect(table.select(['city']).columnNames).toEqual(['city']);
});

test('a column that is not there, two of a name, and columns of different lengths are told', () => {
  const table = Table.fromRows([{ a: 1, b: 2 }]);
  expect(() => table.column('c')).toThrow('no column `c`; the table has `a`, `b`');
  const [a] = table.columns as [Table['columns'][number]];
  expect(() => new Table([a, a])).toThrow('two columns are named `a`');
  expect(() => Table.fromColumns({ a: [1], b: [1, 2] })).toThrow('column `b` has 2 rows where `a` has 1');
});
