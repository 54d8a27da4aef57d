/**
 * Solving symmetric positive (semi-)definite systems by Cholesky factorisation (Golub and Van Loan,
 * "Matrix Computations", 4th edition, algorithm 4.2.1).
 */

/** Share of the diagonal that is added where a matrix is singular to working precision. */
const FIRST_JITTER = 1e-10;
const REFINEMENTS = 3;

/**
 * x with matrix · x = right. `lower` is the lower triangle, row-major `size × size`; it and `right`
 * are left as they were.
 *
 * A singular matrix (collinear columns without a penalty) is factorised with a little added to its
 * diagonal, and refining against the matrix itself takes the effect out again where the system can
 * be solved: iterated Tikhonov regularisation, which tends to the solution of least norm. A row and
 * column of zeros gives 0.
 */
export function solveSymmetric(lower: Float64Array, right: Float64Array): Float64Array {
  const size = right.length;
  let factor = factorise(lower, size, 0);
  for (let jitter = FIRST_JITTER; factor === undefined; jitter *= 100) {
    if (jitter > 1) throw new Error('the matrix is not positive semi-definite');
    factor = factorise(lower, size, jitter);
  }
  const solution = substitute(factor, right);
  for (let step = 0; step < REFINEMENTS; step++) {
    const correction = substitute(factor, residualOf(lower, solution, right));
    for (let k = 0; k < size; k++) solution[k] = (solution[k] as number) + (correction[k] as number);
  }
  return solution;
}

/** The factor L with L·Lᵀ = matrix + jitter · diagonal, or `undefined` where a pivot drowns in rounding. */
function factorise(lower: Float64Array, size: number, jitter: number): Float64Array | undefined {
  const factor = lower.slice();
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      let sum = lower[row * size + column] as number;
      const original = sum;
      if (row === column) sum = sum === 0 ? 1 : sum * (1 + jitter);
      for (let k = 0; k < column; k++) sum -= (factor[row * size + k] as number) * (factor[column * size + k] as number);
      if (row !== column) factor[row * size + column] = sum / (factor[column * size + column] as number);
      else if (sum > size * Number.EPSILON * original) factor[row * size + column] = Math.sqrt(sum);
      else return undefined;
    }
  }
  return factor;
}

function substitute(factor: Float64Array, right: Float64Array): Float64Array {
  const size = right.length;
  const solution = right.slice();
  for (let row = 0; row < size; row++) {
    let sum = solution[row] as number;
    for (let k = 0; k < row; k++) sum -= (factor[row * size + k] as number) * (solution[k] as number);
    solution[row] = sum / (factor[row * size + row] as number);
  }
  for (let row = size - 1; row >= 0; row--) {
    let sum = solution[row] as number;
    for (let k = row + 1; k < size; k++) sum -= (factor[k * size + row] as number) * (solution[k] as number);
    solution[row] = sum / (factor[row * size + row] as number);
  }
  return solution;
}

function residualOf(lower: Float64Array, solution: Float64Array, right: Float64Array): Float64Array {
  const size = right.length;
  const residual = right.slice();
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      const value = lower[row * size + column] as number;
      residual[row] = (residual[row] as number) - value * (solution[column] as number);
      if (column < row) residual[column] = (residual[column] as number) - value * (solution[row] as number);
    }
  }
  return residual;
}
