import { describe, expect, it } from 'vitest';
import { Random } from '../../../../src/ml/random.ts';
import {
  absoluteError,
  applyLink,
  binaryLogLoss,
  multiclassLogLoss,
  type Objective,
  poisson,
  squaredError,
} from '../../../../src/ml/trees/objective.ts';
import { weightedMedian } from '../../../../src/ml/trees/weighted.ts';

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
  ['binary log loss', binaryLogLoss(binary, undefined), 1],
  ['multiclass log loss', multiclassLogLoss(codes, 3, undefined), 1],
];

describe('objectives', () => {
  it.each(objectives)('%s: gradients and hessians are the derivatives of the loss', (_, objective, factor) => {
    const size = ROWS * objective.outputs;
    const scores = Float64Array.from({ length: size }, () => random.normal());
    const [gradients, hessians] = [new Float64Array(size), new Float64Array(size)];
    objective.derive(scores, gradients, hessians);
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
    ['poisson', poisson(counts, weight)],
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
    const leaf = poisson(Float64Array.of(1, 2, 6), undefined).leafValue?.(rows, new Float64Array(3).fill(Math.log(0.3)));
    expect(leaf).toBeCloseTo(Math.log(10), 12);
    // No events at all: far down, and not to minus infinity.
    expect(poisson(new Float64Array(3), undefined).leafValue?.(rows, new Float64Array(3))).toBe(-10);
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
