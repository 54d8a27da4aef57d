/** Data checks in SQL find what a plain loop over the rows finds: which rows, how many, and whether that is a failure. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeColumns } from '../../src/data/column-type.ts';
import { openDuckDb } from '../../src/data/duckdb.ts';
import type { DataEngine } from '../../src/data/engine.ts';
import { copyToParquet, parquetRelation, quoteText } from '../../src/data/sql.ts';
import { Table } from '../../src/data/table.ts';
import type { ColumnExpectation } from '../../src/schema/expectations.ts';
import { regexFault } from '../../src/schema/regex-fault.ts';
import { checksOf } from '../../src/steps/expect/check.ts';
import { evaluate, MOST_ROWS, numberedRows } from '../../src/steps/expect/count.ts';
import { runs } from '../support/runs.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

let engine: DataEngine;
const folder = makeTempFolder();
beforeAll(async () => {
  engine = await openDuckDb({ threads: 2 });
});
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true });
});

interface Row {
  readonly n: number | null;
  readonly s: string | null;
  readonly d: Date | null;
}

const SOME_TEXTS = ['', 'a', 'A', 'ab', 'é', "it's", '%', '1'];
const day = (index: number): string => new Date(Date.UTC(2024, 0, 1 + index)).toISOString().slice(0, 10);

const row: fc.Arbitrary<Row> = fc.record({
  n: fc.option(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true, noDefaultInfinity: true, min: -5, max: 5 })), {
    freq: 4,
  }),
  s: fc.option(fc.constantFrom(...SOME_TEXTS), { freq: 4 }),
  d: fc.option(
    fc.integer({ min: 0, max: 6 * 24 }).map((hours) => new Date(Date.UTC(2024, 0, 1, hours))),
    { freq: 4 },
  ),
});

const severity = fc.constantFrom('error' as const, 'warn' as const);
const optional = { requiredKeys: ['severity'] as 'severity'[] };
const ofNumbers: fc.Arbitrary<ColumnExpectation> = fc.record(
  {
    severity,
    not_null: fc.boolean(),
    unique: fc.boolean(),
    max_missing: fc.constantFrom(0, 0.1, 0.25, 0.5, 1),
    min: fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true, min: -5, max: 5 })),
    max: fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true, min: -5, max: 5 })),
    in: fc.uniqueArray(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 5 }),
  },
  optional,
) as fc.Arbitrary<ColumnExpectation>;
const ofTexts: fc.Arbitrary<ColumnExpectation> = fc.record(
  {
    severity,
    not_null: fc.boolean(),
    unique: fc.boolean(),
    in: fc.uniqueArray(fc.constantFrom(...SOME_TEXTS), { minLength: 1, maxLength: 5 }),
    matches: fc.constantFrom('^a', 'b$', '[A-Z]', '^.?$', "'"),
  },
  optional,
) as fc.Arbitrary<ColumnExpectation>;
const ofDates: fc.Arbitrary<ColumnExpectation> = fc.record(
  {
    severity,
    unique: fc.boolean(),
    min: fc.integer({ min: 0, max: 6 }).map(day),
    max: fc.tuple(fc.integer({ min: 0, max: 6 }), fc.boolean()).map(([at, isTime]) => (isTime ? `${day(at)} 12:00` : day(at))),
  },
  optional,
) as fc.Arbitrary<ColumnExpectation>;

type Key = Exclude<keyof ColumnExpectation, 'severity'>;

/** The numbers of the rows that offend. */
function offenders(rows: readonly Row[], column: keyof Row, key: Key, said: ColumnExpectation): readonly number[] {
  const seen = new Set<unknown>();
  return rows.flatMap((one, index) => {
    const value = one[column];
    if (key === 'not_null' || key === 'max_missing') return value === null ? [index] : [];
    if (value === null) return [];
    const plain = value instanceof Date ? value.getTime() : value;
    if (key === 'unique') {
      // `0` and `-0` are one number.
      const isRepeated = seen.has(plain === 0 ? 0 : plain);
      seen.add(plain === 0 ? 0 : plain);
      return isRepeated ? [index] : [];
    }
    if (key === 'in') return said.in?.includes(plain) === true ? [] : [index];
    if (key === 'matches') return new RegExp(said.matches ?? '', 'u').test(String(plain)) ? [] : [index];
    const bound = said[key] as string | number;
    if (typeof bound === 'number') return (key === 'min' ? Number(plain) < bound : Number(plain) > bound) ? [index] : [];
    const time = (value as unknown as Date).toISOString();
    const mine = bound.length === 10 ? time.slice(0, 10) : time.slice(0, 16).replace('T', ' ');
    return (key === 'min' ? mine < bound : mine > bound) ? [index] : [];
  });
}

test('each check of each column', async () => {
  const path = join(folder, 'rows.parquet');
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 30 }), ofNumbers, ofTexts, ofDates, async (rows, n, s, d) => {
      // The first row makes every column keep its type, whatever the others hold.
      const all: readonly Row[] = [{ n: 0.5, s: 'x', d: new Date(Date.UTC(2024, 0, 3, 5)) }, ...rows];
      await engine.load(Table.fromRows(all.map((one) => ({ ...one }))), 'rows');
      await engine.execute(copyToParquet('SELECT * FROM rows', path));
      const columns = await describeColumns(engine, parquetRelation(path));
      expect(columns.map(({ type }) => type)).toEqual(['number', 'string', 'timestamp']);
      const checks = checksOf({ columns: { n, s, d }, other_columns: 'allow', checks: {} }, columns);
      const { rows: count, found } = await evaluate(engine, numberedRows(path, columns), checks, columns);
      expect(count).toBe(all.length);
      for (const { check, fails, offending, firstRows } of found) {
        const column = check.columns[0] as keyof Row;
        const said = { n, s, d }[column];
        const expected = offenders(all, column, check.kind as Key, said);
        const isFailure = check.kind === 'max_missing' ? expected.length / all.length > (said.max_missing ?? 1) : expected.length > 0;
        expect([check.at, offending, fails]).toEqual([check.at, expected.length, isFailure]);
        if (check.kind !== 'unique') expect(firstRows).toEqual(expected.slice(0, MOST_ROWS));
      }
      const asked = Object.entries({ n, s, d }).flatMap(([name, { severity: _, ...keys }]) =>
        Object.entries(keys).flatMap(([key, value]) =>
          value === false || (key === 'max_missing' && (keys as ColumnExpectation).not_null === true) ? [] : [`${name}.${key}`],
        ),
      );
      expect(found.map(({ check }) => `${check.columns[0]}.${check.kind}`).sort()).toEqual(asked.sort());
    }),
    { numRuns: runs(60) },
  );
});

test('expressions and combinations of columns', async () => {
  const path = join(folder, 'pairs.parquet');
  const small = fc.option(fc.integer({ min: 0, max: 3 }), { freq: 4 });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(small, small), { maxLength: 30 }), async (pairs) => {
      await engine.load(Table.fromRows([[0, 1] as const, ...pairs].map(([a, b]) => ({ a, b }))), 'pairs');
      await engine.execute(copyToParquet('SELECT * FROM pairs', path));
      const columns = await describeColumns(engine, parquetRelation(path));
      const checksSaid = { order: { sql: 'a <= b', severity: 'error' }, pair: { unique: ['a', 'b'], severity: 'error' } } as const;
      const checks = checksOf({ columns: {}, other_columns: 'allow', checks: checksSaid }, columns);
      const { found } = await evaluate(engine, numberedRows(path, columns), checks, columns);
      const all = [[0, 1] as const, ...pairs];
      const whole = all.filter(([a, b]) => a !== null && b !== null);
      const wrong = all.flatMap(([a, b], index) => (a !== null && b !== null && a > b ? [index] : []));
      const repeated = whole.length - new Set(whole.map(String)).size;
      expect(found.map(({ offending }) => offending)).toEqual([wrong.length, repeated]);
      expect(found[0]?.firstRows).toEqual(wrong.slice(0, MOST_ROWS));
    }),
    { numRuns: runs(30) },
  );
});

test('what is told of a regular expression before a run is told of none that the engine takes', async () => {
  const piece = fc.constantFrom(
    'a',
    'B',
    '.',
    '*',
    '+',
    '?',
    '(',
    ')',
    '[',
    ']',
    '^',
    '$',
    '|',
    '\\',
    '\\d',
    '{2}',
    '{3,2}',
    '-',
    '(?i)',
    '(?:',
    '(?=',
    '(?P<n>',
    '[[:alpha:]]',
    '1',
    "'",
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
      async (pattern) => {
        const fault = regexFault(pattern);
        if (fault !== undefined)
          await expect(engine.query(`SELECT regexp_matches('', ${quoteText(pattern)}) AS ok`), fault).rejects.toThrow();
      },
    ),
    { numRuns: runs(400) },
  );
});
