/** The statistics of a column against plain JavaScript over its values, whatever these are. */
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDuckDb } from '../../src/data/duckdb.ts';
import type { DataEngine } from '../../src/data/engine.ts';
import { type ColumnProfile, profileRelation, QUANTILES } from '../../src/data/profile.ts';
import { Table } from '../../src/data/table.ts';
import { findAssociations } from '../../src/steps/ingest/association.ts';
import { findDrift } from '../../src/steps/split/drift.ts';
import { runs } from '../support/runs.ts';

let engine: DataEngine;
beforeAll(async () => {
  engine = await openDuckDb({ threads: 2 });
});
afterAll(() => engine.close());

const gap = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(values, { freq: 6 });
const column = {
  any: gap(fc.double({ noNaN: true, noDefaultInfinity: true })),
  ends: gap(fc.constantFrom(1e308, -1e308, 1.7e308, -1.7e308, 0, -0, 1, 5e-324)),
  far: gap(fc.integer({ min: -50, max: 50 }).map((value) => 1e12 + value / 8)),
  few: gap(fc.integer({ min: -2, max: 2 })),
  constant: gap(fc.constant(0.1)),
  nothing: fc.constant(null),
  time: gap(fc.date({ min: new Date('1700-01-01'), max: new Date('2300-01-01'), noInvalidDate: true })),
  text: gap(fc.constantFrom('', 'a', 'ä', 'zz', '<b>', "it's", 'NULL')),
  flag: gap(fc.boolean()),
};
const names = Object.keys(column) as readonly (keyof typeof column)[];
const tables = fc.array(fc.record(column), { minLength: 1, maxLength: 40 });

async function load(rows: readonly Readonly<Record<string, unknown>>[]): Promise<string> {
  const typed = rows.map((row) => ({ ...row, nothing: null }));
  await engine.load(Table.fromRows(typed), 'random_rows');
  return 'random_rows';
}

test('counts, bounds, moments, quantiles, bins and most frequent values', async () => {
  await fc.assert(
    fc.asyncProperty(tables, async (rows) => {
      const profiles = await profileRelation(engine, await load(rows), { bins: 7, top: 5 });
      for (const [index, name] of names.entries())
        compare(
          profiles[index] as ColumnProfile,
          rows.map((row) => row[name]),
        );
    }),
    { numRuns: runs(25) },
  );
});

function compare(profile: ColumnProfile, values: readonly unknown[]): void {
  const present = values.filter((value) => value !== null);
  expect(profile.missing).toBe(values.length - present.length);
  const plain = present.map((value) => (typeof value === 'boolean' || typeof value === 'string' ? value : Number(value) + 0));
  expect(profile.distinct).toBe(new Set(plain).size);
  if (plain.length === 0) expectNothing(profile);
  else if (typeof plain[0] === 'number') compareNumbers(profile, plain as number[]);
  else compareTexts(profile, plain.map(String));
}

function expectNothing(profile: ColumnProfile): void {
  expect([profile.range, profile.numbers, profile.histogram, profile.lengths, profile.top]).toEqual(Array(5).fill(undefined));
}

function compareNumbers({ range, numbers, histogram }: ColumnProfile, values: readonly number[]): void {
  const sorted = [...values].sort((a, b) => a - b);
  const [min, max] = [sorted[0] as number, sorted.at(-1) as number];
  expect([(range?.min ?? 0) + 0, (range?.max ?? 0) + 0]).toEqual([min, max]);
  const near = (found: number | undefined, expected: number, size: number): void => {
    // Numbers without all digits of a double are as exact as they can be.
    expect(Math.abs((found ?? Number.NaN) - expected)).toBeLessThanOrEqual(1e-9 * size + 1e-321);
  };
  const wanted = plainMoments(sorted);
  near((numbers?.mean ?? Number.NaN) / 4, wanted.mean / 4, max / 4 - min / 4 || Math.abs(max));
  if (wanted.deviation !== undefined && Number.isFinite(wanted.deviation)) near(numbers?.deviation, wanted.deviation, wanted.deviation);
  if (wanted.skewness === undefined) expect(numbers?.skewness).toBe(undefined);
  else near(numbers?.skewness, wanted.skewness, 1 + Math.abs(wanted.skewness));
  if (wanted.kurtosis === undefined) expect(numbers?.kurtosis).toBe(undefined);
  else near(numbers?.kurtosis, wanted.kurtosis, 1 + Math.abs(wanted.kurtosis));
  expect(numbers).toMatchObject({ zeros: values.filter((x) => x === 0).length, negatives: values.filter((x) => x < 0).length });
  QUANTILES.forEach((share, index) => {
    const at = share * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(at)] as number, sorted[Math.ceil(at)] as number];
    near(
      (numbers?.quantiles[index] ?? Number.NaN) / 4,
      (low / 4) * (1 - (at % 1)) + (high / 4) * (at % 1),
      Math.max(Math.abs(low), Math.abs(high)) / 4,
    );
  });
  expect(histogram?.counts.reduce((sum, count) => sum + count, 0)).toBe(values.length);
  expect(histogram?.edges.length).toBe((histogram?.counts.length ?? 0) + 1);
  // A value at an edge may be on either side of it: so much does rounding decide.
  histogram?.counts.forEach((count, bin) => {
    const [from, to] = [histogram.edges[bin] as number, histogram.edges[bin + 1] as number];
    const slack = 1e-12 * (max / 2 - min / 2);
    const isLast = bin === histogram.counts.length - 1;
    const surely = values.filter((x) => x > from + slack && x < to - slack).length;
    const perhaps = values.filter((x) => x >= from - slack && (x <= to + slack || isLast)).length;
    expect(count).toBeGreaterThanOrEqual(surely);
    expect(count).toBeLessThanOrEqual(perhaps);
  });
}

/** In two passes over values between 0 and 1. */
function plainMoments(sorted: readonly number[]): {
  readonly mean: number;
  readonly deviation?: number;
  readonly skewness?: number;
  readonly kurtosis?: number;
} {
  const [n, min, max] = [sorted.length, sorted[0] as number, sorted.at(-1) as number];
  const width = max / 2 - min / 2;
  if (max === min) return { mean: min, ...(n > 1 && { deviation: 0 }) };
  const half = width === 0 ? 1 : 2;
  const scale = width === 0 ? max - min : width;
  const unit = sorted.map((x) => (x / half - min / half) / scale);
  const mean = unit.reduce((a, b) => a + b, 0) / n;
  const [second, third, fourth] = [2, 3, 4].map((power) => unit.reduce((sum, x) => sum + (x - mean) ** power, 0) / n) as [
    number,
    number,
    number,
  ];
  return {
    mean: half * (min / half + mean * scale),
    deviation: scale * (half * Math.sqrt((second * n) / (n - 1))),
    ...(n > 2 && { skewness: ((Math.sqrt(n * (n - 1)) / (n - 2)) * third) / second ** 1.5 }),
    ...(n > 3 && { kurtosis: ((n - 1) / ((n - 2) * (n - 3))) * (((n + 1) * fourth) / second ** 2 - 3 * (n - 1)) }),
  };
}

function compareTexts({ type, distinct, top, lengths }: ColumnProfile, values: readonly string[]): void {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const ordered = [...counts].sort(([a, x], [b, y]) => y - x || Buffer.compare(Buffer.from(a), Buffer.from(b)));
  if (distinct <= 5 || distinct < values.length) expect(top?.map(({ value, count }) => [value, count])).toEqual(ordered.slice(0, 5));
  if (type !== 'string') return;
  const sizes = values.map((value) => [...value].length);
  expect([lengths?.min, lengths?.max]).toEqual([Math.min(...sizes), Math.max(...sizes)]);
  expect(lengths?.mean).toBeCloseTo(sizes.reduce((a, b) => a + b, 0) / sizes.length, 12);
}

test('associations and drift are numbers in their bounds or absent, and the order of columns changes none', async () => {
  await fc.assert(
    fc.asyncProperty(tables, fc.constantFrom('any', 'ends', 'few'), async (rows, targetName) => {
      const relation = await load(rows);
      const profiles = await profileRelation(engine, relation);
      const target = profiles.find(({ name }) => name === targetName) as ColumnProfile;
      const features = profiles.filter((profile) => profile !== target);
      for (const task of ['regression', 'classification'] as const) {
        const source = { relation, rows: target.rows, isWhole: true };
        const { columns } = await findAssociations(engine, source, features, target, task);
        const reversed = await findAssociations(engine, source, features.toReversed(), target, task);
        for (const [name, association] of columns) {
          expect(reversed.columns.get(name)).toEqual(association);
          for (const figure of Object.values(association)) expect(Math.abs(figure)).toBeLessThanOrEqual(1);
          if (association.strength !== undefined) expect(association.strength).toBeGreaterThanOrEqual(0);
        }
      }
      const half = Math.ceil(rows.length / 2);
      const parts = [`(SELECT * FROM ${relation} LIMIT ${half})`, `(SELECT * FROM ${relation} OFFSET ${half})`, relation];
      const { columns } = await findDrift(engine, parts, [half, rows.length - half, rows.length], profiles);
      for (const { parts: found } of columns) {
        expect(found).toHaveLength(2);
        for (const { psi = 0, p = 1, adjusted = 1 } of found) {
          expect(psi).toBeGreaterThanOrEqual(0);
          expect(psi).toBeLessThan(Number.POSITIVE_INFINITY);
          expect(p).toBeGreaterThanOrEqual(0);
          expect(adjusted).toBeGreaterThanOrEqual(p);
          expect(adjusted).toBeLessThanOrEqual(1);
        }
      }
    }),
    { numRuns: runs(12) },
  );
});
