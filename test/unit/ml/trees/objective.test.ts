import { describe, expect, it } from 'vitest';
import { Random } from '../../../../src/ml/random.ts';
import { poisson, tweedie } from '../../../../src/ml/trees/count-losses.ts';
import { applyLink, binaryLogLoss, multiclassLogLoss, type Objective, squaredError } from '../../../../src/ml/trees/objective.ts';
import { absoluteError, huberLoss, quantileLoss } from '../../../../src/ml/trees/residual-losses.ts';
import { weightedMedian, weightedQuantile } from '../../../../src/ml/trees/weighted.ts';
import { derivativesOf } from '../../../support/derivatives.ts';

const random = new Random(1);
const ROWS = 20;
const counts = Float64Array.from({ length: ROWS }, () => random.integer(5));
const codes = Int32Array.from({ length: ROWS }, () => random.integer(3));
const binary = codes.map((code) => Math.min(code, 1));
const weight = Float64Array.from({ length: ROWS }, () => random.uniform());

/** Each loss, and by how much its value is larger than what its gradient is the derivative of. */
const objectives: [string, Objective, number][] = [
  ['squared error', squaredError(counts, undefined), 2],
  ['poisson', poisson(counts, undefined), 2],
  ['tweedie', tweedie(counts, undefined, 1.3), 2],
  ['binary log loss', binaryLogLoss(binary, undefined), 1],
  ['multiclass log loss', multiclassLogLoss(codes, 3, undefined), 1],
];

describe('objectives', () => {
  it.each(objectives)('%s: gradients and hessians are the derivatives of the loss', (_, objective, factor) => {
    const size = ROWS * objective.outputs;
    const scores = Float64Array.from({ length: size }, () => random.normal());
    const { gradients, hessians } = derivativesOf(objective, scores);
    const step = 1e-4;
    const lossAt = (i: number, by: number): number =>
      objective.loss(scores.map((score, at) => (at === i ? score + by : score))) * (ROWS / factor);
    for (let i = 0; i < size; i++) {
      const [below, here, above] = [lossAt(i, -step), lossAt(i, 0), lossAt(i, step)];
      expect(gradients[i]).toBeCloseTo((above - below) / (2 * step), 5);
      expect(hessians[i]).toBeCloseTo((above - 2 * here + below) / step ** 2, 4);
    }
  });

  it.each([
    ['squared error', squaredError(counts, weight)],
    ['absolute error', absoluteError(counts, weight)],
    ['quantile', quantileLoss(counts, weight, 0.8)],
    ['poisson', poisson(counts, weight)],
    ['tweedie', tweedie(counts, weight, 1.3)],
    ['binary log loss', binaryLogLoss(binary, weight)],
    ['multiclass log loss', multiclassLogLoss(codes, 3, weight)],
  ])('%s: no constant score is better than the start', (_, objective) => {
    const start = objective.start();
    const lossOf = (constants: Float64Array): number =>
      objective.loss(Float64Array.from({ length: ROWS * constants.length }, (_, i) => constants[Math.floor(i / ROWS)] as number));
    const best = lossOf(start);
    for (let k = 0; k < start.length; k++) {
      for (const by of [-0.05, 0.05])
        expect(lossOf(start.map((score, at) => (at === k ? score + by : score)))).toBeGreaterThanOrEqual(best);
    }
  });

  it('stays finite at extreme scores', () => {
    const loss = binaryLogLoss(Int32Array.of(0, 1), undefined);
    expect(loss.loss(Float64Array.of(1000, -1000))).toBe(1000);
    expect(loss.loss(Float64Array.of(-1000, 1000))).toBe(0);
    expect(multiclassLogLoss(Int32Array.of(2), 3, undefined).loss(Float64Array.of(1000, 0, -1000))).toBe(2000);
    const scores = Float64Array.of(1000, 0, -1000);
    applyLink('softmax', scores, 3);
    expect(Array.from(scores)).toEqual([1, 0, 0]);
  });

  it('gives leaves of the absolute error the median and of poisson the exact minimum', () => {
    const rows = Int32Array.of(0, 1, 2);
    expect(absoluteError(Float64Array.of(1, 5, 100), undefined).leafValue?.(rows, Float64Array.of(0, 1, 0))).toBe(4);
    const leaf = valueOver(poisson(Float64Array.of(1, 2, 6), undefined), rows, new Float64Array(3).fill(Math.log(0.3)));
    expect(leaf).toBeCloseTo(Math.log(10), 12);
    // No events at all: far down, and not to minus infinity.
    expect(valueOver(poisson(new Float64Array(3), undefined), rows, new Float64Array(3))).toBe(-10);
  });
});

/** The value of a leaf that holds all rows. */
function valueOver(objective: Objective, rows: Int32Array, scores: Float64Array, weight?: Float64Array): number {
  if (objective.leafValue !== undefined) return objective.leafValue(rows, scores);
  const { gradients, hessians } = derivativesOf(objective, scores, { weight });
  const sum = (values: Float64Array): number => values.reduce((all, value) => all + value, 0);
  return objective.stepOf?.(sum(gradients), sum(hessians)) ?? Number.NaN;
}

describe('leaf values', () => {
  const rows = Int32Array.from({ length: ROWS }, (_, row) => row);
  const scores = Float64Array.from({ length: ROWS }, () => random.normal());
  const lossAfter = (objective: Objective, by: number): number => objective.loss(scores.map((score) => score + by));

  it.each<[string, Objective]>([
    ['absolute error', absoluteError(counts, weight)],
    ['quantile', quantileLoss(counts, weight, 0.8)],
    ['poisson', poisson(counts, weight)],
    ['tweedie', tweedie(counts, weight, 1.7)],
  ])('of %s are the best that all rows of a leaf can be moved by', (_, objective) => {
    const best = valueOver(objective, rows, scores, weight);
    for (const by of [-0.5, -0.01, 0.01, 0.5])
      expect(lossAfter(objective, best + by)).toBeGreaterThanOrEqual(lossAfter(objective, best) - 1e-12);
  });

  it.each([1, 1.5])('of count losses are the minimum with the penalties, variance power %d', (power) => {
    const penalty = { l1: 3, l2: 2 };
    const objective = power === 1 ? poisson(counts, undefined, penalty) : tweedie(counts, undefined, power, penalty);
    const best = valueOver(objective, rows, scores);
    // Half a deviance is a negative log likelihood.
    const penalised = (v: number): number => (lossAfter(objective, v) * ROWS) / 2 + 3 * Math.abs(v) + v ** 2;
    for (const by of [-0.1, -1e-3, 1e-3, 0.1]) expect(penalised(best + by)).toBeGreaterThan(penalised(best));
    const heavy = { l1: 1e6, l2: 0 };
    expect(valueOver(power === 1 ? poisson(counts, undefined, heavy) : tweedie(counts, undefined, power, heavy), rows, scores)).toBe(0);
  });

  it('of Huber are between median and mean, whatever an outlier says', () => {
    const target = Float64Array.of(0, 1, 2, 3, 1000);
    const five = Int32Array.of(0, 1, 2, 3, 4);
    const objective = huberLoss(target, undefined, 0.7);
    derivativesOf(objective, new Float64Array(5));
    // The threshold is 3: sizes 0 … 3 are 80 % of the rows.
    expect(objective.leafValue?.(five, new Float64Array(5))).toBe(2 + (-2 - 1 + 0 + 1 + 3) / 5);
  });
});

describe('Huber', () => {
  it('has gradients no longer than the threshold that a share of the residuals meets', () => {
    const target = Float64Array.of(1, -2, 3, -4, 50);
    const { gradients } = derivativesOf(huberLoss(target, undefined, 0.7), new Float64Array(5));
    expect(Array.from(gradients)).toEqual([-1, 2, -3, 4, -4]);
  });
});

describe('weightedQuantile', () => {
  it('is what sorting finds, weights being repetitions', () => {
    for (let round = 0; round < 300; round++) {
      const size = 1 + random.integer(12);
      const values = Float64Array.from({ length: size }, () => random.integer(7) - 3);
      const times = Float64Array.from({ length: size }, () => random.integer(4));
      const repeated = Array.from(values).flatMap((value, i) => Array<number>(times[i] as number).fill(value));
      const level = (1 + random.integer(9)) / 10;
      const sorted = repeated.sort((a, b) => a - b);
      const at = level * sorted.length;
      const expected =
        sorted.length === 0
          ? Number.NaN
          : Number.isInteger(at)
            ? ((sorted[at - 1] as number) + (sorted[at] as number)) / 2
            : (sorted[Math.ceil(at) - 1] as number);
      expect(weightedQuantile(values, times, level)).toBe(expected);
      expect(weightedQuantile(Float64Array.from(repeated), undefined, level)).toBe(expected);
    }
  });
});

describe('weightedMedian', () => {
  it.each([
    [[3, 1, 2], undefined, 2],
    [[4, 1, 2, 3], undefined, 2.5],
    [[1, 2, 3], [1, 1, 5], 3],
    [[1, 2, 3], [1, 1, 2], 2.5],
    [[5, 7], [0, 1], 7],
  ])('of %j with weights %j is %d', (values, weights, expected) => {
    expect(weightedMedian(Float64Array.from(values), weights && Float64Array.from(weights))).toBe(expected);
  });
});
