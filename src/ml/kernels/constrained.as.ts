/**
 * The search of `search.as.ts` for trees with L1 or monotone constraints. Twin: `twin-constrained.ts`.
 */

/**
 * The best split where L1 or bounds decide the value of a leaf, from which its score follows, and where the sides have to be in
 * order: with a sign of 1 the left one is not above the right one. A score may be negative; without a split it is −∞.
 */
export function scanConstrained(search: usize, which: usize, histogram: usize, binCount: i32, found: usize, sign: i32): void {
  const leaf = which << 5;
  const binBytes: usize = load<i32>(search, 96) == 2 ? 16 : 8;
  const countBits = <i64>load<i32>(search, 104);
  const hessianBits = <i64>load<i32>(search, 108);
  const countMask = ((<i64>1) << countBits) - 1;
  const hessianMask = ((<i64>1) << hessianBits) - 1;
  const shift = countBits + hessianBits;
  const minRows = <i64>load<i32>(search, 112);
  const l2 = load<f64>(search, 64);
  const minHessian = load<f64>(search, 72);
  const factor = load<f64>(search, 80);
  const l1 = load<f64>(search, 88);
  const low = load<f64>(search + (which << 4), 128);
  const high = load<f64>(search + (which << 4), 136);
  const totalGradient = load<f64>(search + leaf);
  const totalHessian = load<f64>(search + leaf, 8);
  const totalCount = <i64>load<f64>(search + leaf, 16);
  let best = load<f64>(search + leaf, 24);
  store<f64>(found, -Infinity);

  const missingAt = histogram + <usize>binCount * binBytes;
  const missing = load<i64>(missingAt);
  const missingCount = missing & countMask;
  const lastBin = missingCount > 0 ? binCount : binCount - 1;
  let sum: i64 = 0;
  let pairs: i64 = 0;
  let at = histogram;
  for (let bin = 0; bin < lastBin; bin++, at += binBytes) {
    const packed = load<i64>(at);
    if (packed == 0) continue;
    sum += packed;
    if (binBytes == 16) pairs += load<i64>(at, 8);
    // Missing values right, then left.
    for (let join = 0; join < (missingCount > 0 ? 2 : 1); join++) {
      const side = join == 0 ? sum : sum + missing;
      const count = side & countMask;
      if (count < minRows || count > totalCount - minRows) continue;
      const gradient = <f64>(side >> shift);
      const pair = join == 0 || binBytes == 8 ? pairs : pairs + load<i64>(missingAt, 8);
      const hessian = <f64>(binBytes == 16 ? pair : hessianBits == 0 ? count : (side >> countBits) & hessianMask);
      const other = totalGradient - gradient;
      const rest = totalHessian - hessian;
      if (hessian < minHessian || rest < minHessian) continue;
      const left = valueOf(gradient, hessian + l2, l1, low, high);
      const right = valueOf(other, rest + l2, l1, low, high);
      if (sign > 0 ? left > right : sign < 0 ? left < right : false) continue;
      const score = scoreOf(gradient, hessian + l2, l1, left) + scoreOf(other, rest + l2, l1, right);
      if (score > best) {
        best = score;
        const goesLeft = missingCount > 0 ? join : <i32>(2 * count > totalCount);
        report(found, best * factor, count, gradient, hessian, bin, goesLeft);
      }
    }
  }
}

/** Twin of `constrainedValue`. */
// @ts-ignore: decorator of AssemblyScript
@inline
export function valueOf(gradient: f64, hessian: f64, l1: f64, low: f64, high: f64): f64 {
  const size = Math.abs(gradient) - l1;
  const value: f64 = size > 0 ? (gradient > 0 ? -size : size) / hessian : 0;
  return max<f64>(low, min<f64>(high, value));
}

/** Twin of `scoreOfValue`. */
// @ts-ignore: decorator of AssemblyScript
@inline
function scoreOf(gradient: f64, hessian: f64, l1: f64, value: f64): f64 {
  return -(2 * gradient * value + hessian * value * value + 2 * l1 * Math.abs(value));
}

/** Twin of the function of this name. */
export function constrainedScore(gradient: f64, hessian: f64, l1: f64, low: f64, high: f64): f64 {
  return scoreOf(gradient, hessian, l1, valueOf(gradient, hessian, l1, low, high));
}

function report(found: usize, score: f64, count: i64, gradient: f64, hessian: f64, bin: i32, missingLeft: i32): void {
  store<f64>(found, score);
  store<f64>(found, <f64>count, 8);
  store<f64>(found, gradient, 16);
  store<f64>(found, hessian, 24);
  store<f64>(found, <f64>bin, 32);
  store<f64>(found, <f64>missingLeft, 40);
}
