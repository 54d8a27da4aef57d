import { describe, expect, test } from 'vitest';
import { densityGrid, equalEdges, histogram, mainRange } from '../../../../src/ml/evaluate/histogram.ts';
import { perClassAreas, perClassReport, topConfusions } from '../../../../src/ml/evaluate/per-class.ts';
import {
  errorByTargetDecile,
  predictedAgainstActual,
  residualAgainstPredicted,
  residualBand,
  residualHistogram,
  residualsOf,
  worstErrorShare,
} from '../../../../src/ml/evaluate/residuals.ts';
import { rowErrors, worstRows } from '../../../../src/ml/evaluate/row-errors.ts';
import { confusionMatrix } from '../../../../src/ml/metrics/confusion.ts';
import { Random } from '../../../../src/ml/random.ts';

const f64 = (...values: number[]): Float64Array => Float64Array.from(values);

describe('histograms', () => {
  test('count what lies outside and what is no number', () => {
    expect(histogram(f64(-1, 0, 0.1, 0.3, 1, 2, Number.NaN), equalEdges(0, 1, 4))).toEqual({
      edges: [0, 0.25, 0.5, 0.75, 1],
      counts: [2, 1, 0, 1],
      underflow: 1,
      overflow: 1,
      missing: 1,
    });
  });

  test('a value on an edge belongs to the bin above, whatever the rounding', () => {
    const edges = equalEdges(0, 0.7, 7);
    for (let k = 0; k < 7; k++) expect(histogram(f64(edges[k] as number), edges).counts[k], `edge ${k}`).toBe(1);
  });

  test('the main range leaves out a share at each end, and nothing of few rows', () => {
    const values = Float64Array.from({ length: 1000 }, (_, k) => k);
    expect(mainRange(values, 0.005)).toEqual([5, 994]);
    expect(mainRange(f64(3, -1e9, 7), 0.005)).toEqual([-1e9, 7]);
    expect(mainRange(f64(200, 200), 0.005)).toEqual([198, 202]);
    expect(mainRange(f64(0), 0.005)).toEqual([-0.5, 0.5]);
    expect(mainRange(f64(Number.NaN), 0.005)).toBeUndefined();
  });

  test('a grid has at most side² cells and counts every row once', () => {
    const random = new Random(1);
    const x = Float64Array.from({ length: 3000 }, () => random.normal());
    const y = x.map((value) => value + random.normal());
    const grid = densityGrid(x, y, { x: [-2, 2], y: [-2, 2] });
    expect(grid.cells.length).toBeLessThanOrEqual(400);
    expect(grid.cells.reduce((sum, { count }) => sum + count, 0) + grid.outside).toBe(3000);
    expect(grid.outside).toBeGreaterThan(0);
    expect(densityGrid(f64(0.1, 0.2, 1), f64(0.9, 0.8, 0), { x: [0, 1], y: [0, 1] }, 2)).toEqual({
      cells: [
        { x: 0.25, y: 0.75, count: 2 },
        { x: 0.75, y: 0.25, count: 1 },
      ],
      cellWidth: 0.5,
      cellHeight: 0.5,
      outside: 0,
    });
  });
});

describe('residuals', () => {
  test('are prediction − target', () => {
    expect(residualsOf(f64(1, 2), f64(3, 1))).toEqual(f64(2, -1));
    expect(residualHistogram(f64(-1, 0, 1), 2)).toEqual({ edges: [-1, 0, 1], counts: [1, 2], underflow: 0, overflow: 0, missing: 0 });
    expect(residualHistogram(f64())).toBeUndefined();
  });

  test('the band follows a trend', () => {
    const prediction = Float64Array.from({ length: 400 }, (_, k) => (k * 7) % 400);
    const band = residualBand(
      prediction,
      prediction.map((p) => p / 100),
      4,
    );
    expect(band.map(({ rows }) => rows)).toEqual([100, 100, 100, 100]);
    expect(band.map(({ prediction: p, median }) => [p, Number(median.toFixed(3))])).toEqual([
      [49.5, 0.495],
      [149.5, 1.495],
      [249.5, 2.495],
      [349.5, 3.495],
    ]);
    expect(band[0]?.p10).toBeCloseTo(0.099, 12);
    expect(band[0]?.p90).toBeCloseTo(0.891, 12);
    expect(residualBand(f64(1, 2, 3), f64(0, 0, 0))).toHaveLength(1);
    expect(residualBand(f64(), f64())).toEqual([]);
  });

  test('error by target groups, equal targets together', () => {
    expect(errorByTargetDecile(f64(1, 1, 1, 2), f64(2, 0, 4, 2), 2)).toEqual([
      { from: 1, to: 1, rows: 3, bias: 1, meanAbsoluteError: 5 / 3, rootMeanSquaredError: Math.sqrt(11 / 3) },
      { from: 2, to: 2, rows: 1, bias: 0, meanAbsoluteError: 0, rootMeanSquaredError: 0 },
    ]);
    expect(
      errorByTargetDecile(
        Float64Array.from({ length: 100 }, (_, k) => k),
        new Float64Array(100),
      ),
    ).toHaveLength(10);
  });

  test('the share of the worst rows', () => {
    const residuals = new Float64Array(200).fill(1);
    expect(worstErrorShare(residuals)).toBeCloseTo(0.01, 12);
    residuals[7] = -20;
    expect(worstErrorShare(residuals)).toBeCloseTo(401 / 599, 12);
    expect(worstErrorShare(f64(0, 0))).toBe(0);
    expect(worstErrorShare(f64())).toBe(0);
  });

  test('the density of predicted against actual has one range for both', () => {
    const grid = predictedAgainstActual(f64(0, 10), f64(2, 8), 10);
    expect(grid).toEqual({
      cells: [
        { x: 0.5, y: 2.5, count: 1 },
        { x: 9.5, y: 8.5, count: 1 },
      ],
      cellWidth: 1,
      cellHeight: 1,
      outside: 0,
    });
    expect(predictedAgainstActual(f64(), f64())).toBeUndefined();
    expect(residualAgainstPredicted(f64(0, 4), f64(-1, 1), 2)?.cells).toEqual([
      { x: 1, y: -0.5, count: 1 },
      { x: 3, y: 0.5, count: 1 },
    ]);
  });
});

describe('single rows', () => {
  const target = { kind: 'classification', codes: Int32Array.of(0, 1, 1), classes: ['a', 'b'] } as const;

  test('errors', () => {
    expect(rowErrors({ kind: 'regression', values: f64(1, 2) }, f64(0, 5))).toEqual(f64(-1, 3));
    expect(rowErrors(target, f64(0, 0, 1))).toEqual(f64(0, 1, 0));
    expect(rowErrors(target, f64(0, 0, 1), f64(0.75, 0.25, 0.5, 0.5, 0, 1))).toEqual(f64(0.25, 0.5, 0));
  });

  test('the worst first, by size whatever the sign', () => {
    expect([...worstRows(f64(1, -3, 3, 0), 3)]).toEqual([1, 2, 0]);
  });
});

describe('classes', () => {
  const truth = Int32Array.of(0, 0, 0, 0, 1, 1, 2);
  const confusion = confusionMatrix(truth, Int32Array.of(0, 0, 1, 1, 1, 0, 0), 3);

  test('a report for each', () => {
    const [a, , c] = perClassReport(confusion, ['a', 'b', 'c']);
    expect(a).toMatchObject({
      label: 'a',
      support: 4,
      predicted: 4,
      precision: { value: 0.5 },
      recall: { value: 0.5 },
      f1: { value: 0.5 },
    });
    expect(a?.recallInterval.low).toBeCloseTo(0.15, 2);
    expect(c).toMatchObject({
      support: 1,
      predicted: 0,
      precision: { missing: 'no row is predicted positive' },
      recall: { value: 0 },
      precisionInterval: { low: 0, high: 1 },
    });
  });

  test('the largest confusions', () => {
    expect(topConfusions(confusion, 2)).toEqual([
      { truth: 0, predicted: 1, count: 2, share: 0.5 },
      { truth: 1, predicted: 0, count: 1, share: 0.5 },
    ]);
  });

  test('areas', () => {
    const [a, b] = perClassAreas(Int32Array.of(0, 1, 0), f64(0.9, 0.1, 0.8, 0.2, 0.7, 0.3), 2);
    expect(a).toEqual({ rocAuc: { value: 0.5 }, precisionRecallAuc: { value: (1 + 2 / 3) / 2 } });
    expect(b?.rocAuc).toEqual({ value: 0.5 });
  });
});
