/**
 * Cholesky factorisation of symmetric positive definite matrices (Golub and Van Loan, "Matrix
 * Computations", 4th edition, algorithm 4.2.1).
 */

/** A pivot below this share of its diagonal is near the rounding of the matrix: half of the digits are gone. */
const LEAST_PIVOT = 1e-11;

/**
 * The factor L with L·Lᵀ = matrix, or `undefined` where columns depend on others to working precision.
 * `lower` is the lower triangle, row-major `size × size`, and is left as it was. A row and column of
 * zeros counts as one of the unit matrix.
 */
export function factorise(lower: Float64Array, size: number): Float64Array | undefined {
  const factor = lower.slice();
  for (let row = 0; row < size; row++) {
    const own = factor.subarray(row * size, row * size + row + 1);
    for (let column = 0; column <= row; column++) {
      const other = factor.subarray(column * size, column * size + column + 1);
      const original = own[column] as number;
      let sum = original;
      for (let k = 0; k < column; k++) sum -= (own[k] as number) * (other[k] as number);
      if (row !== column) own[column] = sum / (other[column] as number);
      else if (original === 0) own[column] = 1;
      else if (sum > LEAST_PIVOT * original) own[column] = Math.sqrt(sum);
      else return undefined;
    }
  }
  return factor;
}

/** x with L·Lᵀ · x = right. */
export function substitute(factor: Float64Array, right: Float64Array): Float64Array {
  const size = right.length;
  const solution = right.slice();
  for (let row = 0; row < size; row++) {
    let sum = solution[row] as number;
    for (let k = 0; k < row; k++) sum -= (factor[row * size + k] as number) * (solution[k] as number);
    solution[row] = sum / (factor[row * size + row] as number);
  }
  for (let row = size - 1; row >= 0; row--) {
    const value = (solution[row] as number) / (factor[row * size + row] as number);
    solution[row] = value;
    for (let k = 0; k < row; k++) solution[k] = (solution[k] as number) - (factor[row * size + k] as number) * value;
  }
  return solution;
}
