/** Criteria, permutation importance and slices. */
import { describe, expect, test } from 'vitest';
import type { Feature, FeatureMatrix } from '../../../../src/ml/estimator.ts';
import { checkCriteria, verdictOf } from '../../../../src/ml/evaluate/criteria.ts';
import { standardErrors } from '../../../../src/ml/evaluate/normal.ts';
import { permutationImportance } from '../../../../src/ml/evaluate/permutation-importance.ts';
import { oneWaySlices, rowsOfSlice } from '../../../../src/ml/evaluate/slices.ts';
import { Random } from '../../../../src/ml/random.ts';

describe('criteria', () => {
  const metrics = new Map([
    ['rmse', { value: 5 }],
    ['auc', { value: 0.8 }],
    ['mape', { missing: 'the target is 0 in 2 rows' }],
  ]);
  const intervals = new Map([
    ['rmse', { low: 4.5, high: 5.5 }],
    ['auc', { missing: 'fewer than 10 rows' }],
  ]);
  const check = (metric: string, threshold: number, greaterIsBetter: boolean): unknown => {
    const [result] = checkCriteria([{ metric, threshold, greaterIsBetter }], metrics, intervals);
    return { result: result?.result, value: result?.value, note: result?.note };
  };

  test.each([
    ['rmse', 6, false, 'pass'],
    ['rmse', 5.2, false, 'pass-close'],
    ['rmse', 5, false, 'pass-close'],
    ['rmse', 4.9, false, 'fail-close'],
    ['rmse', 4, false, 'fail'],
    ['rmse', 4, true, 'pass'],
    ['auc', 0.8, true, 'pass'],
    ['auc', 0.81, true, 'fail'],
  ] as const)('%s against %f (greater is better: %s): %s', (metric, threshold, greater, result) => {
    expect(check(metric, threshold, greater)).toEqual({ result, value: metrics.get(metric)?.value, note: undefined });
  });

  test('what cannot be checked fails with its reason', () => {
    expect(check('mape', 1, false)).toEqual({ result: 'fail', value: null, note: 'the target is 0 in 2 rows' });
    expect(check('nothing', 0, true)).toEqual({ result: 'fail', value: null, note: 'the metric was not measured' });
    expect(checkCriteria([{ metric: 'x', threshold: 0, greaterIsBetter: true }], new Map([['x', { value: Number.NaN }]]))[0]?.result).toBe(
      'fail',
    );
  });

  test('the result carries the interval that it was judged by', () => {
    expect(checkCriteria([{ metric: 'rmse', threshold: 6, greaterIsBetter: false }], metrics, intervals)).toEqual([
      { metric: 'rmse', threshold: 6, greaterIsBetter: false, value: 5, result: 'pass', low: 4.5, high: 5.5 },
    ]);
  });

  test('verdicts', () => {
    const limits = (rmse: number) =>
      verdictOf(
        checkCriteria(
          [
            { metric: 'auc', threshold: 0.5, greaterIsBetter: true },
            { metric: 'rmse', threshold: rmse, greaterIsBetter: false },
          ],
          metrics,
          intervals,
        ),
      );
    expect([limits(6), limits(5.1), limits(4.9)]).toEqual(['VALIDATED', 'VALIDATED', 'REJECTED']);
    expect(verdictOf([])).toBe('UNKNOWN');
  });
});

function numbers(columns: Readonly<Record<string, Float64Array>>): FeatureMatrix {
  const names = Object.keys(columns);
  const values = Object.values(columns);
  return { rowCount: values[0]?.length ?? 0, features: names.map((name) => ({ name, kind: 'numeric' })), columns: values };
}

describe('permutation importance', () => {
  const random = new Random(2);
  const draw = (): Float64Array => Float64Array.from({ length: 500 }, () => random.normal());
  const x = numbers({ noise: draw(), weak: draw(), strong: draw() });
  const target = (x.columns[2] as Float64Array).map((strong, row) => 3 * strong + (x.columns[1]?.[row] as number));
  const predict = (given: FeatureMatrix): Float64Array =>
    (given.columns[2] as Float64Array).map((strong, row) => 3 * strong + (given.columns[1]?.[row] as number));
  const squared = (prediction: Float64Array): { value: number } => ({
    value: prediction.reduce((sum, p, row) => sum + (p - (target[row] as number)) ** 2, 0) / 500,
  });

  test('ranks features by what shuffling costs', () => {
    const found = permutationImportance({ x, predict, metric: squared, greaterIsBetter: false, seed: 1 });
    if ('missing' in found) throw new Error(found.missing);
    expect(found.map(({ feature }) => feature)).toEqual(['strong', 'weak', 'noise']);
    // Shuffling a standard normal feature of coefficient c costs 2c².
    expect(found[0]?.mean).toBeCloseTo(18, -0.5);
    expect(found[1]?.mean).toBeCloseTo(2, 0);
    expect(found[2]).toEqual({ feature: 'noise', mean: 0, standardDeviation: 0, drops: [0, 0, 0, 0, 0] });
    expect(found[0]?.standardDeviation).toBeGreaterThan(0);
  });

  test('a feature that helps is positive for a score too', () => {
    const found = permutationImportance({
      x,
      predict,
      metric: (p) => ({ value: -squared(p).value }),
      greaterIsBetter: true,
      seed: 1,
      repeats: 1,
    });
    if ('missing' in found) throw new Error(found.missing);
    expect(found[0]?.mean).toBeGreaterThan(10);
    expect(found[0]?.standardDeviation).toBe(0);
  });

  test('the same seed gives the same numbers, another column changes none, the input stays', () => {
    const before = x.columns.map((column) => column.slice());
    const of = (given: FeatureMatrix): unknown => {
      const found = permutationImportance({ x: given, predict, metric: squared, greaterIsBetter: false, seed: 1 });
      return 'missing' in found ? found : found.filter(({ feature }) => feature !== 'more');
    };
    const wider = { ...x, features: [...x.features, { name: 'more', kind: 'numeric' } as const], columns: [...x.columns, draw()] };
    expect(of(wider)).toEqual(of(x));
    expect(x.columns).toEqual(before);
  });

  test('an undefined metric gives its reason', () => {
    expect(
      permutationImportance({ x, predict, metric: () => ({ missing: 'only one class occurs' }), greaterIsBetter: true, seed: 1 }),
    ).toEqual({ missing: 'only one class occurs' });
  });
});

describe('slices', () => {
  const random = new Random(6);
  const rows = 3000;
  const region = Float64Array.from({ length: rows }, (_, row) => (row % 100 === 0 ? 3 : row % 50 === 1 ? Number.NaN : random.integer(3)));
  const age = Float64Array.from({ length: rows }, () => random.integer(1000));
  const x: FeatureMatrix = {
    rowCount: rows,
    features: [
      { name: 'region', kind: 'categorical', levels: 4 },
      { name: 'age', kind: 'numeric' },
      { name: 'constant', kind: 'numeric' },
    ],
    columns: [region, age, new Float64Array(rows)],
  };
  const losses = Float64Array.from({ length: rows }, (_, row) => Math.abs(random.normal()) + (region[row] === 1 ? 2 : 0));

  test('the planted weak slice comes first and is the only weak one of its feature', () => {
    const report = oneWaySlices(x, losses);
    expect([report.examined, report.tooSmall]).toEqual([5 + 5, 0]);
    const [worst] = report.slices;
    expect(worst).toMatchObject({ feature: 'region', where: { kind: 'level', code: 1 }, isWeak: true });
    expect(report.slices.filter(({ isWeak }) => isWeak)).toHaveLength(1);
    expect(worst?.shrunken).toBeLessThan(worst?.loss as number);
    expect(worst?.shrunken).toBeGreaterThan(report.overall);
    const found = rowsOfSlice(x.features[0] as Feature, region, { kind: 'level', code: 1 });
    expect(worst?.rows).toBe(found.length);
    const sum = (of: Iterable<number>): number => [...of].reduce((a, b) => a + b, 0);
    expect(worst?.shareOfLoss).toBeCloseTo(sum([...found].map((row) => losses[row] as number)) / sum(losses), 12);
  });

  test('an interval is wider the more slices are examined', () => {
    const halfOf = (given: FeatureMatrix): number => {
      const slice = oneWaySlices(given, losses).slices.find(({ where }) => where.kind === 'level' && where.code === 1);
      return (slice?.high as number) - (slice?.loss as number);
    };
    const alone = { rowCount: rows, features: x.features.slice(0, 1), columns: [region] };
    expect(halfOf(x) / halfOf(alone)).toBeCloseTo(standardErrors(1 - 0.05 / 10) / standardErrors(1 - 0.05 / 5), 10);
  });

  test('pure noise has no weak slice, and its ranking is pulled together', () => {
    const noise = Float64Array.from({ length: rows }, () => Math.abs(random.normal()));
    const report = oneWaySlices(x, noise);
    expect(report.slices.filter(({ isWeak }) => isWeak)).toEqual([]);
    const spread = (of: (slice: (typeof report.slices)[number]) => number): number =>
      Math.max(...report.slices.map(of)) - Math.min(...report.slices.map(of));
    expect(spread((s) => s.shrunken)).toBeLessThan(spread((s) => s.loss));
  });

  test('small slices are counted and not shown; missing is a slice', () => {
    const report = oneWaySlices(x, losses, { minRows: 40, limit: 3 });
    expect([report.examined, report.tooSmall]).toEqual([9, 1]);
    expect(report.slices).toHaveLength(3);
    expect(oneWaySlices(x, losses).slices.some(({ where }) => where.kind === 'missing')).toBe(true);
    expect(rowsOfSlice(x.features[0] as Feature, region, { kind: 'missing' })).toHaveLength(60);
  });

  test('ranges of a number part the rows', () => {
    const ranges = oneWaySlices(x, losses).slices.filter(({ feature }) => feature === 'age');
    expect(ranges.reduce((sum, { rows: n }) => sum + n, 0)).toBe(rows);
    for (const { where, rows: n } of ranges) expect(rowsOfSlice(x.features[1] as Feature, age, where)).toHaveLength(n);
  });

  test('equal losses in a small slice are not certain', () => {
    const wrong = Float64Array.from({ length: 130 }, (_, row) => (row < 30 ? 1 : row % 2));
    const kinds = {
      rowCount: 130,
      features: [{ name: 'k', kind: 'categorical', levels: 2 } as const],
      columns: [Float64Array.from({ length: 130 }, (_, row) => (row < 30 ? 1 : 0))],
    };
    const [worst] = oneWaySlices(kinds, wrong).slices;
    expect(worst?.loss).toBe(1);
    expect((worst?.high as number) - (worst?.low as number)).toBeGreaterThan(0.1);
  });

  test('no rows', () => {
    expect(
      oneWaySlices({ rowCount: 0, features: [{ name: 'a', kind: 'numeric' }], columns: [new Float64Array(0)] }, new Float64Array(0)),
    ).toEqual({ overall: 0, examined: 0, tooSmall: 0, slices: [] });
  });
});
