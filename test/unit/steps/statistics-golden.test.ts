/** The statistics of the cards against numbers that pandas and SciPy computed once: `scripts/golden-statistics.py`. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDuckDb } from '../../../src/data/duckdb.ts';
import type { DataEngine } from '../../../src/data/engine.ts';
import { type ColumnProfile, profileRelation } from '../../../src/data/profile.ts';
import { quoteText } from '../../../src/data/sql.ts';
import { Table } from '../../../src/data/table.ts';
import { chiSquareTail } from '../../../src/ml/statistics/chi-square.ts';
import { benjaminiHochberg } from '../../../src/ml/statistics/false-discovery.ts';
import { kolmogorovTail } from '../../../src/ml/statistics/two-samples.ts';
import { findAssociations } from '../../../src/steps/ingest/association.ts';
import { findDrift } from '../../../src/steps/split/drift.ts';

interface Expected {
  readonly rows: number;
  readonly columns: Readonly<Record<string, ExpectedColumn>>;
  readonly association: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, number | null>>>>>>;
  readonly drift: Readonly<Record<string, ExpectedDrift>>;
  readonly table?: Readonly<Record<string, readonly unknown[]>>;
}
interface ExpectedColumn {
  readonly missing: number;
  readonly distinct: number;
  readonly range?: readonly [number, number];
  readonly quantiles?: readonly number[];
  readonly histogram?: readonly number[];
  readonly lengths?: readonly [number, number, number];
  readonly top?: readonly (readonly [string, number])[];
  readonly [figure: string]: unknown;
}
interface ExpectedDrift {
  readonly psi: number;
  readonly chiSquare: { readonly statistic: number; readonly p: number } | null;
  readonly ks?: { readonly statistic: number; readonly p: number };
}
type Golden = Readonly<Record<'penguins' | 'weather' | 'generated', Expected>> & {
  readonly adjusted: { readonly p: readonly number[]; readonly expected: readonly number[] };
  readonly chi_square_tail: readonly (readonly [number, number, number])[];
  readonly kolmogorov_tail: readonly (readonly [number, number])[];
};

const golden = JSON.parse(readFileSync(new URL('../../fixtures/statistics.json', import.meta.url), 'utf8')) as Golden;
const DATA = join(dirname(createRequire(import.meta.url).resolve('vega-datasets/package.json')), 'data');
const TABLES = ['penguins', 'weather', 'generated'] as const;

let engine: DataEngine;
const profiled = new Map<string, readonly ColumnProfile[]>();
beforeAll(async () => {
  engine = await openDuckDb({ threads: 2 });
  await engine.load(Table.fromRows(JSON.parse(readFileSync(join(DATA, 'penguins.json'), 'utf8')) as Record<string, unknown>[]), 'penguins');
  await engine.execute(`CREATE TEMP TABLE weather AS SELECT * FROM read_csv(${quoteText(join(DATA, 'seattle-weather.csv'))})`);
  await engine.load(Table.fromColumns(golden.generated.table ?? {}), 'generated');
  for (const name of TABLES) profiled.set(name, await profileRelation(engine, name));
});
afterAll(() => engine.close());

/** Nine digits of the number; of one that is nearly nothing beside `scale`, nine digits of that. */
function expectClose(found: unknown, expected: number | null | undefined, what: string, scale = 0): void {
  if (expected === null || expected === undefined) {
    expect(found, what).toBe(undefined);
    return;
  }
  expect(typeof found, what).toBe('number');
  expect(Math.abs((found as number) - expected), `${what}: ${found} and not ${expected}`).toBeLessThanOrEqual(
    1e-9 * Math.max(Math.abs(expected), scale),
  );
}

describe.each(TABLES)('%s', (name) => {
  const expected = golden[name];
  const columnOf = (column: string): ColumnProfile => profiled.get(name)?.find((one) => one.name === column) as ColumnProfile;

  test.each(Object.keys(expected.columns))('figures of %s', (column) => {
    const wanted = expected.columns[column] as ExpectedColumn;
    const profile = columnOf(column);
    const { numbers, range, lengths } = profile;
    expect(profile).toMatchObject({ rows: expected.rows, missing: wanted.missing, distinct: wanted.distinct, distinctIsExact: true });
    if (wanted.range === undefined) {
      expect(range).toBe(undefined);
      expect(profile.top?.map(({ value, count }) => [value, count])).toEqual(wanted.top);
      ['min', 'mean', 'max'].forEach((key, index) => {
        expectClose(lengths?.[key as 'min'], wanted.lengths?.[index], `length ${key}`);
      });
      return;
    }
    expect([range?.min, range?.max]).toEqual(wanted.range);
    const width = wanted.range[1] - wanted.range[0];
    expectClose(numbers?.mean, wanted['mean'] as number, 'mean', width);
    expectClose(numbers?.deviation, wanted['deviation'] as number, 'deviation');
    expectClose(numbers?.skewness, wanted['skewness'] as number | null, 'skewness', 1);
    expectClose(numbers?.kurtosis, wanted['kurtosis'] as number | null, 'kurtosis', 1);
    expect([numbers?.zeros, numbers?.negatives]).toEqual([wanted['zeros'], wanted['negatives']]);
    wanted.quantiles?.forEach((quantile, index) => {
      expectClose(numbers?.quantiles[index], quantile, `quantile ${index}`, Math.min(width, 1));
    });
    expect(profile.histogram?.counts).toEqual(wanted.histogram);
  });

  test.each(Object.keys(expected.association))('what columns tell of %s', async (target) => {
    const wanted = expected.association[target] as Expected['association'][string];
    const features = (profiled.get(name) ?? []).filter((profile) => profile.name !== target);
    const task = columnOf(target).range === undefined ? 'classification' : 'regression';
    const { columns, sampledRows } = await findAssociations(engine, whole(name, columnOf(target)), features, columnOf(target), task);
    expect(sampledRows).toBe(undefined);
    expect([...columns.keys()]).toEqual(Object.keys(wanted));
    for (const [column, figures] of Object.entries(wanted)) {
      for (const figure of ['strength', 'pearson', 'spearman'] as const)
        expectClose(columns.get(column)?.[figure], figures[figure], `${figure} of ${column}`, 1e-3);
    }
  });

  test('the first half of the rows beside the second', async () => {
    const half = Math.floor(expected.rows / 2);
    const parts = [`(SELECT * FROM ${name} LIMIT ${half})`, `(SELECT * FROM ${name} OFFSET ${half})`];
    const drift = await findDrift(engine, parts, [half, expected.rows - half], profiled.get(name) ?? []);
    for (const { name: column, parts: found } of drift.columns) {
      const wanted = expected.drift[column] as ExpectedDrift;
      expect(found).toHaveLength(1);
      expectClose(found[0]?.psi, wanted.psi, `stability index of ${column}`);
      const tested = wanted.ks ?? wanted.chiSquare;
      expectClose(found[0]?.statistic, tested?.statistic, `statistic of ${column}`);
      if (columnOf(column).missing === 0) expectClose(found[0]?.p, tested?.p, `p of ${column}`, 1e-3);
    }
  });
});

test('p of many tests are adjusted', () => {
  const { p, expected } = golden.adjusted;
  benjaminiHochberg(p).forEach((value, index) => {
    expectClose(value, expected[index], `p ${index}`);
  });
  expect(benjaminiHochberg([])).toEqual([]);
});

test('tails of distributions', () => {
  for (const [x, degrees, expected] of golden.chi_square_tail)
    expectClose(chiSquareTail(x, degrees), expected, `chi-square ${x} with ${degrees} degrees of freedom`);
  for (const [x, expected] of golden.kolmogorov_tail) expectClose(kolmogorovTail(x), expected, `Kolmogorov ${x}`);
  expect([chiSquareTail(0, 3), kolmogorovTail(0)]).toEqual([1, 1]);
});

function whole(relation: string, { rows }: ColumnProfile): { readonly relation: string; readonly rows: number; readonly isWhole: boolean } {
  return { relation, rows, isWhole: true };
}
