/**
 * Platt's calibration: probability = 1 / (1 + exp(−(slope · s + intercept))) of a score s. Platt, "Probabilistic Outputs
 * for Support Vector Machines" (1999), fitted by Newton's method with backtracking as in Lin, Lin and Weng, Machine
 * Learning 68 (2007), appendix. The score is the log-odds of the model's probability.
 */

export interface SigmoidMap {
  readonly slope: number;
  readonly intercept: number;
}

/** Probabilities nearer to 0 or 1 count as this far away, so that one certain mistake does not decide the line. */
const NEAREST = 1e-6;
const MOST_ITERATIONS = 100;
const SMALLEST_STEP = 1e-10;
/** Keeps the Hessian away from singular. */
const RIDGE = 1e-12;
/** Where the gradient is this small for the weight of a row, more digits say nothing. */
const TOLERANCE = 1e-10;

/**
 * `probability` are those of one class, `isMember[row]` is 1 or 0. Targets are Platt's, (N₊ + 1) / (N₊ + 2) and
 * 1 / (N₋ + 2), so that separated classes do not drive the slope to infinity. Leaves probabilities as they are where
 * one of both does not occur.
 */
export function fitSigmoid(probability: Float64Array, isMember: Uint8Array, weight: Float64Array): SigmoidMap {
  let [members, others] = [0, 0];
  for (let row = 0; row < weight.length; row++) {
    if (isMember[row] === 1) members += weight[row] as number;
    else others += weight[row] as number;
  }
  if (!(members > 0 && others > 0)) return { slope: 1, intercept: 0 };
  const total = members + others;
  const [high, low] = [(members + 1) / (members + 2), 1 / (others + 2)];
  const score = probability.map(logOdds);
  const loss = (slope: number, intercept: number): number => {
    let sum = 0;
    for (let row = 0; row < score.length; row++) {
      const z = slope * (score[row] as number) + intercept;
      const target = isMember[row] === 1 ? high : low;
      // −t·log(p) − (1 − t)·log(1 − p), written so that no exponential overflows.
      sum += (weight[row] as number) * (z >= 0 ? (1 - target) * z + Math.log1p(Math.exp(-z)) : -target * z + Math.log1p(Math.exp(z)));
    }
    return sum;
  };
  let [slope, intercept] = [0, Math.log((members + 1) / (others + 1))];
  let current = loss(slope, intercept);
  for (let iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
    let [ss, si, ii, gs, gi] = [RIDGE, 0, RIDGE, 0, 0];
    for (let row = 0; row < score.length; row++) {
      const s = score[row] as number;
      const w = weight[row] as number;
      const p = logistic(slope * s + intercept);
      const curvature = w * p * (1 - p);
      const gap = w * (p - (isMember[row] === 1 ? high : low));
      ss += s * s * curvature;
      si += s * curvature;
      ii += curvature;
      gs += s * gap;
      gi += gap;
    }
    if (Math.abs(gs) <= TOLERANCE * total && Math.abs(gi) <= TOLERANCE * total) break;
    const determinant = ss * ii - si * si;
    const stepSlope = -(ii * gs - si * gi) / determinant;
    const stepIntercept = -(ss * gi - si * gs) / determinant;
    const slant = gs * stepSlope + gi * stepIntercept;
    let size = 1;
    for (; size >= SMALLEST_STEP; size /= 2) {
      const next = loss(slope + size * stepSlope, intercept + size * stepIntercept);
      if (next > current + 1e-4 * size * slant) continue;
      slope += size * stepSlope;
      intercept += size * stepIntercept;
      current = next;
      break;
    }
    if (size < SMALLEST_STEP) break;
  }
  // Adding 0 turns −0 into 0, which is what JSON would make of it.
  return { slope: slope + 0, intercept: intercept + 0 };
}

export function applySigmoid({ slope, intercept }: SigmoidMap, probability: number): number {
  return logistic(slope * logOdds(probability) + intercept);
}

function logOdds(probability: number): number {
  const p = Math.min(1 - NEAREST, Math.max(NEAREST, probability));
  return Math.log(p / (1 - p));
}

function logistic(z: number): number {
  return z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z));
}
