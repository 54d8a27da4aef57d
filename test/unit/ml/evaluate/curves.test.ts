import { describe, expect, test } from 'vitest';
import { calibration, topClass } from '../../../../src/ml/evaluate/calibration.ts';
import { gainCurve, precisionRecallCurve, rocCurve } from '../../../../src/ml/evaluate/curves.ts';
import { scoreSteps, thin } from '../../../../src/ml/evaluate/score-steps.ts';
import { bestThreshold, thresholdTable } from '../../../../src/ml/evaluate/thresholds.ts';
import { wilsonInterval } from '../../../../src/ml/evaluate/wilson.ts';
import { Random } from '../../../../src/ml/random.ts';

const steps = (scores: readonly number[], positive: readonly number[]): ReturnType<typeof scoreSteps> =>
  scoreSteps(Float64Array.from(scores), Uint8Array.from(positive));
const area = (points: readonly (readonly [number, number])[]): number =>
  points.slice(1).reduce((sum, [x, y], k) => sum + ((x - (points[k]?.[0] as number)) * (y + (points[k]?.[1] as number))) / 2, 0);

describe('curves', () => {
  test('tied scores are one step', () => {
    expect(steps([0.2, 0.9, 0.9, 0.2], [0, 1, 0, 1])).toEqual({
      thresholds: Float64Array.of(0.9, 0.2),
      truePositives: Float64Array.of(1, 2),
      falsePositives: Float64Array.of(1, 2),
      positives: 2,
      negatives: 2,
    });
  });

  test('are thinned to 200 points without changing the area much', () => {
    const random = new Random(1);
    const positive = Array.from({ length: 20_000 }, () => random.integer(2));
    const many = steps(
      positive.map((p) => p + random.normal()),
      positive,
    );
    const curve = rocCurve(many);
    expect(curve).toHaveLength(200);
    expect(curve[0]).toEqual([0, 0]);
    expect(curve.at(-1)).toEqual([1, 1]);
    expect(Math.abs(area(curve) - area(rocCurve(many, Number.POSITIVE_INFINITY)))).toBeLessThan(1e-3);
    expect(precisionRecallCurve(many).length).toBeLessThanOrEqual(200);
    expect(gainCurve(many).length).toBeLessThanOrEqual(200);
    expect(gainCurve(many).at(-1)).toMatchObject({ share: 1, gain: 1, lift: 1 });
  });

  test('are empty where they do not exist', () => {
    expect(rocCurve(steps([0.1, 0.2], [0, 0]))).toEqual([]);
    expect(precisionRecallCurve(steps([0.1, 0.2], [0, 0]))).toEqual([]);
    expect(gainCurve(steps([], []))).toEqual([]);
  });

  test('gain and lift of a perfect ranking', () => {
    expect(gainCurve(steps([0.9, 0.8, 0.3, 0.1], [1, 1, 0, 0]))).toEqual([
      { share: 0.25, gain: 0.5, lift: 2, threshold: 0.9 },
      { share: 0.5, gain: 1, lift: 2, threshold: 0.8 },
      { share: 0.75, gain: 1, lift: 1 / 0.75, threshold: 0.3 },
      { share: 1, gain: 1, lift: 1, threshold: 0.1 },
    ]);
  });

  test('rows of weight 0 draw no point', () => {
    const weighted = scoreSteps(Float64Array.of(0.9, 0.5, 0.1), Uint8Array.of(0, 1, 0), Float64Array.of(0, 1, 1));
    expect(precisionRecallCurve(weighted)).toEqual([
      [1, 1],
      [1, 0.5],
    ]);
  });

  test('thinning keeps both ends and no more than the limit', () => {
    expect(thin(3, (k) => k)).toEqual([0, 1, 2]);
    expect(thin(1000, (k) => k, 5)).toEqual([0, 250, 500, 750, 999]);
    // All progress in the last step.
    expect(thin(1000, (k) => (k === 999 ? 1 : 0), 5)).toEqual([0, 999]);
  });
});

describe('thresholds', () => {
  const some = steps([0.9, 0.8, 0.7, 0.4, 0.3], [1, 0, 1, 0, 0]);

  test('a row for each score', () => {
    expect(thresholdTable(some)[2]).toEqual({
      threshold: 0.7,
      truePositives: 2,
      falsePositives: 1,
      falseNegatives: 0,
      trueNegatives: 2,
      precision: { value: 2 / 3 },
      recall: { value: 1 },
      f1: { value: 0.8 },
      flagged: 0.6,
    });
    expect(thresholdTable(some, 3).map(({ threshold }) => threshold)).toEqual([0.9, 0.7, 0.3]);
  });

  test('the best by each goal', () => {
    expect(bestThreshold(some, 'f1_score')?.threshold).toBe(0.7);
    expect(bestThreshold(some, 'accuracy_score')?.threshold).toBe(0.9);
    expect(bestThreshold(some, 'youden')?.threshold).toBe(0.7);
    expect(bestThreshold(steps([0.5], [1]), 'youden')).toBeUndefined();
  });
});

describe('calibration', () => {
  const scores = Float64Array.of(0.1, 0.1, 0.1, 0.1, 0.9, 0.9, 0, 1);
  const positive = Uint8Array.of(0, 0, 0, 1, 1, 1, 0, 1);

  test('bins of equal width, the error from the same bins', () => {
    const { bins, expectedCalibrationError } = calibration(scores, positive, { bins: 2 });
    expect(bins.map(({ count, predicted, observed }) => ({ count, predicted: Number(predicted.toFixed(12)), observed }))).toEqual([
      { count: 5, predicted: 0.08, observed: 0.2 },
      { count: 3, predicted: Number((2.8 / 3).toFixed(12)), observed: 1 },
    ]);
    expect(expectedCalibrationError.value).toBeCloseTo((5 * 0.12 + 3 * (1 - 2.8 / 3)) / 8, 12);
    expect(bins[0]?.low).toBeLessThan(0.2);
    expect(bins[1]?.high).toBe(1);
  });

  test('bins of equal count keep tied scores together', () => {
    expect(calibration(scores, positive, { bins: 4, by: 'count' }).bins.map(({ count }) => count)).toEqual([5, 2, 1]);
  });

  test('weights of 3 for every row change nothing, and unequal ones widen the interval', () => {
    const plain = calibration(scores, positive, { bins: 2 });
    const [low] = calibration(scores, positive, { bins: 2, weight: new Float64Array(8).fill(3) }).bins;
    expect(low?.high).toBeCloseTo(plain.bins[0]?.high as number, 12);
    // The two rows count as 25 / 17 = (Σw)² / Σw² rows.
    const [unequal] = calibration(Float64Array.of(0.1, 0.1), Uint8Array.of(1, 0), { weight: Float64Array.of(4, 1) }).bins;
    expect(unequal).toMatchObject({ observed: 0.8, high: wilsonInterval(0.8, 25 / 17).high });
  });

  test('a calibrated score has a small error and honest intervals', () => {
    const random = new Random(8);
    const p = Float64Array.from({ length: 20_000 }, () => random.uniform());
    const { bins, expectedCalibrationError } = calibration(
      p,
      Uint8Array.from(p, (value) => (random.uniform() < value ? 1 : 0)),
    );
    expect(expectedCalibrationError.value).toBeLessThan(0.02);
    expect(bins.filter(({ predicted, low, high }) => low <= predicted && predicted <= high).length).toBeGreaterThanOrEqual(8);
  });

  test('no rows', () => {
    expect(calibration(new Float64Array(0), new Uint8Array(0))).toEqual({
      bins: [],
      expectedCalibrationError: { missing: 'there are no rows' },
    });
  });

  test('the top class', () => {
    expect(topClass(Float64Array.of(0.2, 0.5, 0.3, 0.4, 0.4, 0.2), Int32Array.of(1, 1), 3)).toEqual({
      scores: Float64Array.of(0.5, 0.4),
      isCorrect: Uint8Array.of(1, 0),
    });
  });
});
