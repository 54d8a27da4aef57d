/**
 * Least squares with an L2 penalty (Hoerl and Kennard, Technometrics 12 (1970) 55):
 * minimise Σ weight · (target − intercept − X·β)² + Σ penaltyⱼ βⱼ².
 *
 * Well conditioned columns are solved by Cholesky, whose solution is corrected by the residuals of the
 * rows themselves until nothing changes: the corrected semi-normal equations of Björck (Linear Algebra and its
 * Applications 88/89 (1987) 31), as exact as an orthogonal factorisation and twice as quick. Where they do not
 * settle, columns are close to dependent, and the orthogonal factorisation decides. Both would cost too
 * much for thousands of columns: there conjugate gradients work on the rows.
 */
import { factorise, substitute } from './cholesky.ts';
import { conjugateGradientLeastSquares } from './conjugate-gradient.ts';
import type { Design } from './design.ts';
import type { LinearSolution } from './linear-solution.ts';
import { Triangle } from './orthogonal.ts';

/** Multiplications that forming the normal equations may cost, and their largest size (32 MB). */
const DIRECT_COST = 4e9;
const DIRECT_WIDTH = 2000;
/** The same for the orthogonal factorisation, which writes the levels of categories out. */
const ORTHOGONAL_COST = 2e10;
const ORTHOGONAL_WIDTH = 1000;
const CORRECTIONS = 8;
/** Numbers of a block of rows: 2 MB. */
const BLOCK = 262_144;

export interface LeastSquaresProblem {
  readonly design: Design;
  readonly target: Float64Array;
  readonly weight: Float64Array;
  /** One a column, non-negative. */
  readonly penalty: Float64Array;
  readonly fitIntercept: boolean;
  readonly signal?: AbortSignal | undefined;
}

export function solveLeastSquares(problem: LeastSquaresProblem): LinearSolution {
  const { design, target, weight, penalty, fitIntercept } = problem;
  const { rowCount, width } = design;
  const centred = centre(design, target, weight, fitIntercept);
  const cost = rowCount * width * width;
  const coefficients =
    (width <= DIRECT_WIDTH && cost <= DIRECT_COST ? bySemiNormalEquations(problem, centred) : undefined) ??
    (width <= ORTHOGONAL_WIDTH && cost <= ORTHOGONAL_COST ? byOrthogonalFactorisation(problem, centred) : undefined) ??
    byConjugateGradients(centred, penalty, problem.signal);
  return {
    coefficients: [coefficients],
    intercepts: Float64Array.of(centred.intercept(coefficients)),
    iterations: 1,
    converged: true,
  };
}

/** The problem with its weighted means taken out, as products with vectors. */
export interface Centred {
  readonly design: Design;
  /** √weight · (target − mean). */
  readonly right: Float64Array;
  readonly root: Float64Array;
  /** Weighted means of the columns; numbers have about 0 already, levels have their shares. */
  readonly means: Float64Array;
  /** out = √weight · (X − means) · v. */
  multiply(v: Float64Array, out: Float64Array): void;
  /** out = (X − means)ᵀ · √weight · u. */
  multiplyTransposed(u: Float64Array, out: Float64Array): void;
  intercept(coefficients: Float64Array): number;
}

export function centre(design: Design, target: Float64Array, weight: Float64Array, fitIntercept: boolean): Centred {
  const { rowCount, width } = design;
  const means = new Float64Array(width);
  let targetMean = 0;
  if (fitIntercept) {
    const total = weight.reduce((sum, w) => sum + w, 0);
    design.multiplyTransposed(weight, means);
    for (let j = 0; j < width; j++) means[j] = (means[j] as number) / total;
    let seen = 0;
    for (let row = 0; row < rowCount; row++) {
      seen += weight[row] as number;
      if (seen > 0) targetMean += ((weight[row] as number) / seen) * ((target[row] as number) - targetMean);
    }
  }
  const root = weight.map(Math.sqrt);
  const weighted = new Float64Array(rowCount);
  return {
    design,
    root,
    means,
    right: target.map((value, row) => (root[row] as number) * (value - targetMean)),
    multiply(v, out) {
      let shift = 0;
      for (let j = 0; j < width; j++) shift += (means[j] as number) * (v[j] as number);
      design.multiply(v, -shift, out);
      for (let row = 0; row < rowCount; row++) out[row] = (out[row] as number) * (root[row] as number);
    },
    multiplyTransposed(u, out) {
      let sum = 0;
      for (let row = 0; row < rowCount; row++) {
        weighted[row] = (u[row] as number) * (root[row] as number);
        sum += weighted[row] as number;
      }
      design.multiplyTransposed(weighted, out);
      for (let j = 0; j < width; j++) out[j] = (out[j] as number) - sum * (means[j] as number);
    },
    intercept(coefficients) {
      let intercept = targetMean;
      for (let j = 0; j < width; j++) intercept -= (means[j] as number) * (coefficients[j] as number);
      return intercept;
    },
  };
}

/** Lower triangle of Σ weight · (columnⱼ − meanⱼ) · (columnₖ − meanₖ), with the penalty on its diagonal. */
export function centredGram(
  { design, means }: Pick<Centred, 'design' | 'means'>,
  weight: Float64Array,
  penalty: Float64Array,
): Float64Array {
  const { width } = design;
  const gram = design.gram(weight);
  const total = weight.reduce((sum, w) => sum + w, 0);
  for (let j = 0; j < width; j++) {
    for (let k = 0; k <= j; k++)
      gram[j * width + k] = (gram[j * width + k] as number) - total * (means[j] as number) * (means[k] as number);
    gram[j * width + j] = Math.max(gram[j * width + j] as number, 0) + (penalty[j] as number);
  }
  return gram;
}

/** `undefined` where columns are too close to dependent for it. */
function bySemiNormalEquations({ weight, penalty, signal }: LeastSquaresProblem, centred: Centred): Float64Array | undefined {
  const width = penalty.length;
  const factor = factorise(centredGram(centred, weight, penalty), width);
  if (factor === undefined) return undefined;
  const solution = new Float64Array(width);
  const residual = centred.right.slice();
  const scores = new Float64Array(residual.length);
  const gradient = new Float64Array(width);
  let last = Number.POSITIVE_INFINITY;
  for (let round = 0; round <= CORRECTIONS; round++) {
    signal?.throwIfAborted();
    centred.multiplyTransposed(residual, gradient);
    for (let j = 0; j < width; j++) gradient[j] = (gradient[j] as number) - (penalty[j] as number) * (solution[j] as number);
    const correction = substitute(factor, gradient);
    let [change, size] = [0, 0];
    for (let j = 0; j < width; j++) {
      solution[j] = (solution[j] as number) + (correction[j] as number);
      change = Math.max(change, Math.abs(correction[j] as number));
      size = Math.max(size, Math.abs(solution[j] as number));
    }
    if (change <= 1e-14 * size || size === 0) return solution;
    // Each correction gains the digits that the factorisation has right. At the end they drown in rounding.
    if (round > 0 && change > 0.1 * last) return change <= 1e-11 * size ? solution : undefined;
    last = change;
    centred.multiply(solution, scores);
    for (let row = 0; row < residual.length; row++) residual[row] = (centred.right[row] as number) - (scores[row] as number);
  }
  return undefined;
}

function byOrthogonalFactorisation({ penalty, signal }: LeastSquaresProblem, centred: Centred): Float64Array {
  const { design, means, root, right } = centred;
  const { width, rowCount } = design;
  const triangle = new Triangle(width);
  const stride = Math.max(width, Math.min(1024, Math.floor(BLOCK / (width + 1))));
  const block = new Float64Array((width + 1) * stride);
  for (let from = 0; from < rowCount; from += stride) {
    signal?.throwIfAborted();
    const to = Math.min(from + stride, rowCount);
    design.writeColumns(from, to, block, stride);
    for (let j = 0; j < width; j++) {
      const mean = means[j] as number;
      for (let row = from, at = j * stride; row < to; row++, at++) block[at] = ((block[at] as number) - mean) * (root[row] as number);
    }
    block.set(right.subarray(from, to), width * stride);
    triangle.add(block, to - from, stride);
  }
  if (penalty.some((value) => value > 0)) {
    block.fill(0);
    for (let j = 0; j < width; j++) block[j * stride + j] = Math.sqrt(penalty[j] as number);
    triangle.add(block, width, stride);
  }
  return triangle.solve().solution;
}

function byConjugateGradients(centred: Centred, penalty: Float64Array, signal: AbortSignal | undefined): Float64Array {
  const { design, means, root, right } = centred;
  const { width } = design;
  const weight = root.map((value) => value * value);
  const total = weight.reduce((sum, w) => sum + w, 0);
  const diagonal = new Float64Array(width);
  design.squaresTransposed(weight, diagonal);
  for (let j = 0; j < width; j++) diagonal[j] = (diagonal[j] as number) - total * (means[j] as number) ** 2 + (penalty[j] as number);
  return conjugateGradientLeastSquares({
    multiply(v, out) {
      signal?.throwIfAborted();
      centred.multiply(v, out);
    },
    multiplyTransposed: centred.multiplyTransposed,
    penalty,
    diagonal,
    right,
    tolerance: 1e-12,
    maxIterations: Math.min(10 * width, 5000),
  });
}
