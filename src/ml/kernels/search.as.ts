/**
 * From the counted parts of two sibling leaves to their best numeric splits, a range of features at a
 * time. The gain is that of Chen and Guestrin, "XGBoost" (KDD 2016), equation 7, without its factor ½
 * and γ. Missing values go to the side where they gain more; ties go to the lowest bin, with missing
 * values on the right. Twin: `twin/search.ts`.
 */

const SLOTS: usize = 256;

/**
 * `search` is the block that `layout.ts` describes. For each feature: add the parts that other threads counted
 * to the smaller leaf's histogram, take that from the parent's, which becomes the larger leaf's, and look for
 * the best split of either. `smaller` or `larger` of 0 is left alone; without a larger leaf nothing is subtracted.
 */
export function searchFeatures(from: i32, to: i32, search: usize, smaller: usize, larger: usize, parts: usize, partCount: i32, partBytes: i32, found: usize, features: i32, subtract: i32, scan: i32): void {
  const stride = <usize>load<i32>(search, 96);
  const kinds = <usize>load<u32>(search, 100);
  const slotBytes = SLOTS * (stride << 3);
  const isConstrained = load<i32>(search, 116) != 0;
  for (let f = from; f < to; f++) {
    // Per feature: bins without the missing one, whether it is a number (2 and 3: with a constraint, rising and falling), where to decode categories to, whether it is allowed.
    const kind = kinds + (<usize>f << 4);
    const binCount = load<i32>(kind);
    const offset = <usize>f * slotBytes;
    // Two integers at a time; a feature has room for an even number of them.
    const used = (<usize>binCount + 1) * (stride << 3);
    const own = smaller + offset;
    for (let part: usize = 0; part < <usize>partCount; part++) {
      const other = parts + part * <usize>partBytes + offset;
      for (let at: usize = 0; at < used; at += 16) v128.store(own + at, i64x2.add(v128.load(own + at), v128.load(other + at)));
    }
    if (subtract != 0) {
      const rest = larger + offset;
      for (let at: usize = 0; at < used; at += 16) v128.store(rest + at, i64x2.sub(v128.load(rest + at), v128.load(own + at)));
    }
    if (load<i32>(kind, 12) == 0) continue;
    const decoded = <usize>load<u32>(kind, 8);
    const isNumber = load<i32>(kind, 4) != 0;
    if (isConstrained && isNumber) {
      const sign = load<i32>(kind, 4) == 2 ? 1 : load<i32>(kind, 4) == 3 ? -1 : 0;
      if ((scan & 1) != 0) scanConstrained(search, 0, own, binCount, found + <usize>f * 48, sign);
      if ((scan & 2) != 0) scanConstrained(search, 1, larger + offset, binCount, found + <usize>(features + f) * 48, sign);
      continue;
    }
    if ((scan & 1) != 0) {
      if (isNumber) scanAs(search, 0, own, binCount, found + <usize>f * 48);
      else decode(search, own, binCount, decoded);
    }
    if ((scan & 2) != 0) {
      if (isNumber) scanAs(search, 32, larger + offset, binCount, found + <usize>(features + f) * 48);
      else decode(search, larger + offset, binCount, decoded + SLOTS * 24);
    }
  }
}

/** Counts, gradients and hessians (in units) of every bin, as doubles: three runs of 256. */
function decode(search: usize, histogram: usize, binCount: i32, to: usize): void {
  const stride = <usize>load<i32>(search, 96);
  const countBits = <i64>load<i32>(search, 104);
  const hessianBits = <i64>load<i32>(search, 108);
  const countMask = ((<i64>1) << countBits) - 1;
  const hessianMask = ((<i64>1) << hessianBits) - 1;
  const shift = countBits + hessianBits;
  for (let bin: usize = 0; bin <= <usize>binCount; bin++) {
    const at = histogram + bin * (stride << 3);
    const packed = load<i64>(at);
    const count = packed & countMask;
    const hessian = stride == 2 ? load<i64>(at, 8) : hessianBits == 0 ? count : (packed >> countBits) & hessianMask;
    store<f64>(to + (bin << 3), <f64>count);
    store<f64>(to + (bin << 3), <f64>(packed >> shift), 2048);
    store<f64>(to + (bin << 3), <f64>hessian, 4096);
  }
}

// A packed sum is read in one of three ways; each gets a loop of its own.
const COUNTS: i32 = 0;
const SHARED: i32 = 1;
const PAIRS: i32 = 2;

function scanAs(search: usize, leaf: usize, histogram: usize, binCount: i32, found: usize): void {
  if (load<i32>(search, 96) == 2) scanNumeric(search, leaf, histogram, binCount, found, PAIRS);
  else if (load<i32>(search, 108) != 0) scanNumeric(search, leaf, histogram, binCount, found, SHARED);
  else scanNumeric(search, leaf, histogram, binCount, found, COUNTS);
}

/** Writes score, rows, gradient and hessian (both in units) of the left side, last bin of it and whether missing values join; score 0 when there is none. */
// @ts-ignore: decorator of AssemblyScript
@inline
function scanNumeric(search: usize, leaf: usize, histogram: usize, binCount: i32, found: usize, mode: i32): void {
  const binBytes: usize = mode == PAIRS ? 16 : 8;
  const countBits = <i64>load<i32>(search, 104);
  const hessianBits = <i64>load<i32>(search, 108);
  const countMask = ((<i64>1) << countBits) - 1;
  const hessianMask = ((<i64>1) << hessianBits) - 1;
  const shift = countBits + hessianBits;
  const minRows = <i64>load<i32>(search, 112);
  // Everything is in units, so that bins need no factor: a score is `factor` times what is compared here.
  const l2 = load<f64>(search, 64);
  const minHessian = load<f64>(search, 72);
  const factor = load<f64>(search, 80);
  const totalGradient = load<f64>(search + leaf);
  const totalHessian = load<f64>(search + leaf, 8);
  const totalCount = <i64>load<f64>(search + leaf, 16);
  let best = load<f64>(search + leaf, 24);
  store<f64>(found, 0);

  const missingAt = histogram + <usize>binCount * binBytes;
  const missing = load<i64>(missingAt);
  const missingCount = missing & countMask;
  const missingPair: i64 = mode == PAIRS ? load<i64>(missingAt, 8) : 0;
  // Without missing rows the last bin cannot end the left side; with them it can: values left, missing right.
  const lastBin = missingCount > 0 ? binCount : binCount - 1;
  const maxCount = totalCount - minRows;
  const totalWithL2 = totalHessian + l2;
  let sum: i64 = 0;
  let pairs: i64 = 0;
  let at = histogram;
  for (let bin = 0; bin < lastBin; bin++, at += binBytes) {
    const packed = load<i64>(at);
    // An empty bin moves no row: the split would be the one before.
    if (packed == 0) continue;
    // Integers add up without being unpacked.
    sum += packed;
    if (mode == PAIRS) pairs += load<i64>(at, 8);
    const count = sum & countMask;
    if (count >= minRows && count <= maxCount) {
      const gradient = <f64>(sum >> shift);
      const hessian = <f64>(mode == COUNTS ? count : mode == SHARED ? (sum >> countBits) & hessianMask : pairs);
      const other = totalGradient - gradient;
      // The score is g² ∕ a + r² ∕ b. Divisions are slow, so they wait until a score is known to be better.
      const a = hessian + l2;
      const b = totalWithL2 - hessian;
      if (gradient * gradient * b + other * other * a > best * (a * b) && hessian >= minHessian && totalHessian - hessian >= minHessian) {
        best = (gradient * gradient) / a + (other * other) / b;
        report(found, best * factor, count, gradient, hessian, bin, <i32>(missingCount == 0 && 2 * count > totalCount));
      }
    }
    if (missingCount > 0) {
      const both = sum + missing;
      const leftCount = both & countMask;
      if (leftCount >= minRows && leftCount <= maxCount) {
        const gradient = <f64>(both >> shift);
        const hessian = <f64>(mode == COUNTS ? leftCount : mode == SHARED ? (both >> countBits) & hessianMask : pairs + missingPair);
        const other = totalGradient - gradient;
        const a = hessian + l2;
        const b = totalWithL2 - hessian;
        if (gradient * gradient * b + other * other * a > best * (a * b) && hessian >= minHessian && totalHessian - hessian >= minHessian) {
          best = (gradient * gradient) / a + (other * other) / b;
          report(found, best * factor, leftCount, gradient, hessian, bin, 1);
        }
      }
    } else if (count > maxCount) return;
  }
}

/**
 * The same where L1 or bounds decide the value of a leaf, from which its score follows, and where the sides have to be in order:
 * with a sign of 1 the left one is not above the right one. A score may be negative; without a split it is −∞.
 */
function scanConstrained(search: usize, which: usize, histogram: usize, binCount: i32, found: usize, sign: i32): void {
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
function valueOf(gradient: f64, hessian: f64, l1: f64, low: f64, high: f64): f64 {
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

function report(found: usize, score: f64, count: i64, gradient: f64, hessian: f64, bin: i32, missingLeft: i32): void {
  store<f64>(found, score);
  store<f64>(found, <f64>count, 8);
  store<f64>(found, gradient, 16);
  store<f64>(found, hessian, 24);
  store<f64>(found, <f64>bin, 32);
  store<f64>(found, <f64>missingLeft, 40);
}
