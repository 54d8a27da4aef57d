/** `scanConstrained` of `search.as.ts` in plain TypeScript. */
import { constrainedValue, scoreOfValue } from '../trees/constrained-score.ts';

/** How sums are read, and the limits of a split. Everything is in units. */
export interface ConstrainedReader {
  readonly stride: number;
  readonly minRows: number;
  readonly l1: number;
  readonly l2: number;
  readonly minHessian: number;
  readonly factor: number;
  read(cell: number): { readonly rows: number; readonly gradient: number; readonly hessian: number };
}

export function scanConstrained(
  buffer: ArrayBufferLike,
  { stride, minRows, l1, l2, minHessian, factor, read }: ConstrainedReader,
  at: {
    readonly search: number;
    readonly leaf: number;
    readonly histogram: number;
    readonly binCount: number;
    readonly found: number;
    readonly sign: number;
  },
): void {
  const { search, leaf, histogram, binCount, found, sign } = at;
  const all = new Float64Array(buffer);
  const [totalGradient, totalHessian, totalCount, toBeat] = all.subarray(search / 8 + 4 * leaf) as unknown as [
    number,
    number,
    number,
    number,
  ];
  const [low, high] = all.subarray(search / 8 + 16 + 2 * leaf) as unknown as [number, number];
  const bounds = { low, high };
  let best = toBeat;
  all[found] = Number.NEGATIVE_INFINITY;
  const missing = read(histogram + binCount * stride);
  const lastBin = missing.rows > 0 ? binCount : binCount - 1;
  const sum = { rows: 0, gradient: 0, hessian: 0 };
  for (let bin = 0; bin < lastBin; bin++) {
    const own = read(histogram + bin * stride);
    if (own.rows === 0) continue;
    sum.rows += own.rows;
    sum.gradient += own.gradient;
    sum.hessian += own.hessian;
    for (const joins of missing.rows > 0 ? [false, true] : [false]) {
      const rows = sum.rows + (joins ? missing.rows : 0);
      const gradient = sum.gradient + (joins ? missing.gradient : 0);
      const hessian = sum.hessian + (joins ? missing.hessian : 0);
      const other = totalGradient - gradient;
      const rest = totalHessian - hessian;
      if (rows < minRows || rows > totalCount - minRows || hessian < minHessian || rest < minHessian) continue;
      const left = constrainedValue(gradient, hessian + l2, l1, bounds);
      const right = constrainedValue(other, rest + l2, l1, bounds);
      if ((right - left) * sign < 0) continue;
      const score = scoreOfValue(gradient, hessian + l2, l1, left) + scoreOfValue(other, rest + l2, l1, right);
      if (!(score > best)) continue;
      best = score;
      const missingLeft = missing.rows > 0 ? joins : 2 * rows > totalCount;
      all.set([best * factor, rows, gradient, hessian, bin, missingLeft ? 1 : 0], found);
    }
  }
}
