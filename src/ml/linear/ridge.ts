/**
 * Least squares with an L2 penalty (Hoerl and Kennard, Technometrics 12 (1970) 55):
 * minimise Σ weight · (target − intercept − X·β)² + Σ penaltyⱼ βⱼ².
 *
 * The columns are centred and scaled before, which squares a much smaller condition number into the
 * normal equations; they are solved by Cholesky, or by conjugate gradients where forming them would
 * cost more than the solution.
 */
import { solveSymmetric } from './cholesky.ts';
import { conjugateGradient } from './conjugate-gradient.ts';
import type { Design } from './design.ts';

/** Multiplications that forming the normal equations may cost, and their largest size (32 MB). */
const DIRECT_COST = 4e9;
const DIRECT_WIDTH = 2000;

export interface LinearSolution {
  /** For the scaled columns: one row of `width` numbers an output. */
  readonly coefficients: readonly Float64Array[];
  readonly intercepts: Float64Array;
  readonly iterations: number;
  readonly converged: boolean;
}

export interface RidgeProblem {
  readonly design: Design;
  readonly target: Float64Array;
  readonly weight: Float64Array;
  /** One a column, non-negative. */
  readonly penalty: Float64Array;
  readonly fitIntercept: boolean;
  readonly signal?: AbortSignal | undefined;
}

export function solveRidge(problem: RidgeProblem): LinearSolution {
  const { design, target, weight, fitIntercept } = problem;
  const { rowCount, width } = design;
  const total = weight.reduce((sum, w) => sum + w, 0);
  // Levels are not centred as columns, so their weighted shares stand for the centring below.
  const means = new Float64Array(width);
  let targetMean = 0;
  if (fitIntercept) {
    design.multiplyTransposed(weight, means);
    for (let j = 0; j < width; j++) means[j] = (means[j] as number) / total;
    let seen = 0;
    for (let row = 0; row < rowCount; row++) {
      seen += weight[row] as number;
      if (seen > 0) targetMean += ((weight[row] as number) / seen) * ((target[row] as number) - targetMean);
    }
  }
  const weighted = target.map((value, row) => (weight[row] as number) * (value - targetMean));
  const right = new Float64Array(width);
  design.multiplyTransposed(weighted, right);
  const off = weighted.reduce((sum, value) => sum + value, 0);
  for (let j = 0; j < width; j++) right[j] = (right[j] as number) - (means[j] as number) * off;

  const isDirect = width <= DIRECT_WIDTH && rowCount * width * width <= DIRECT_COST;
  const coefficients = isDirect ? direct(problem, means, total, right) : iterative(problem, means, total, right);
  let intercept = targetMean;
  for (let j = 0; j < width; j++) intercept -= (means[j] as number) * (coefficients[j] as number);
  return { coefficients: [coefficients], intercepts: Float64Array.of(intercept), iterations: 1, converged: true };
}

function direct({ design, weight, penalty }: RidgeProblem, means: Float64Array, total: number, right: Float64Array): Float64Array {
  const { width } = design;
  const gram = design.gram(weight);
  for (let j = 0; j < width; j++) {
    for (let k = 0; k <= j; k++)
      gram[j * width + k] = (gram[j * width + k] as number) - total * (means[j] as number) * (means[k] as number);
    gram[j * width + j] = Math.max(gram[j * width + j] as number, 0) + (penalty[j] as number);
  }
  return solveSymmetric(gram, right);
}

function iterative(problem: RidgeProblem, means: Float64Array, total: number, right: Float64Array): Float64Array {
  const { design, weight, penalty, signal } = problem;
  const { rowCount, width } = design;
  const scores = new Float64Array(rowCount);
  const diagonal = new Float64Array(width);
  design.squaresTransposed(weight, diagonal);
  for (let j = 0; j < width; j++) diagonal[j] = (diagonal[j] as number) - total * (means[j] as number) ** 2 + (penalty[j] as number);
  return conjugateGradient({
    multiply(v, out) {
      signal?.throwIfAborted();
      let shift = 0;
      for (let j = 0; j < width; j++) shift += (means[j] as number) * (v[j] as number);
      design.multiply(v, -shift, scores);
      let sum = 0;
      for (let row = 0; row < rowCount; row++) {
        scores[row] = (scores[row] as number) * (weight[row] as number);
        sum += scores[row] as number;
      }
      design.multiplyTransposed(scores, out);
      for (let j = 0; j < width; j++) out[j] = (out[j] as number) - sum * (means[j] as number) + (penalty[j] as number) * (v[j] as number);
    },
    diagonal,
    right,
    tolerance: 1e-12,
    maxIterations: Math.min(10 * width, 5000),
  });
}
