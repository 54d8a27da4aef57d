/**
 * Least squares by orthogonal factorisation: rows are folded block by block into a triangle by
 * Householder reflections (Golub and Van Loan, "Matrix Computations", 4th edition, sections 5.2 and 6.5.3),
 * whose error grows with the condition of the columns and not with its square. The triangle is then factorised
 * with column pivoting, and columns that depend on others get the solution of least norm (section 5.5.5).
 */
import { innerProduct } from './inner-product.ts';

/** R of the rows seen so far, with Qᵀ · right beside it. */
export class Triangle {
  readonly width: number;
  /** Row-major `width × (width + 1)`; the last column is Qᵀ · right. */
  readonly rows: Float64Array;

  constructor(width: number) {
    this.width = width;
    this.rows = new Float64Array(width * (width + 1));
  }

  /** Fold in `count` rows. `block` holds width + 1 columns, each `stride` long, the right side last; it is overwritten. */
  add(block: Float64Array, count: number, stride: number): void {
    const { width, rows } = this;
    const line = width + 1;
    for (let j = 0; j < width; j++) {
      const pivot = block.subarray(j * stride, j * stride + count);
      const below = innerProduct(pivot, pivot, count);
      if (below === 0) continue;
      const head = rows[j * line + j] as number;
      const length = Math.sqrt(head * head + below);
      const end = head > 0 ? -length : length;
      const first = head - end;
      const share = 2 / (first * first + below);
      rows[j * line + j] = end;
      for (let k = j + 1; k <= width; k++) {
        const other = block.subarray(k * stride, k * stride + count);
        const above = rows[j * line + k] as number;
        const step = share * (first * above + innerProduct(pivot, other, count));
        rows[j * line + k] = above - step * first;
        for (let row = 0; row < count; row++) other[row] = (other[row] as number) - step * (pivot[row] as number);
      }
    }
  }

  /** The solution of least squares; of several, that of least norm. */
  solve(): { readonly solution: Float64Array; readonly rank: number } {
    const { width, rows } = this;
    const line = width + 1;
    // Columns of their own, because pivoting swaps them.
    const columns = Array.from({ length: line }, (_, k) => {
      const column = new Float64Array(width);
      for (let row = 0; row <= Math.min(k, width - 1); row++) column[row] = rows[row * line + k] as number;
      return column;
    });
    const right = columns.pop() as Float64Array;
    const order = Int32Array.from(columns, (_, k) => k);
    const rank = pivotedFactorisation(columns, right, order);
    const reduced = rank === width ? backSubstitute(columns, right, rank) : leastNorm(columns, right, rank);
    const solution = new Float64Array(width);
    order.forEach((column, k) => {
      solution[column] = reduced[k] as number;
    });
    return { solution, rank };
  }
}

/** Makes `columns` triangular in place, the longest remaining column first. Returns the numerical rank. */
function pivotedFactorisation(columns: Float64Array[], right: Float64Array, order: Int32Array): number {
  const size = columns.length;
  // Of the rounding of the rows that were folded in, as LAPACK's xGELSY is called by most: its machine precision times the size.
  const tolerance = 16 * Math.max(size, 16) * Number.EPSILON;
  let longest = 0;
  for (let j = 0; j < size; j++) {
    let best = j;
    let most = -1;
    for (let k = j; k < size; k++) {
      const tail = (columns[k] as Float64Array).subarray(j);
      const length = innerProduct(tail, tail, tail.length);
      // Of equals the first, so that the order of columns decides and not rounding.
      if (length > most * (1 + 1e-12)) [best, most] = [k, length];
    }
    const length = Math.sqrt(Math.max(most, 0));
    if (j === 0) longest = length;
    if (length <= tolerance * longest) return j;
    if (best !== j) {
      [columns[j], columns[best]] = [columns[best] as Float64Array, columns[j] as Float64Array];
      [order[j], order[best]] = [order[best] as number, order[j] as number];
    }
    const pivot = (columns[j] as Float64Array).subarray(j);
    reflect(
      pivot,
      [...columns.slice(j + 1), right].map((column) => column.subarray(j)),
      length,
    );
  }
  return size;
}

/** The reflection that takes `pivot` to a multiple of the first axis, applied to `others` too. */
function reflect(pivot: Float64Array, others: readonly Float64Array[], length: number): void {
  const head = pivot[0] as number;
  const end = head > 0 ? -length : length;
  pivot[0] = head - end;
  const share = 2 / innerProduct(pivot, pivot, pivot.length);
  for (const other of others) {
    const step = share * innerProduct(pivot, other, pivot.length);
    for (let row = 0; row < pivot.length; row++) other[row] = (other[row] as number) - step * (pivot[row] as number);
  }
  pivot.fill(0);
  pivot[0] = end;
}

function backSubstitute(columns: readonly Float64Array[], right: Float64Array, rank: number): Float64Array {
  const solution = new Float64Array(columns.length);
  for (let row = rank - 1; row >= 0; row--) {
    let sum = right[row] as number;
    for (let k = row + 1; k < rank; k++) sum -= (columns[k]?.[row] as number) * (solution[k] as number);
    solution[row] = sum / (columns[row]?.[row] as number);
  }
  return solution;
}

/**
 * Of all x with [R₁ R₂] · x = right the shortest: with [R₁ R₂]ᵀ = Q · T it is Q · T⁻ᵀ · right.
 */
function leastNorm(columns: readonly Float64Array[], right: Float64Array, rank: number): Float64Array {
  const size = columns.length;
  // Column i of the transposed matrix is row i of R.
  const lines = Array.from({ length: rank }, (_, row) =>
    Float64Array.from(columns, (column, k) => (k < row ? 0 : (column[row] as number))),
  );
  const reflections: { readonly from: number; readonly vector: Float64Array; readonly share: number }[] = [];
  for (let j = 0; j < rank; j++) {
    const pivot = (lines[j] as Float64Array).subarray(j);
    const length = Math.sqrt(innerProduct(pivot, pivot, pivot.length));
    const head = pivot[0] as number;
    const end = head > 0 ? -length : length;
    const vector = pivot.slice();
    vector[0] = head - end;
    const share = 2 / innerProduct(vector, vector, vector.length);
    reflections.push({ from: j, vector, share });
    for (let k = j; k < rank; k++) apply(vector, share, (lines[k] as Float64Array).subarray(j));
  }
  // Tᵀ · z = right, forwards: row i of Tᵀ is the start of line i.
  const solution = new Float64Array(size);
  for (let row = 0; row < rank; row++) {
    let sum = right[row] as number;
    for (let k = 0; k < row; k++) sum -= (lines[row]?.[k] as number) * (solution[k] as number);
    solution[row] = sum / (lines[row]?.[row] as number);
  }
  for (let j = rank - 1; j >= 0; j--) {
    const { from, vector, share } = reflections[j] as (typeof reflections)[number];
    apply(vector, share, solution.subarray(from));
  }
  return solution;
}

function apply(vector: Float64Array, share: number, other: Float64Array): void {
  const step = share * innerProduct(vector, other, vector.length);
  for (let row = 0; row < vector.length; row++) other[row] = (other[row] as number) - step * (vector[row] as number);
}
