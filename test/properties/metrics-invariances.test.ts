/** Metrics obey their bounds and do not depend on what they must not depend on. fast-check prints the seed of a failure. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Target } from '../../src/ml/estimator.ts';
import { calibration } from '../../src/ml/evaluate/calibration.ts';
import { checkCriteria } from '../../src/ml/evaluate/criteria.ts';
import { rocCurve } from '../../src/ml/evaluate/curves.ts';
import { equalEdges, histogram } from '../../src/ml/evaluate/histogram.ts';
import { scoreSteps } from '../../src/ml/evaluate/score-steps.ts';
import { wilsonInterval } from '../../src/ml/evaluate/wilson.ts';
import { computeMetrics } from '../../src/ml/metrics/compute.ts';
import type { MetricValues } from '../../src/ml/metrics/outcome.ts';
import { runs } from '../support/runs.ts';

interface Rows {
  readonly target: Target;
  readonly prediction: Float64Array;
  readonly scores?: Float64Array;
}
type Row = { readonly truth: number; readonly predicted: number; readonly scores: readonly number[]; readonly copies: number };

const RUNS = { numRuns: runs(150) };
// Few distinct values, so that ties and constant columns are common.
const value = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.double({ min: -1e3, max: 1e3, noNaN: true }).map((x) => Math.round(x * 100) / 100),
);
const score = fc.integer({ min: 0, max: 8 }).map((eighths) => eighths / 8);
const copies = fc.integer({ min: 1, max: 3 });
const regressionRows = fc.array(fc.record({ truth: value, predicted: value, scores: fc.constant([] as number[]), copies }), {
  minLength: 1,
  maxLength: 40,
});
const classRows = (classes: number): fc.Arbitrary<Row[]> =>
  fc.array(
    fc.record({
      truth: fc.integer({ min: 0, max: classes - 1 }),
      predicted: fc.integer({ min: 0, max: classes - 1 }),
      scores: fc.array(score, { minLength: classes, maxLength: classes }),
      copies,
    }),
    { minLength: 1, maxLength: 40 },
  );
const anyRows = fc.oneof(
  regressionRows.map((rows) => ({ classes: 0, rows })),
  classRows(2).map((rows) => ({ classes: 2, rows })),
  classRows(4).map((rows) => ({ classes: 4, rows })),
);

function build(classes: number, rows: readonly Row[]): Rows {
  const prediction = Float64Array.from(rows, ({ predicted }) => predicted);
  if (classes === 0) return { target: { kind: 'regression', values: Float64Array.from(rows, ({ truth }) => truth) }, prediction };
  const labels = ['a', 'b', 'c', 'd'].slice(0, classes);
  return {
    target: { kind: 'classification', codes: Int32Array.from(rows, ({ truth }) => truth), classes: labels },
    prediction,
    scores: Float64Array.from(rows.flatMap(({ scores }) => scores)),
  };
}
const measure = ({ target, prediction, scores }: Rows, sampleWeight?: Float64Array): MetricValues =>
  computeMetrics(target, prediction, scores, { sampleWeight });

function expectSame(found: MetricValues, expected: MetricValues, ...except: readonly string[]): void {
  for (const [name, { value: number, missing }] of expected) {
    if (except.includes(name)) continue;
    const other = found.get(name);
    // A count of rows may be part of the reason, and rows are what changes.
    expect(other?.missing?.replace(/\d+ rows?/, 'rows'), name).toBe(missing?.replace(/\d+ rows?/, 'rows'));
    if (number !== undefined)
      expect(Math.abs((other?.value as number) - number), name).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(number)));
  }
}

describe('metrics', () => {
  test('do not depend on the order of the rows', () => {
    fc.assert(
      fc.property(anyRows, ({ classes, rows }) => {
        expectSame(measure(build(classes, [...rows].reverse())), measure(build(classes, rows)));
      }),
      RUNS,
    );
  });

  test('give a row of weight k what k copies of it give', () => {
    fc.assert(
      fc.property(anyRows, ({ classes, rows }) => {
        const weighted = measure(
          build(classes, rows),
          Float64Array.from(rows, (row) => row.copies),
        );
        const repeated = measure(
          build(
            classes,
            rows.flatMap((row) => Array.from({ length: row.copies }, () => row)),
          ),
        );
        expectSame(weighted, repeated, 'example_count');
      }),
      RUNS,
    );
  });

  test('stay within their bounds and are never NaN', () => {
    fc.assert(
      fc.property(anyRows, ({ classes, rows }) => {
        const found = measure(build(classes, rows));
        for (const [name, { value: number, missing }] of found) {
          expect(number === undefined ? typeof missing : Number.isFinite(number), name).toBe(number === undefined ? 'string' : true);
          if (number === undefined || /target/.test(name)) continue;
          if (/r2_score|^score/.test(name)) expect(number, name).toBeLessThanOrEqual(1);
          else expect(number, name).toBeGreaterThanOrEqual(0);
          if (classes > 0 && /_score|auc/.test(name)) expect(number, name).toBeLessThanOrEqual(1 + 1e-12);
        }
        if (classes === 0) {
          const get = (name: string): number => found.get(name)?.value as number;
          expect(get('mean_absolute_error')).toBeLessThanOrEqual(get('root_mean_squared_error') * (1 + 1e-12));
          expect(get('root_mean_squared_error')).toBeLessThanOrEqual(get('max_error') * (1 + 1e-12));
          expect(get('median_absolute_error')).toBeLessThanOrEqual(get('max_error'));
        }
      }),
      RUNS,
    );
  });

  test('a perfect prediction is perfect', () => {
    fc.assert(
      fc.property(anyRows, ({ classes, rows }) => {
        const perfect = rows.map((row) => ({ ...row, predicted: row.truth, scores: row.scores.map((_, k) => (k === row.truth ? 1 : 0)) }));
        const found = measure(build(classes, perfect));
        for (const [name, { value: number }] of found) {
          if (number === undefined || /target|example|negatives|positives/.test(name)) continue;
          expect(number, name).toBeCloseTo(/error|loss/.test(name) ? 0 : 1, 12);
        }
      }),
      RUNS,
    );
  });
});

describe('ranking', () => {
  test('the area is the share of pairs in the right order, and the curve encloses it', () => {
    fc.assert(
      fc.property(classRows(2), (rows) => {
        const area = measure(build(2, rows)).get('roc_auc');
        const positives = rows.filter(({ truth }) => truth === 1);
        const negatives = rows.filter(({ truth }) => truth === 0);
        if (positives.length === 0 || negatives.length === 0) {
          expect(area).toEqual({ missing: 'only one class occurs' });
          return;
        }
        let right = 0;
        for (const p of positives)
          for (const n of negatives) right += (Math.sign((p.scores[1] as number) - (n.scores[1] as number)) + 1) / 2;
        expect(area?.value).toBeCloseTo(right / positives.length / negatives.length, 12);
        const points = rocCurve(
          scoreSteps(
            Float64Array.from(rows, ({ scores }) => scores[1] as number),
            Uint8Array.from(rows, ({ truth }) => truth),
          ),
        );
        let enclosed = 0;
        for (let k = 1; k < points.length; k++) {
          const [x0, y0] = points[k - 1] as readonly [number, number];
          const [x1, y1] = points[k] as readonly [number, number];
          expect(x1 >= x0 && y1 >= y0).toBe(true);
          enclosed += ((x1 - x0) * (y0 + y1)) / 2;
        }
        expect(enclosed).toBeCloseTo(area?.value as number, 12);
      }),
      RUNS,
    );
  });

  test('the other class as positive mirrors precision for its own counts', () => {
    fc.assert(
      fc.property(classRows(2), (rows) => {
        const { target, prediction, scores } = build(2, rows);
        const mirrored = computeMetrics(target, prediction, scores, { positive: 'a' });
        const plain = computeMetrics(target, prediction, scores);
        expect(mirrored.get('true_positives')).toEqual(plain.get('true_negatives'));
        expect(mirrored.get('false_positives')).toEqual(plain.get('false_negatives'));
        expect(mirrored.get('accuracy_score')).toEqual(plain.get('accuracy_score'));
      }),
      RUNS,
    );
  });
});

describe('evaluation', () => {
  test('a stricter limit never turns a failure into a pass', () => {
    fc.assert(
      fc.property(value, value, value, fc.boolean(), (measured, a, b, greaterIsBetter) => {
        const passes = (threshold: number): boolean =>
          checkCriteria([{ metric: 'm', threshold, greaterIsBetter }], new Map([['m', { value: measured }]]))[0]?.result === 'pass';
        const [loose, strict] = greaterIsBetter ? [Math.min(a, b), Math.max(a, b)] : [Math.max(a, b), Math.min(a, b)];
        if (passes(strict)) expect(passes(loose)).toBe(true);
      }),
      RUNS,
    );
  });

  test('calibration counts every row once, and its error is a share', () => {
    fc.assert(
      fc.property(classRows(2), fc.integer({ min: 1, max: 12 }), fc.constantFrom('width' as const, 'count' as const), (rows, bins, by) => {
        const scores = Float64Array.from(rows, ({ scores: s }) => s[1] as number);
        const found = calibration(
          scores,
          Uint8Array.from(rows, ({ truth }) => truth),
          { bins, by },
        );
        expect(found.bins.reduce((sum, { count }) => sum + count, 0)).toBe(rows.length);
        expect(found.bins.length).toBeLessThanOrEqual(bins);
        expect(found.expectedCalibrationError.value).toBeGreaterThanOrEqual(0);
        expect(found.expectedCalibrationError.value).toBeLessThanOrEqual(1);
        for (const { low, observed, high } of found.bins) expect(0 <= low && low <= observed && observed <= high && high <= 1).toBe(true);
      }),
      RUNS,
    );
  });

  test('a histogram loses no row', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -10, max: 10 }), { maxLength: 60 }), fc.integer({ min: 1, max: 30 }), (values, bins) => {
        const { counts, underflow, overflow, missing } = histogram(Float64Array.from(values), equalEdges(-3, 4, bins));
        expect(counts.reduce((a, b) => a + b, 0) + underflow + overflow + missing).toBe(values.length);
        expect(missing).toBe(values.filter(Number.isNaN).length);
      }),
      RUNS,
    );
  });

  test('more rows narrow a Wilson interval', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.double({ min: 0, max: 1, noNaN: true }), (count, share) => {
        const few = wilsonInterval(share, count);
        const many = wilsonInterval(share, 2 * count);
        expect(many.high - many.low).toBeLessThan(few.high - few.low);
        expect(few.low <= share && share <= few.high).toBe(true);
      }),
      RUNS,
    );
  });
});
