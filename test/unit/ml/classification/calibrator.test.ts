import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Calibrator, calibrate, fitCalibrator } from '../../../../src/ml/classification/calibrator.ts';
import { classWeights } from '../../../../src/ml/classification/class-weight.ts';
import { applyIsotonic, fitIsotonic } from '../../../../src/ml/classification/isotonic.ts';
import { fitSigmoid } from '../../../../src/ml/classification/sigmoid.ts';
import { chooseThreshold } from '../../../../src/ml/classification/threshold.ts';
import { scoreSteps } from '../../../../src/ml/evaluate/score-steps.ts';
import { Random } from '../../../../src/ml/random.ts';

interface Case {
  readonly truth: readonly number[];
  readonly probability: readonly number[];
  readonly weight: readonly number[];
  readonly slope: number;
  readonly intercept: number;
  readonly at: readonly number[];
  readonly isotonic: readonly number[];
  readonly best_f1: number;
  readonly f1_at_half: number;
  readonly balanced: readonly number[];
}

// Made by scripts/golden-calibration.py.
const CASES = JSON.parse(readFileSync(new URL('./golden.json', import.meta.url), 'utf8')) as readonly Case[];

describe.each(CASES.map((one) => [one.truth.length, one] as const))('as scikit-learn on %i rows', (_, golden) => {
  const probability = Float64Array.from(golden.probability);
  const truth = Uint8Array.from(golden.truth);
  const weight = Float64Array.from(golden.weight);

  test('sigmoid', () => {
    const { slope, intercept } = fitSigmoid(probability, truth, weight);
    // scikit-learn stops its L-BFGS earlier than Newton's method does.
    expect(slope).toBeCloseTo(golden.slope, 4);
    expect(intercept).toBeCloseTo(golden.intercept, 4);
  });

  test('isotonic', () => {
    const map = fitIsotonic(probability, truth, weight);
    golden.at.forEach((p, index) => {
      expect(applyIsotonic(map, p)).toBeCloseTo(golden.isotonic[index] as number, 9);
    });
  });

  test('the best threshold', () => {
    const chosen = chooseThreshold(scoreSteps(probability, truth, weight), { metric: 'f1_score' });
    expect(chosen?.value).toBeCloseTo(golden.best_f1, 12);
    expect(chosen?.atHalf).toBeCloseTo(golden.f1_at_half, 12);
  });

  test('balanced weights', () => {
    const weights = classWeights({ codes: Int32Array.from(golden.truth), classes: ['no', 'yes'] }, 'balanced');
    golden.balanced.forEach((value, code) => {
      expect(weights[code]).toBeCloseTo(value, 12);
    });
  });
});

describe('a calibrator', () => {
  const random = new Random(3);
  const rows = 600;
  const codes = Int32Array.from({ length: rows }, () => random.integer(3));
  const scores = new Float64Array(rows * 3);
  for (let row = 0; row < rows; row++) {
    const raw = [0, 1, 2].map((code) => Math.exp(2.5 * random.normal() + (code === codes[row] ? 2 : 0)));
    raw.forEach((value, code) => {
      scores[row * 3 + code] = value / raw.reduce((sum, one) => sum + one, 0);
    });
  }
  const logLoss = (of: Float64Array) =>
    codes.reduce((sum, code, row) => sum - Math.log(Math.max(1e-12, of[row * 3 + code] as number)) / rows, 0);

  test.each(['sigmoid', 'isotonic'] as const)('%s of three classes sums to 1, comes nearer to the truth and is data', (method) => {
    const before = Float64Array.from(scores);
    const calibrator = fitCalibrator(method, { scores, codes, classCount: 3 });
    const after = calibrate(calibrator, scores);
    expect(scores).toEqual(before);
    for (let row = 0; row < rows; row++)
      expect((after[row * 3] as number) + (after[row * 3 + 1] as number) + (after[row * 3 + 2] as number)).toBeCloseTo(1, 12);
    expect(logLoss(after)).toBeLessThan(logLoss(scores) - 0.1);
    expect(calibrate(JSON.parse(JSON.stringify(calibrator)) as Calibrator, scores)).toEqual(after);
  });

  test('a class that does not occur leaves probabilities as they are; nothing at all is an error', () => {
    const one = Float64Array.of(0.2, 0.4);
    expect(fitSigmoid(one, Uint8Array.of(1, 1), Float64Array.of(1, 1))).toEqual({ slope: 1, intercept: 0 });
    expect(() => fitCalibrator('sigmoid', { scores: new Float64Array(0), codes: new Int32Array(0), classCount: 2 })).toThrow(
      'calibration needs rows',
    );
  });

  test('separated classes and certain mistakes give finite maps', () => {
    const separated = fitSigmoid(Float64Array.of(0, 0, 1, 1), Uint8Array.of(0, 0, 1, 1), Float64Array.of(1, 1, 1, 1));
    expect(Number.isFinite(separated.slope) && Number.isFinite(separated.intercept)).toBe(true);
    const wrong = fitSigmoid(Float64Array.of(0, 1, 0, 1), Uint8Array.of(1, 0, 1, 0), Float64Array.of(1, 1, 1, 1));
    expect(wrong.slope).toBeLessThan(0);
  });

  test('all maps 0 give every class the same', () => {
    const maps = [0, 1, 2].map(() => ({ from: [0, 1], to: [0, 0] }));
    expect([...calibrate({ method: 'isotonic', maps }, Float64Array.of(0.2, 0.3, 0.5))]).toEqual([1 / 3, 1 / 3, 1 / 3]);
  });
});
