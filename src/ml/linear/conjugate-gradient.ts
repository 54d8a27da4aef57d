/**
 * Solving a symmetric positive (semi-)definite system known only by its product with a vector:
 * conjugate gradients with a diagonal preconditioner (Golub and Van Loan, algorithm 11.5.1).
 */

export interface ConjugateGradientOptions {
  /** Writes matrix · v into `out`. */
  readonly multiply: (v: Float64Array, out: Float64Array) => void;
  /** Roughly the matrix's diagonal; entries that are not positive count as 1. */
  readonly diagonal: Float64Array;
  readonly right: Float64Array;
  /** Stop when the residual is below this share of `right`, in the Euclidean norm. */
  readonly tolerance: number;
  readonly maxIterations: number;
}

/** The best solution found. Directions in which the matrix is flat are left at 0. */
export function conjugateGradient(options: ConjugateGradientOptions): Float64Array {
  const { multiply, right, tolerance, maxIterations } = options;
  const size = right.length;
  const inverse = options.diagonal.map((value) => (value > 0 ? 1 / value : 1));
  const solution = new Float64Array(size);
  const residual = right.slice();
  const scaled = residual.map((value, k) => value * (inverse[k] as number));
  const direction = scaled.slice();
  const product = new Float64Array(size);
  const goal = tolerance * tolerance * inner(right, right);
  let progress = inner(residual, scaled);
  for (let iteration = 0; iteration < maxIterations && inner(residual, residual) > goal; iteration++) {
    multiply(direction, product);
    const curvature = inner(direction, product);
    // Flat to rounding: another step would be as long as it is meaningless.
    if (!(curvature > Number.EPSILON ** 2 * inner(direction, direction))) break;
    const step = progress / curvature;
    for (let k = 0; k < size; k++) {
      solution[k] = (solution[k] as number) + step * (direction[k] as number);
      residual[k] = (residual[k] as number) - step * (product[k] as number);
      scaled[k] = (residual[k] as number) * (inverse[k] as number);
    }
    const next = inner(residual, scaled);
    const turn = next / progress;
    for (let k = 0; k < size; k++) direction[k] = (scaled[k] as number) + turn * (direction[k] as number);
    progress = next;
  }
  return solution;
}

export function inner(left: Float64Array, right: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < left.length; k++) sum += (left[k] as number) * (right[k] as number);
  return sum;
}

export interface ConjugateGradientLeastSquaresOptions {
  /** Writes A · v into `out`, one number a row. */
  readonly multiply: (v: Float64Array, out: Float64Array) => void;
  /** Writes Aᵀ · u into `out`, one number a column. */
  readonly multiplyTransposed: (u: Float64Array, out: Float64Array) => void;
  readonly penalty: Float64Array;
  /** Of AᵀA + penalty, roughly; entries that are not positive count as 1. */
  readonly diagonal: Float64Array;
  readonly right: Float64Array;
  /** Stop when the gradient is below this share of the first one, in the norm of the preconditioner. */
  readonly tolerance: number;
  readonly maxIterations: number;
}

/**
 * x that minimises ‖right − A·x‖² + Σ penaltyⱼ xⱼ², without AᵀA: the residuals themselves are carried along,
 * which loses half the digits less (Björck, "Numerical Methods for Least Squares Problems", algorithm 7.4.1).
 */
export function conjugateGradientLeastSquares(options: ConjugateGradientLeastSquaresOptions): Float64Array {
  const { multiply, multiplyTransposed, penalty, tolerance, maxIterations } = options;
  const size = penalty.length;
  const inverse = options.diagonal.map((value) => (value > 0 ? 1 / value : 1));
  const solution = new Float64Array(size);
  const residual = options.right.slice();
  const scores = new Float64Array(residual.length);
  const gradient = new Float64Array(size);
  multiplyTransposed(residual, gradient);
  const direction = gradient.map((value, k) => value * (inverse[k] as number));
  let progress = inner(gradient, direction);
  const goal = tolerance * tolerance * progress;
  for (let iteration = 0; iteration < maxIterations && progress > goal; iteration++) {
    multiply(direction, scores);
    let curvature = inner(scores, scores);
    for (let k = 0; k < size; k++) curvature += (penalty[k] as number) * (direction[k] as number) ** 2;
    // Flat to rounding: another step would be as long as it is meaningless.
    if (!(curvature > Number.EPSILON ** 2 * inner(direction, direction))) break;
    const step = progress / curvature;
    for (let k = 0; k < size; k++) solution[k] = (solution[k] as number) + step * (direction[k] as number);
    for (let row = 0; row < residual.length; row++) residual[row] = (residual[row] as number) - step * (scores[row] as number);
    multiplyTransposed(residual, gradient);
    let next = 0;
    for (let k = 0; k < size; k++) {
      gradient[k] = (gradient[k] as number) - (penalty[k] as number) * (solution[k] as number);
      next += (gradient[k] as number) ** 2 * (inverse[k] as number);
    }
    const turn = next / progress;
    for (let k = 0; k < size; k++) direction[k] = (gradient[k] as number) * (inverse[k] as number) + turn * (direction[k] as number);
    progress = next;
  }
  return solution;
}
