/** The search of `search.as.ts` over the bins of a number, in plain TypeScript. */
import { MIN_HESSIAN } from '../trees/split.ts';
import { type Found, plus, type Search, type Sums } from './twin-split.ts';

export function scanNumbers({ leaf, toBeat, binCount, minRows, l2: trueL2, units, read }: Search): Found | undefined {
  // In units and rounding for rounding as the kernel does it.
  const factor = (units.gradient * units.gradient) / units.hessian;
  const l2 = trueL2 / units.hessian;
  const minHessian = MIN_HESSIAN / units.hessian;
  const weight = leaf.hessian + l2 + l2;
  const mean = leaf.gradient / weight;
  const constant = (leaf.gradient * leaf.gradient) / weight;
  const maxCount = leaf.count - minRows;
  let bestScore = (toBeat / factor - constant) / weight;
  let best: Found | undefined;
  const consider = (left: Sums, bin: number, missingLeft: boolean): void => {
    if (left.count < minRows || left.count > maxCount) return;
    const a = left.hessian + l2;
    const apart = left.gradient - mean * a;
    const score = (apart * apart) / (a * (weight - a));
    if (!(score > bestScore && left.hessian >= minHessian && left.hessian <= leaf.hessian - minHessian)) return;
    bestScore = score;
    best = { score: (constant + weight * score) * factor, left, bin, missingLeft };
  };

  const missing = read(binCount);
  const lastBin = missing.count > 0 ? binCount : binCount - 1;
  let left: Sums = { count: 0, gradient: 0, hessian: 0 };
  for (let bin = 0; bin < lastBin; bin++) {
    const own = read(bin);
    if (own.count === 0) continue;
    left = plus(left, own);
    consider(left, bin, missing.count === 0 && 2 * left.count > leaf.count);
    if (missing.count > 0) consider(plus(left, missing), bin, true);
    else if (left.count > maxCount) break;
  }
  return best;
}
