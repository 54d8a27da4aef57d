/** How much a grouping of the rows tells of a target. Both measures are 0 for no relation and 1 for a complete one, and corrected for the number of groups, which would look like a relation in a small table. */
import type { Groups } from './groups.ts';
import { unitScale } from './unit-scale.ts';

/**
 * The share of the target's variance that the groups explain: the correlation ratio squared, in
 * Kelley's unbiased form ε² (PNAS 21 (1935) 554). `undefined` for a constant target, for fewer than two groups, or
 * for no more rows than groups.
 */
export function explainedVariance({ codes, count }: Groups, target: Float64Array): number | undefined {
  const scaled = unitScale(target);
  if (scaled === undefined) return undefined;
  const sums = new Float64Array(count);
  const sizes = new Float64Array(count);
  let [total, rows] = [0, 0];
  for (let row = 0; row < scaled.length; row++) {
    const value = scaled[row] as number;
    if (Number.isNaN(value)) continue;
    const group = codes[row] as number;
    sums[group] = (sums[group] as number) + value;
    sizes[group] = (sizes[group] as number) + 1;
    total += value;
    rows++;
  }
  const groups = sizes.filter((size) => size > 0).length;
  if (groups < 2 || rows <= groups) return undefined;
  let [within, all] = [0, 0];
  for (let row = 0; row < scaled.length; row++) {
    const value = scaled[row] as number;
    if (Number.isNaN(value)) continue;
    const group = codes[row] as number;
    within += (value - (sums[group] as number) / (sizes[group] as number)) ** 2;
    all += (value - total / rows) ** 2;
  }
  return Math.max(0, 1 - within / (rows - groups) / (all / (rows - 1)));
}

/** Cramér's V in Bergsma's unbiased form (Journal of the Korean Statistical Society 42 (2013) 323); `undefined` when either side has one group. */
export function cramersV(x: Groups, y: Groups): number | undefined {
  const table = new Float64Array(x.count * y.count);
  const rows = x.codes.length;
  for (let row = 0; row < rows; row++) {
    const cell = (x.codes[row] as number) * y.count + (y.codes[row] as number);
    table[cell] = (table[cell] as number) + 1;
  }
  const xs = Array.from({ length: x.count }, (_, i) => table.subarray(i * y.count, (i + 1) * y.count).reduce((a, b) => a + b, 0));
  const ys = Array.from({ length: y.count }, (_, j) => xs.reduce((sum, __, i) => sum + (table[i * y.count + j] as number), 0));
  const [r, c] = [xs, ys].map((sums) => sums.filter((sum) => sum > 0).length) as [number, number];
  if (r < 2 || c < 2) return undefined;
  let squares = 0;
  for (const [i, a] of xs.entries())
    for (const [j, b] of ys.entries()) if (a > 0 && b > 0) squares += (table[i * y.count + j] as number) ** 2 / (a * b);
  const phi = Math.max(0, squares - 1 - ((r - 1) * (c - 1)) / (rows - 1));
  const fewest = Math.min(r - (r - 1) ** 2 / (rows - 1), c - (c - 1) ** 2 / (rows - 1)) - 1;
  return fewest > 0 ? Math.min(1, Math.sqrt(phi / fewest)) : undefined;
}
