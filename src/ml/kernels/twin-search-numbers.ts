/** The search of `search.as.ts` over the bins of a number, in plain TypeScript. */
import { MIN_HESSIAN } from '../trees/split.ts';
import { eachSide, type Found, type Search } from './twin-split.ts';

export function scanNumbers(of: Search): Found | undefined {
  const { leaf, toBeat, minRows, l2: trueL2, units } = of;
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
  eachSide(of, (left, bin, missingLeft) => {
    if (left.count < minRows || left.count > maxCount) return;
    const a = left.hessian + l2;
    const apart = left.gradient - mean * a;
    const score = (apart * apart) / (a * (weight - a));
    if (!(score > bestScore && left.hessian >= minHessian && left.hessian <= leaf.hessian - minHessian)) return;
    bestScore = score;
    best = { score: (constant + weight * score) * factor, left, bin, missingLeft };
  });
  return best;
}
