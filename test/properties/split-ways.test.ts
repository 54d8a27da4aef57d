/** Every way to divide rows gives each row one part; hashed ways keep equal rows together whatever their order. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeColumns } from '../../src/data/column-type.ts';
import { openDuckDb } from '../../src/data/duckdb.ts';
import type { DataEngine } from '../../src/data/engine.ts';
import { quoteIdentifier, ROW_NUMBER } from '../../src/data/sql.ts';
import { Table } from '../../src/data/table.ts';
import type { SplitParams } from '../../src/steps/split/params.ts';
import { PART, placement } from '../../src/steps/split/placement.ts';
import { runs } from '../support/runs.ts';

let engine: DataEngine;
beforeAll(async () => {
  engine = await openDuckDb({ threads: 2 });
});
afterAll(() => engine.close());

interface Row {
  readonly order: number;
  readonly size: number | null;
  readonly fold: string;
  readonly y: string;
}

const row: fc.Arbitrary<Row> = fc.record({
  order: fc.integer({ min: 0, max: 15 }),
  size: fc.option(fc.constantFrom(0.5, 1, 2), { freq: 4 }),
  fold: fc.constantFrom('a', 'b', 'c'),
  y: fc.constantFrom('yes', 'no', 'maybe'),
});

const ratios = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }));

async function place(rows: readonly Row[], params: Partial<SplitParams>): Promise<readonly number[]> {
  await engine.load(Table.fromRows(rows.map((one) => ({ ...one }))), 'rows');
  const columns = await describeColumns(engine, quoteIdentifier('rows'));
  const relation = `(SELECT *, row_number() OVER () - 1 AS ${ROW_NUMBER} FROM rows)`;
  const all = { target: 'y', task: 'classification', roles: { fold: 'ignore' }, seed: 3, ratios: [3, 1, 1], ...params } as SplitParams;
  const { placed } = await placement(engine, 'rows', { columns, params: all, parts: [rows.length - 2, 1, 1] });
  const found = await engine.query(`SELECT ${PART} AS part, ${ROW_NUMBER} AS n FROM ${placed(relation)} ORDER BY n`);
  expect(found.map(({ n }) => Number(n))).toEqual(rows.map((_, index) => index));
  return found.map(({ part }) => Number(part));
}

test('each row has one part, equal keys share it, and the order of the rows does not matter', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 5, maxLength: 40 }),
      ratios,
      fc.constantFrom<Partial<SplitParams>>({}, { key: ['order'] }, { stratify: 'exact' }, { stratify: 'exact', key: ['order'] }),
      async (rows, shares, way) => {
        // Whole and fractional, so that the column keeps its type.
        const data = [...rows, { order: 1, size: 0.25, fold: 'a', y: 'yes' }];
        const params = { ...way, ratios: shares };
        const parts = await place(data, params);
        expect(parts.every((part) => part === 0 || part === 1 || part === 2)).toBe(true);
        const keyOf = ({ order, size }: Row): string => JSON.stringify(way.key === undefined ? [order, size] : [order]);
        const byKey = new Map(data.map((one, index) => [keyOf(one), parts[index]]));
        expect(parts).toEqual(data.map((one) => byKey.get(keyOf(one))));
        expect((await place(data.toReversed(), params)).toReversed()).toEqual(parts);
      },
    ),
    { numRuns: runs(30) },
  );
});

test('exact shares are exact to one row where every key is one row', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 30, maxLength: 60 }), ratios, async (rows, shares) => {
      const data = rows.map((one, order) => ({ ...one, order }));
      const parts = await place(data, { stratify: 'exact', key: ['order'], ratios: shares });
      const sum = shares[0] + shares[1] + shares[2];
      for (const label of ['yes', 'no', 'maybe']) {
        const own = parts.filter((_, index) => data[index]?.y === label);
        const upTo = (last: number): number => own.filter((part) => part <= last).length;
        expect(Math.abs(upTo(0) - (own.length * shares[0]) / sum)).toBeLessThanOrEqual(0.5 + 1e-9);
        expect(Math.abs(upTo(1) - (own.length * (shares[0] + shares[1])) / sum)).toBeLessThanOrEqual(0.5 + 1e-9);
      }
    }),
    { numRuns: runs(20) },
  );
});

test('what is given is obeyed, and validation that is not given comes from train', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 5, maxLength: 40 }), async (rows) => {
      const data = [...rows, { order: 1, size: 0.25, fold: 'a', y: 'yes' }];
      const all = await place(data, { given: { kind: 'column', column: 'fold', values: [['a'], ['b'], ['c']] } });
      expect(all).toEqual(data.map(({ fold }) => 'abc'.indexOf(fold)));
      const two = await place(data, { given: { kind: 'column', column: 'fold', values: [['a', 'b'], [], ['c']] } });
      expect(two.map((part) => part === 2)).toEqual(data.map(({ fold }) => fold === 'c'));
      const files = await place(data, { given: { kind: 'files' } });
      expect(files).toEqual(data.map((_, index) => Math.max(0, index - data.length + 3)));
    }),
    { numRuns: runs(15) },
  );
});
