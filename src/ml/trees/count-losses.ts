/**
 * Deviances with a log link, for targets of at least 0: Poisson for counts, Tweedie for sums that are
 * often 0, such as claims (Jørgensen, "Exponential Dispersion Models", JRSS B 1987; the variance grows as the
 * mean to a power ρ, and Poisson is ρ = 1). Leaves get their exact minimum: far below it the losses are so
 * steep that a Newton step would overshoot by orders of magnitude.
 */
import { LARGEST_LOG_STEP, meanLoss, type Objective, SMALLEST_SHARE } from './objective.ts';
import { weightedMean } from './weighted.ts';

/** What pulls leaf values towards 0: the size of a value, and half its square. */
export interface Penalty {
  readonly l1: number;
  readonly l2: number;
}

const NO_PENALTY: Penalty = { l1: 0, l2: 0 };

/** Deviance of counts. */
export function poisson(target: Float64Array, weight: Float64Array | undefined, penalty: Penalty = NO_PENALTY): Objective {
  return {
    ...countLoss(target, weight, 1, penalty),
    loss: (scores) =>
      meanLoss(target.length, weight, (row) => {
        const y = target[row] as number;
        const score = scores[row] as number;
        return 2 * ((y > 0 ? y * (Math.log(y) - score) : 0) - y + Math.exp(score));
      }),
  };
}

/** Deviance of the Tweedie family with variance power `power`, between 1 and 2. */
export function tweedie(target: Float64Array, weight: Float64Array | undefined, power: number, penalty: Penalty = NO_PENALTY): Objective {
  const [one, two] = [1 - power, 2 - power];
  return {
    ...countLoss(target, weight, power, penalty),
    loss: (scores) =>
      meanLoss(target.length, weight, (row) => {
        const y = target[row] as number;
        const score = scores[row] as number;
        return 2 * (y ** two / (one * two) - (y * Math.exp(one * score)) / one + Math.exp(two * score) / two);
      }),
  };
}

function countLoss(
  target: Float64Array,
  weight: Float64Array | undefined,
  power: number,
  penalty: Penalty,
): Pick<Objective, 'outputs' | 'link' | 'hasUnitHessian' | 'kernel' | 'largestStep' | 'start' | 'stepOf'> {
  return {
    outputs: 1,
    link: 'exp',
    hasUnitHessian: false,
    kernel: { loss: 'count', target, limits: () => [1 - power] },
    largestStep: LARGEST_LOG_STEP,
    start: () => Float64Array.of(Math.log(Math.max(weightedMean(target, weight), SMALLEST_SHARE))),
    stepOf(gradient, hessian) {
      // G is Σ expected − Σ observed, and H is (2 − ρ) Σ expected − (1 − ρ) Σ observed.
      const expected = hessian - (1 - power) * gradient;
      return minimumOf({ observed: Math.max(0, expected - gradient), expected, power }, penalty);
    },
  };
}

/**
 * The minimum over v of expected × e^((2 − ρ)v) ∕ (2 − ρ) − observed × e^((1 − ρ)v) ∕ (1 − ρ) + l1 |v| + l2 v² ∕ 2, which is
 * log(observed ∕ expected) without the penalties. With them it lies between that and 0.
 */
function minimumOf(sums: { readonly observed: number; readonly expected: number; readonly power: number }, { l1, l2 }: Penalty): number {
  const { observed, expected, power } = sums;
  const bare = Math.max(-LARGEST_LOG_STEP, Math.min(LARGEST_LOG_STEP, Math.log(observed / expected)));
  if (l1 === 0 && l2 === 0) return bare;
  if (Math.abs(expected - observed) <= l1) return 0;
  const sign = Math.sign(bare);
  const slopeAt = (v: number): number => expected * Math.exp((2 - power) * v) - observed * Math.exp((1 - power) * v) + l2 * v + l1 * sign;
  let [near, far] = [0, bare];
  // The slope grows with v, so halving is safe; fifty halves leave nothing of a double.
  for (let round = 0; round < 50 && near !== far; round++) {
    const middle = (near + far) / 2;
    if (slopeAt(middle) * sign > 0) far = middle;
    else near = middle;
  }
  return (near + far) / 2;
}
