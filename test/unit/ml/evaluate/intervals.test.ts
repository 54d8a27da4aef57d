/** Intervals: normal quantiles, Wilson, the bootstrap. */
import { describe, expect, test } from 'vitest';
import type { Target } from '../../../../src/ml/estimator.ts';
import { bootstrapIntervals, pairedIntervals } from '../../../../src/ml/evaluate/bootstrap.ts';
import { evaluatePrediction } from '../../../../src/ml/evaluate/evaluation.ts';
import { normalCdf, normalQuantile, standardErrors } from '../../../../src/ml/evaluate/normal.ts';
import { resample } from '../../../../src/ml/evaluate/resample.ts';
import { wilsonInterval } from '../../../../src/ml/evaluate/wilson.ts';
import type { Measurable } from '../../../../src/ml/metrics/measurable.ts';
import { regressionRows } from '../../../../src/ml/metrics/regression.ts';
import { Random } from '../../../../src/ml/random.ts';

describe('the normal distribution', () => {
  // Abramowitz and Stegun, tables 26.1 and 26.2.
  test.each([
    [0, 0.5],
    [1, 0.841344746068543],
    [1.96, 0.97500210485178],
    [-3, 0.00134989803163],
    [-7, 1.279812543885835e-12],
    [-10, 7.619853024160527e-24],
  ])('P(Z ≤ %f)', (x, p) => {
    expect(Math.abs(normalCdf(x) / p - 1)).toBeLessThan(1e-12);
  });

  test('quantiles', () => {
    expect(standardErrors(0.95)).toBeCloseTo(1.959963984540054, 12);
    expect(normalQuantile(1e-6)).toBeCloseTo(-4.753424308822899, 10);
    expect(normalQuantile(0.5)).toBeCloseTo(0, 12);
    expect(() => normalQuantile(1)).toThrow(new RangeError('a probability between 0 and 1 is needed; found 1'));
  });
});

describe('Wilson', () => {
  test('a textbook case: 15 of 148 (Newcombe, Statistics in Medicine 17 (1998) 857, table I)', () => {
    const { low, high } = wilsonInterval(15 / 148, 148);
    expect([low.toFixed(4), high.toFixed(4)]).toEqual(['0.0624', '0.1605']);
  });

  test('shares of 0 and 1 and no rows', () => {
    expect(wilsonInterval(0, 20).low).toBe(0);
    expect(wilsonInterval(0, 20).high).toBeCloseTo(0.1611, 4);
    expect(wilsonInterval(1, 20).high).toBe(1);
    expect(wilsonInterval(0, 0)).toEqual({ low: 0, high: 1 });
  });
});

describe('resamples', () => {
  const collect = (rows: number, options: Omit<Parameters<typeof resample>[1], 'resamples'>): number[][] => {
    const found: number[][] = [];
    resample(rows, { ...options, resamples: 50 }, (weight) => found.push([...weight]));
    return found;
  };

  test('draw as many rows as there are, and the same ones for a seed', () => {
    const found = collect(20, { seed: 4 });
    for (const weight of found) expect(weight.reduce((a, b) => a + b, 0)).toBe(20);
    expect(collect(20, { seed: 4 })).toEqual(found);
    expect(collect(20, { seed: 5 })).not.toEqual(found);
  });

  test('keep the sizes of strata', () => {
    const strata = Int32Array.of(0, 0, 0, 1, 1, 0);
    for (const weight of collect(6, { seed: 1, strata })) expect((weight[3] as number) + (weight[4] as number)).toBe(2);
  });

  test('draw groups as a whole and multiply sample weights', () => {
    const groups = Int32Array.of(0, 1, 0, 1, 2);
    const sampleWeight = Float64Array.of(1, 2, 1, 2, 0.5);
    for (const [a, b, c, d] of collect(5, { seed: 1, groups, sampleWeight })) {
      expect(c).toBe(a);
      expect(d).toBe(b);
      expect((b as number) % 2).toBe(0);
    }
  });
});

describe('bootstrap intervals', () => {
  const rows = (count: number, seed: number): Measurable => {
    const random = new Random(seed);
    const target = Float64Array.from({ length: count }, () => random.normal());
    return regressionRows(
      target,
      target.map((y) => y + random.normal()),
    );
  };

  test('cover the truth about as often as they say', () => {
    // The mean absolute error of standard normal noise is √(2/π).
    const truth = Math.sqrt(2 / Math.PI);
    let covered = 0;
    for (let seed = 0; seed < 200; seed++) {
      const interval = bootstrapIntervals(rows(100, seed), ['mean_absolute_error'], { seed, resamples: 300 }).intervals.get(
        'mean_absolute_error',
      );
      if (interval?.missing === undefined && interval !== undefined && interval.low <= truth && truth <= interval.high) covered++;
    }
    expect(covered).toBeGreaterThan(200 * 0.88);
    expect(covered).toBeLessThan(200 * 0.995);
  });

  test('have the width that theory gives', () => {
    const { intervals, method, resamples } = bootstrapIntervals(rows(4000, 1), ['mean_squared_error'], { seed: 1 });
    const interval = intervals.get('mean_squared_error') as { low: number; high: number };
    // The variance of a squared standard normal is 2.
    expect((interval.high - interval.low) / (2 * 1.96 * Math.sqrt(2 / 4000))).toBeGreaterThan(0.88);
    expect((interval.high - interval.low) / (2 * 1.96 * Math.sqrt(2 / 4000))).toBeLessThan(1.12);
    expect({ method, resamples }).toEqual({ method: 'percentile bootstrap', resamples: 1000 });
  });

  test('of large data come from a sample and keep width and scale', () => {
    // Sums over rows, declared so costly that only 1,000 of the 20,000 rows can be used.
    const random = new Random(9);
    const values = Float64Array.from({ length: 20_000 }, () => random.normal());
    const costly = (some: Float64Array): Measurable => ({
      rowCount: some.length,
      costPerRow: 500,
      measure(weight) {
        let sum = 0;
        let total = 0;
        let positive = 0;
        some.forEach((value, row) => {
          sum += value * (weight[row] as number);
          total += weight[row] as number;
          if (value > 0) positive += weight[row] as number;
        });
        return new Map([
          ['mean', { value: sum / total }],
          ['positives', { value: positive }],
        ]);
      },
      take: (chosen) => costly(Float64Array.from(chosen, (row) => some[row] as number)),
    });
    const found = bootstrapIntervals(costly(values), ['mean', 'positives'], { seed: 2 });
    expect([found.method, found.resamples, found.rowsUsed]).toEqual(['percentile bootstrap, of 1000 sampled rows, rescaled', 200, 1000]);
    const all = costly(values).measure(new Float64Array(20_000).fill(1));
    for (const [name, error] of [
      ['mean', Math.sqrt(1 / 20_000)],
      ['positives', Math.sqrt(20_000 / 4)],
    ] as const) {
      const { low, high } = found.intervals.get(name) as { low: number; high: number };
      expect(low, name).toBeLessThan(all.get(name)?.value as number);
      expect(high, name).toBeGreaterThan(all.get(name)?.value as number);
      expect((high - low) / (2 * 1.96 * error), name).toBeGreaterThan(0.75);
      expect((high - low) / (2 * 1.96 * error), name).toBeLessThan(1.25);
    }
  });

  test('say why there is none', () => {
    expect(bootstrapIntervals(rows(9, 1), ['mean_squared_error'], { seed: 1 }).intervals.get('mean_squared_error')).toEqual({
      missing: 'fewer than 10 rows',
    });
    // One row in 12 differs: about 35 % of the resamples have a constant target.
    const target = new Float64Array(12).fill(1);
    target[0] = 2;
    const found = bootstrapIntervals(regressionRows(target, new Float64Array(12)), ['r2_score'], { seed: 1, resamples: 200 });
    const lost = found.undefinedResamples.get('r2_score') as number;
    expect(lost).toBeGreaterThan(40);
    expect(lost).toBeLessThan(110);
    expect(found.intervals.get('r2_score')).toEqual({ missing: `undefined in ${lost} of 200 resamples` });
  });

  test('of a difference are narrow where both models err alike', () => {
    const random = new Random(3);
    const target = Float64Array.from({ length: 300 }, () => random.normal());
    const first = target.map((y) => y + random.normal());
    const second = first.map((p) => p + 0.001);
    const [a, b] = [regressionRows(target, first), regressionRows(target, second)];
    const paired = pairedIntervals(a, b, ['mean_absolute_error'], { seed: 1 }).intervals.get('mean_absolute_error') as {
      low: number;
      high: number;
    };
    expect(Math.max(Math.abs(paired.low), Math.abs(paired.high))).toBeLessThan(0.0011);
    expect(pairedIntervals(a, a, ['r2_score'], { seed: 1 }).intervals.get('r2_score')).toEqual({ low: 0, high: 0 });
    expect(() => pairedIntervals(a, rows(5, 1), ['r2_score'], { seed: 1 })).toThrow(
      'a paired comparison needs the same rows on both sides',
    );
  });
});

describe('evaluatePrediction', () => {
  test('a rare class is stratified, and what has no honest interval gets none', () => {
    const codes = Int32Array.from({ length: 200 }, (_, row) => (row < 5 ? 1 : 0));
    const target: Target = { kind: 'classification', codes, classes: ['no', 'yes'] };
    const scores = Float64Array.from({ length: 400 }, (_, k) => {
      const p = (((k >> 1) * 37) % 100) / 100;
      return k % 2 === 1 ? p : 1 - p;
    });
    const prediction = Float64Array.from({ length: 200 }, (_, row) => ((scores[2 * row + 1] as number) > 0.5 ? 1 : 0));
    const { metrics, bootstrap } = evaluatePrediction(target, prediction, scores, { seed: 1, resamples: 200 });
    expect(bootstrap.method).toBe('percentile bootstrap, stratified by class');
    expect(bootstrap.undefinedResamples.size).toBe(0);
    expect([...bootstrap.intervals.keys()]).toEqual([...metrics.keys()].filter((name) => name !== 'example_count'));
    for (const [name, interval] of bootstrap.intervals) {
      const { value } = metrics.get(name) as { value: number };
      const { low, high } = interval as { low: number; high: number };
      expect(low <= value && value <= high, `${name}: ${low} ${value} ${high}`).toBe(true);
    }
  });

  test('a metric that all rows leave undefined has no interval', () => {
    const values = Float64Array.from({ length: 20 }, (_, row) => row);
    const { metrics, bootstrap } = evaluatePrediction(
      { kind: 'regression', values },
      values.map((y) => y + 1),
      undefined,
      { seed: 1, resamples: 200 },
    );
    expect(metrics.get('mean_absolute_percentage_error')).toEqual({ missing: 'the target is 0 in 1 row' });
    expect(bootstrap.intervals.has('mean_absolute_percentage_error')).toBe(false);
    expect(bootstrap.intervals.has('max_error')).toBe(false);
    expect(bootstrap.intervals.get('mean_absolute_error')).toEqual({ low: 1, high: 1 });
  });
});
