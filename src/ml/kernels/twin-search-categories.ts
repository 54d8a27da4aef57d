/** `searchCategories` of `search-categories.as.ts` in plain TypeScript. */
import { constrainedScore } from '../trees/constrained-score.ts';
import { MIN_HESSIAN } from '../trees/split.ts';
import { type Found, plus, type Search, type Sums } from './twin-split.ts';

/** A category of fewer rows takes no part; the rest as in `CategoricalLimits`. */
export interface CategoryLimits {
  readonly minRows: number;
  readonly smoothing: number;
  readonly l2: number;
}

export function scanCategories(of: Search, limits: CategoryLimits): Found | undefined {
  const { leaf, bounds, binCount, minRows, l1, units, isConstrained, read } = of;
  const smoothing = (limits.smoothing * leaf.hessian * units.hessian) / leaf.count;
  // Missing is a category like the others here: its bin comes after those of the values.
  const bins = Array.from({ length: binCount + 1 }, (_, bin) => ({ bin, sums: read(bin) }));
  const used: { readonly bin: number; readonly sums: Sums; readonly mean: number }[] = [];
  for (const own of bins) {
    if (own.sums.count < limits.minRows || own.sums.count === 0) continue;
    const mean = (own.sums.gradient * units.gradient) / (own.sums.hessian * units.hessian + smoothing);
    let place = used.length;
    while (place > 0 && (used[place - 1] as { mean: number }).mean > mean) place--;
    used.splice(place, 0, { ...own, mean });
  }
  if (used.length < 2) return undefined;

  const l2 = of.l2 + limits.l2;
  const scoreOf = (gradient: number, hessian: number): number =>
    isConstrained ? constrainedScore(gradient, hessian + l2, l1, bounds) : (gradient * gradient) / (hessian + l2);
  let bestScore = of.toBeat;
  let best: { readonly sums: Sums; readonly bins: readonly number[] } | undefined;
  // From both ends: the categories that take no part are on the other side each time.
  for (const ordered of [used, used.toReversed()]) {
    let left: Sums = { count: 0, gradient: 0, hessian: 0 };
    for (let taken = 0; taken + 1 < ordered.length; taken++) {
      left = plus(left, (ordered[taken] as (typeof used)[number]).sums);
      const hessian = left.hessian * units.hessian;
      if (left.count < minRows || hessian < MIN_HESSIAN) continue;
      const rest = (leaf.hessian - left.hessian) * units.hessian;
      if (leaf.count - left.count < minRows || rest < MIN_HESSIAN) break;
      const score = scoreOf(left.gradient * units.gradient, hessian) + scoreOf((leaf.gradient - left.gradient) * units.gradient, rest);
      if (!(score > bestScore)) continue;
      bestScore = score;
      best = { sums: left, bins: ordered.slice(0, taken + 1).map(({ bin }) => bin) };
    }
  }
  if (best === undefined) return undefined;

  const leftBins = new Uint8Array(256);
  for (const bin of best.bins) leftBins[bin] = 1;
  // Bins that took no part sit on the right with their rows. A bin without rows goes with the majority.
  if (2 * best.sums.count > leaf.count) for (const { bin, sums } of bins) if (sums.count === 0) leftBins[bin] = 1;
  return { score: bestScore, left: best.sums, bin: 0, missingLeft: leftBins[binCount] === 1, leftBins };
}
