/** `scanConstrained` of `constrained.as.ts` in plain TypeScript. */
import { constrainedValue, scoreOfValue } from '../trees/constrained-score.ts';
import { MIN_HESSIAN } from '../trees/split.ts';
import { eachSide, type Found, type Search } from './twin-split.ts';

/** `sign` is 1 when values may only rise with the feature, −1 when they may only fall. */
export function scanConstrained(of: Search, sign: number): Found | undefined {
  const { leaf, bounds: trueBounds, toBeat, minRows, l1: trueL1, l2: trueL2, units } = of;
  // In units, as the kernel does it.
  const factor = (units.gradient * units.gradient) / units.hessian;
  const [l1, l2, minHessian] = [trueL1 / units.gradient, trueL2 / units.hessian, MIN_HESSIAN / units.hessian];
  const bounds = {
    low: (trueBounds.low * units.hessian) / units.gradient,
    high: (trueBounds.high * units.hessian) / units.gradient,
  };
  let bestScore = toBeat / factor;
  let best: Found | undefined;
  eachSide(of, (left, bin, missingLeft) => {
    const gradient = leaf.gradient - left.gradient;
    const hessian = leaf.hessian - left.hessian;
    if (left.count < minRows || left.count > leaf.count - minRows || left.hessian < minHessian || hessian < minHessian) return;
    const leftValue = constrainedValue(left.gradient, left.hessian + l2, l1, bounds);
    const rightValue = constrainedValue(gradient, hessian + l2, l1, bounds);
    if ((rightValue - leftValue) * sign < 0) return;
    const score = scoreOfValue(left.gradient, left.hessian + l2, l1, leftValue) + scoreOfValue(gradient, hessian + l2, l1, rightValue);
    if (!(score > bestScore)) return;
    bestScore = score;
    best = { score: score * factor, left, bin, missingLeft };
  });
  return best;
}
