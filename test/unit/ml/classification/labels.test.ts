import { describe, expect, test } from 'vitest';
import { type Adjustment, labelsOf, withAdjustment } from '../../../../src/ml/classification/adjusted-model.ts';
import { toBaseRate } from '../../../../src/ml/classification/base-rate.ts';
import { classWeights, weightByClass } from '../../../../src/ml/classification/class-weight.ts';
import { rebalance } from '../../../../src/ml/classification/rebalance.ts';
import { restoreAdjustment } from '../../../../src/ml/classification/restore-adjustment.ts';
import { chooseThreshold, THRESHOLD_METRICS } from '../../../../src/ml/classification/threshold.ts';
import type { FittedModel } from '../../../../src/ml/estimator.ts';
import { scoreSteps } from '../../../../src/ml/evaluate/score-steps.ts';
import { computeMetrics } from '../../../../src/ml/metrics/compute.ts';
import { Random } from '../../../../src/ml/random.ts';

describe('class weights', () => {
  const target = { codes: Int32Array.of(0, 0, 0, 1), classes: ['a', 'b', 'c'] };

  test('by label; a class that is not named counts 1, one without rows 0 when balanced', () => {
    expect([...classWeights(target, { b: 5 })]).toEqual([1, 5, 1]);
    expect([...classWeights(target, 'balanced')]).toEqual([4 / 6, 2, 0]);
    expect([...classWeights({ ...target, classes: ['toString', 'b', 'c'] }, { b: 5 })]).toEqual([1, 5, 1]);
  });

  test('times the weight of the row', () => {
    const sampleWeight = Float64Array.of(1, 2, 3, 6);
    expect([...classWeights(target, 'balanced', sampleWeight)]).toEqual([1, 1, 0]);
    expect([...weightByClass(target.codes, Float64Array.of(1, 5, 1), sampleWeight)]).toEqual([1, 2, 3, 30]);
  });
});

describe('rebalancing', () => {
  const codes = Int32Array.from({ length: 1000 }, (_, row) => (row % 10 === 0 ? 1 : 0));

  test('keeps the smaller class and draws the larger by the seed', () => {
    const found = rebalance(codes, { minorityShare: 0.3, seed: 1 });
    const kept = Array.from(found?.rows ?? [], (row) => codes[row] as number);
    expect([kept.filter((code) => code === 1).length, kept.filter((code) => code === 0).length]).toEqual([100, 233]);
    expect([...(found?.kept ?? [])]).toEqual([233 / 900, 1]);
    expect(rebalance(codes, { minorityShare: 0.3, seed: 1 })).toEqual(found);
    expect(rebalance(codes, { minorityShare: 0.3, seed: 2 })?.rows).not.toEqual(found?.rows);
  });

  test('nothing to do', () => {
    expect(rebalance(codes, { minorityShare: 0.1, seed: 1 })).toBeUndefined();
    expect(rebalance(Int32Array.of(0, 0), { minorityShare: 0.5, seed: 1 })).toBeUndefined();
    expect(rebalance(new Int32Array(0), { minorityShare: 0.5, seed: 1 })).toBeUndefined();
  });

  test('the shares are of weights where rows have one, and the positive class may be the larger', () => {
    const flipped = codes.map((code) => 1 - code);
    const found = rebalance(flipped, { minorityShare: 0.5, seed: 1, sampleWeight: new Float64Array(1000).fill(3) });
    expect([...(found?.kept ?? [])].map((share) => Number(share.toFixed(12)))).toEqual([1, Number((1 / 9).toFixed(12))]);
  });

  test('back to the base rate: a model that says the share of the sample says that of all rows', () => {
    const sample = 100 / 333;
    expect(toBaseRate(Float64Array.of(1 - sample, sample), [233 / 900, 1])[1]).toBeCloseTo(0.1, 12);
    const three = toBaseRate(Float64Array.of(0.2, 0.3, 0.5), [1, 1, 1]);
    three.forEach((value, code) => {
      expect(value).toBeCloseTo([0.2, 0.3, 0.5][code] as number, 12);
    });
  });
});

describe('the threshold', () => {
  const random = new Random(11);
  const truth = Int32Array.from({ length: 400 }, () => (random.uniform() < 0.1 ? 1 : 0));
  const probability = Float64Array.from(truth, (code) => Math.round(100 / (1 + Math.exp(2.5 - 1.5 * code - random.normal()))) / 100);
  const scores = Float64Array.from({ length: 800 }, (_, place) =>
    place % 2 === 1 ? (probability[place >> 1] as number) : 1 - (probability[place >> 1] as number),
  );
  const isPositive = Uint8Array.from(truth);
  const metricsAt = (threshold: number) =>
    computeMetrics({ kind: 'classification', codes: truth, classes: ['no', 'yes'] }, labelsOf(scores, 2, threshold), scores);

  test.each(THRESHOLD_METRICS)('%s has the value that the metric has there, and no cut has a better one', (metric) => {
    const chosen = chooseThreshold(scoreSteps(probability, isPositive), { metric });
    expect(metricsAt(chosen?.threshold ?? -1).get(metric)?.value).toBeCloseTo(chosen?.value ?? -1, 12);
    expect(metricsAt(0.5).get(metric)?.value).toBeCloseTo(chosen?.atHalf ?? -1, 12);
    const all = Array.from({ length: 101 }, (_, cut) => metricsAt(cut / 100 + 1e-9).get(metric)?.value ?? 0);
    expect(Math.max(...all)).toBeLessThanOrEqual((chosen?.value ?? -1) + 1e-12);
  });

  test('cost: missing is dearer, so more is called positive; free mistakes call everything positive', () => {
    const steps = scoreSteps(probability, isPositive);
    const equal = chooseThreshold(steps, { cost: { false_positive: 1, false_negative: 1 } });
    const dear = chooseThreshold(steps, { cost: { false_positive: 1, false_negative: 20 } });
    expect(dear?.threshold).toBeLessThan(equal?.threshold ?? 0);
    expect(dear?.value).toBeLessThanOrEqual(dear?.atHalf ?? 0);
    const free = chooseThreshold(steps, { cost: { false_positive: 0, false_negative: 1 } });
    expect(labelsOf(scores, 2, free?.threshold).filter((code, row) => code === 0 && truth[row] === 1)).toHaveLength(0);
  });

  test('probabilities of 0 and 1, one value, one class', () => {
    const steps = (p: readonly number[], positive: readonly number[]) => scoreSteps(Float64Array.from(p), Uint8Array.from(positive));
    expect(chooseThreshold(steps([1, 1, 0, 0], [1, 1, 0, 0]), { metric: 'f1_score' })).toEqual({ threshold: 0.5, value: 1, atHalf: 1 });
    expect(chooseThreshold(steps([1, 1, 1, 1], [1, 0, 0, 0]), { metric: 'accuracy_score' })?.value).toBe(0.25);
    expect(chooseThreshold(steps([0.2, 0.2], [1, 0]), { metric: 'f1_score' })?.threshold).toBeLessThanOrEqual(0.2);
    expect(chooseThreshold(steps([0.2, 0.4], [1, 1]), { metric: 'f1_score' })).toBeUndefined();
  });
});

describe('an adjusted model', () => {
  const model: FittedModel = {
    estimator: 'made_up',
    predict: () => Float64Array.of(0, 0),
    predictProba: () => Float64Array.of(0.5, 0.5, 0.9, 0.1),
    toJSON: () => ({ kept: true }),
    describe: () => ({ trees: 1 }),
  };
  const x = { rowCount: 2, features: [], columns: [] };

  test('without anything to say is the model itself', () => {
    expect(withAdjustment(model, {}, 2)).toBe(model);
    expect(withAdjustment(model, undefined, undefined)).toBe(model);
  });

  test('corrects, calibrates and labels, in this order', () => {
    const adjustment: Adjustment = {
      kept: [0.25, 1],
      calibrator: { method: 'isotonic', maps: [{ from: [0, 0.2, 1], to: [0, 0.6, 1] }] },
      threshold: 0.7,
    };
    const adjusted = withAdjustment(model, adjustment, 2);
    const scores = adjusted.predictProba?.(x) ?? new Float64Array(0);
    // 0.5 / 1 against 0.5 / 0.25 is 0.2, which the map calls 0.6.
    expect(scores[1]).toBeCloseTo(0.6, 12);
    expect([...adjusted.predict(x)]).toEqual([0, 0]);
    expect([...withAdjustment(model, { ...adjustment, threshold: 0.6 - 1e-9 }, 2).predict(x)]).toEqual([1, 0]);
    expect([adjusted.toJSON(), adjusted.describe()]).toEqual([{ kept: true }, { trees: 1 }]);
    const { predictProba: _, ...labels } = model;
    expect(() => withAdjustment(labels, adjustment, 2)).toThrow('a model without probabilities has none to adjust');
  });

  test('without a threshold the likelier class, of equal ones the first', () => {
    expect([...labelsOf(Float64Array.of(0.5, 0.5, 0.2, 0.8), 2)]).toEqual([0, 1]);
    expect([...labelsOf(Float64Array.of(0.2, 0.4, 0.4), 3, 0.1)]).toEqual([1]);
  });
});

describe('a saved adjustment', () => {
  test('comes back as it was', () => {
    const adjustment: Adjustment = {
      kept: [0.25, 1],
      calibrator: { method: 'sigmoid', maps: [{ slope: 0.9, intercept: -0.1 }] },
      threshold: 0.2,
    };
    expect(restoreAdjustment(JSON.parse(JSON.stringify(adjustment)), 2)).toEqual(adjustment);
    expect(
      restoreAdjustment({ calibrator: { method: 'isotonic', maps: [1, 2, 3].map(() => ({ from: [0.5], to: [0.4] })) } }, 3),
    ).toBeDefined();
  });

  test.each([
    [[], 2, 'no mapping'],
    [{ threshold: 0.5 }, undefined, 'for a model without classes'],
    [{ threshold: '0.5' }, 2, 'with a threshold that is no probability'],
    [{ threshold: 2 }, 2, 'with a threshold that is no probability'],
    [{ threshold: 0.5 }, 3, 'with a threshold that is no probability'],
    [{ kept: [0, 1] }, 2, 'without a share above 0 for each class'],
    [{ kept: [1] }, 2, 'without a share above 0 for each class'],
    [{ calibrator: { method: 'sigmoid', maps: [] } }, 2, 'with a calibration that is none'],
    [{ calibrator: { method: 'isotonic', maps: [{ from: [0.5, 0.5], to: [0, 1] }] } }, 2, 'with a calibration that is none'],
    [{ calibrator: { method: 'beta', maps: [{}] } }, 2, 'with a calibration that is none'],
    [{ treshold: 0.5 }, 2, 'with an unknown part `treshold`'],
  ])('%j of %s classes is refused', (json, classCount, what) => {
    expect(() => restoreAdjustment(json, classCount)).toThrow(new TypeError(`this is a saved adjustment of probabilities ${what}`));
  });
});

test('contributions still add up to the raw score after the base rate is put back', () => {
  const logit = Math.log(0.3 / 0.7);
  const model: FittedModel = {
    estimator: 'made_up',
    predict: () => Float64Array.of(0),
    predictProba: () => Float64Array.of(0.7, 0.3),
    contributions: () => ({ outputs: 1, expected: Float64Array.of(logit - 1), values: Float64Array.of(1), space: 'log_odds' }),
    toJSON: () => null,
    describe: () => ({}),
  };
  const x = { rowCount: 1, features: [{ name: 'a', kind: 'numeric' as const }], columns: [Float64Array.of(1)] };
  const adjusted = withAdjustment(model, { kept: [0.2, 1], threshold: 0.5 }, 2);
  const found = adjusted.contributions?.(x);
  const positive = adjusted.predictProba?.(x)[1] as number;
  expect((found?.expected[0] as number) + (found?.values[0] as number)).toBeCloseTo(Math.log(positive / (1 - positive)), 12);
  expect(found?.space).toBe('log_odds');
  const calibrator = { method: 'sigmoid', maps: [{ slope: 1, intercept: 0 }] } as const;
  expect(withAdjustment(model, { calibrator }, 2).contributions?.(x).space).toBe('raw');
});
