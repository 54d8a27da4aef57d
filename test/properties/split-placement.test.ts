/** The split by content: a partition that appended rows, reordering and corrected labels leave alone. */
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeColumns } from '../../src/data/column-type.ts';
import { openDuckDb } from '../../src/data/duckdb.ts';
import type { DataEngine } from '../../src/data/engine.ts';
import { quoteIdentifier } from '../../src/data/sql.ts';
import { Table } from '../../src/data/table.ts';
import { keyColumns, keyHash, partOf } from '../../src/steps/split/placement.ts';
import { runs } from '../support/runs.ts';

let engine: DataEngine;
beforeAll(async () => {
  engine = await openDuckDb({ threads: 1 });
});
afterAll(() => engine.close());

interface Row {
  readonly n: number | null;
  readonly s: string | null;
  readonly b: boolean;
  readonly y: number;
}

const row: fc.Arbitrary<Row> = fc.record({
  n: fc.option(fc.oneof(fc.integer({ min: -1000, max: 1000 }), fc.double({ noNaN: true, noDefaultInfinity: true })), { freq: 5 }),
  s: fc.option(fc.string({ maxLength: 5 }).filter((text) => !text.includes('\0'))),
  b: fc.boolean(),
  y: fc.integer({ min: 0, max: 9 }),
});
const ratios = fc.tuple(fc.double({ min: 0.1, max: 9 }), fc.double({ min: 0.1, max: 9 }), fc.double({ min: 0.1, max: 9 })) as fc.Arbitrary<
  [number, number, number]
>;

async function place(rows: readonly Row[], seed: number, shares: readonly [number, number, number]): Promise<readonly number[]> {
  await engine.load(Table.fromRows(rows.map((one) => ({ ...one }))), 'rows');
  const columns = await describeColumns(engine, quoteIdentifier('rows'));
  const placed = await engine.query(
    `SELECT ${partOf('h', shares)} AS part FROM (SELECT ${keyHash(keyColumns(columns, 'y', {}), seed)} AS h FROM rows)`,
  );
  return placed.map(({ part }) => Number(part));
}

test('appended rows and corrected labels move nothing, equal rows stay together, order does not matter', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 2, maxLength: 12 }),
      fc.array(row, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 0, max: 1000 }),
      ratios,
      async (rows, more, seed, shares) => {
        // The last two make every column keep its type, whatever the others hold.
        const anchors: Row[] = [{ n: 0.5, s: 'x', b: true, y: 1 }];
        const before = await place([...rows, ...anchors], seed, shares);
        const after = await place([...rows, ...anchors, ...more, ...rows.map((one) => ({ ...one, y: 9 - one.y }))], seed, shares);
        expect(after.slice(0, before.length)).toEqual(before);
        expect(after.slice(before.length + more.length)).toEqual(before.slice(0, rows.length));
        const reversed = await place([...rows, ...anchors].reverse(), seed, shares);
        expect([...reversed].reverse()).toEqual(before);
        expect(before.every((part) => part === 0 || part === 1 || part === 2)).toBe(true);
      },
    ),
    { numRuns: runs(40) },
  );
});

test('shares come out as asked', async () => {
  for (const shares of [
    [0.75, 0.125, 0.125],
    [1, 1, 2],
  ] as const) {
    const counts = await engine.query(
      `SELECT ${partOf('h', shares)} AS part, count(*) AS n FROM (SELECT md5('7' || i) AS h FROM range(40000) t(i)) GROUP BY 1 ORDER BY 1`,
    );
    const total = shares[0] + shares[1] + shares[2];
    // Four standard deviations of a binomial share of 40,000 rows.
    counts.forEach(({ n }, part) => {
      const share = (shares[part] ?? 0) / total;
      expect(Math.abs(Number(n) / 40_000 - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / 40_000));
    });
  }
});
