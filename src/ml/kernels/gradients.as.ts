/**
 * Derivatives of the two most common losses, and derivatives to packed integers. Sums over a table are
 * sums over blocks of BLOCK rows, so that they have one order for any number of threads. Twins: `twin.ts`.
 */

export const BLOCK: i32 = 8192;

/** In place of the address of hessians: they follow from the gradients, as those of the log loss without weights do. */
const IMPLIED: usize = 1;

/** Gradients (and, where they are kept, hessians) of the squared error, and their measures. `weights` of 0 are no weights. `from` begins a block. */
export function squaredGradients(from: i32, to: i32, scores: usize, target: usize, weights: usize, gradients: usize, hessians: usize, stats: usize): void {
  for (let begin = from; begin < to; begin += BLOCK) {
    const end = <usize>min(to, begin + BLOCK);
    for (let row = <usize>begin; row < end; row += 2) {
      const at = row << 3;
      const gradient = f64x2.sub(v128.load(scores + at), v128.load(target + at));
      if (weights == 0) {
        v128.store(gradients + at, gradient);
        if (hessians != 0) v128.store(hessians + at, f64x2.splat(1));
      } else {
        const weight = v128.load(weights + at);
        v128.store(gradients + at, f64x2.mul(gradient, weight));
        v128.store(hessians + at, weight);
      }
    }
    measureBlock(begin / BLOCK, to, gradients, hessians, stats);
  }
}

/** The same for the binary log loss; `target` is 0 or 1. Two rows at a time, here as above: arrays have room for an even number of rows. */
export function logisticGradients(from: i32, to: i32, scores: usize, target: usize, weights: usize, gradients: usize, hessians: usize, stats: usize): void {
  const one = f64x2.splat(1);
  for (let begin = from; begin < to; begin += BLOCK) {
    const end = <usize>min(to, begin + BLOCK);
    for (let row = <usize>begin; row < end; row += 2) {
      const at = row << 3;
      const e = exp2(f64x2.neg(v128.load(scores + at)));
      const p = f64x2.div(one, f64x2.add(one, e));
      const gradient = f64x2.sub(p, v128.load(target + at));
      if (hessians == IMPLIED) {
        v128.store(gradients + at, gradient);
        continue;
      }
      const hessian = impliedHessian(gradient);
      const weight = weights == 0 ? one : v128.load(weights + at);
      v128.store(gradients + at, f64x2.mul(gradient, weight));
      v128.store(hessians + at, f64x2.mul(hessian, weight));
    }
    measureBlock(begin / BLOCK, to, gradients, hessians, stats);
  }
}

/** p (1 − p), from gradients which are p or p − 1. */
// @ts-ignore: decorator of AssemblyScript
@inline
function impliedHessian(gradient: v128): v128 {
  const size = f64x2.abs(gradient);
  return f64x2.pmax(f64x2.splat(1e-16), f64x2.mul(size, f64x2.sub(f64x2.splat(1), size)));
}

/** The same for one row. */
// @ts-ignore: decorator of AssemblyScript
@inline
export function impliedHessianOf(gradient: f64): f64 {
  const size = Math.abs(gradient);
  return max<f64>(1e-16, size * (1 - size));
}

/** e^x for two numbers within 1e-11 of it: 2^n × the series of e^r, |r| ≤ ln 2 ∕ 2. Exponents are held to ±700, where the loss is flat. */
// @ts-ignore: decorator of AssemblyScript
@inline
export function exp2(value: v128): v128 {
  const x = f64x2.pmax(f64x2.splat(-700), f64x2.pmin(f64x2.splat(700), value));
  const n = f64x2.nearest(f64x2.mul(x, f64x2.splat(1.4426950408889634)));
  const r = f64x2.sub(f64x2.sub(x, f64x2.mul(n, f64x2.splat(0.6931471803691238))), f64x2.mul(n, f64x2.splat(1.9082149292705877e-10)));
  // In pairs of terms, which wait for each other less than one after the other would.
  const r2 = f64x2.mul(r, r);
  const r4 = f64x2.mul(r2, r2);
  const first = f64x2.add(f64x2.add(r, f64x2.splat(1)), f64x2.mul(r2, term(r, 1.0 / 6.0, 0.5)));
  const second = f64x2.add(term(r, 1.0 / 120.0, 1.0 / 24.0), f64x2.mul(r2, term(r, 1.0 / 5040.0, 1.0 / 720.0)));
  const third = f64x2.mul(r4, term(r, 1.0 / 362880.0, 1.0 / 40320.0));
  const sum = f64x2.add(first, f64x2.mul(r4, f64x2.add(second, third)));
  // The integers 1023 + n in the low bits of 2^52 + 1023 + n, moved up to be the exponents of two doubles.
  const power = i64x2.shl(f64x2.add(n, f64x2.splat(4503599627370496.0 + 1023.0)), 52);
  return f64x2.mul(sum, power);
}

// @ts-ignore: decorator of AssemblyScript
@inline
function term(r: v128, factor: f64, constant: f64): v128 {
  return f64x2.add(f64x2.mul(r, f64x2.splat(factor)), f64x2.splat(constant));
}

/** For each block: largest |gradient|, sum of |gradients|, largest hessian, sum of hessians. What is no number counts as 0. */
export function measure(fromBlock: i32, toBlock: i32, rows: i32, gradients: usize, hessians: usize, stats: usize): void {
  for (let block = fromBlock; block < toBlock; block++) measureBlock(block, rows, gradients, hessians, stats);
}

/** Row by row in turn to four sums, which are then added up. */
function measureBlock(block: i32, rows: i32, gradients: usize, hessians: usize, stats: usize): void {
  const begin = <usize>block * <usize>BLOCK;
  const end = <usize>min(rows, (block + 1) * BLOCK);
  let largest = f64x2.splat(0);
  let sums = largest;
  let otherSums = largest;
  let largestHessian = largest;
  let hessianSums = largest;
  let otherHessianSums = largest;
  for (let row = begin; row < end; row += 4) {
    const at = gradients + (row << 3);
    const first = sizes(at, end - row);
    const second = sizes(at + 16, end - row - 2);
    largest = f64x2.pmax(largest, f64x2.pmax(first, second));
    sums = f64x2.add(sums, first);
    otherSums = f64x2.add(otherSums, second);
    if (hessians == 0) continue;
    const ownAt = hessians + (row << 3);
    // A row beyond the end has a size of 0, whose hessian would not be 0.
    const own = hessians == IMPLIED ? v128.and(f64x2.gt(first, f64x2.splat(0)), impliedHessian(first)) : sizes(ownAt, end - row);
    const other = hessians == IMPLIED ? v128.and(f64x2.gt(second, f64x2.splat(0)), impliedHessian(second)) : sizes(ownAt + 16, end - row - 2);
    largestHessian = f64x2.pmax(largestHessian, f64x2.pmax(own, other));
    hessianSums = f64x2.add(hessianSums, own);
    otherHessianSums = f64x2.add(otherHessianSums, other);
  }
  const at = stats + (<usize>block << 5);
  sums = f64x2.add(sums, otherSums);
  hessianSums = f64x2.add(hessianSums, otherHessianSums);
  store<f64>(at, max<f64>(f64x2.extract_lane(largest, 0), f64x2.extract_lane(largest, 1)));
  store<f64>(at, f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1), 8);
  store<f64>(at, max<f64>(f64x2.extract_lane(largestHessian, 0), f64x2.extract_lane(largestHessian, 1)), 16);
  store<f64>(at, f64x2.extract_lane(hessianSums, 0) + f64x2.extract_lane(hessianSums, 1), 24);
}

/** Sizes of two numbers, of which so many exist; what is no number counts as 0. */
// @ts-ignore: decorator of AssemblyScript
@inline
function sizes(at: usize, exist: isize): v128 {
  if (exist <= 0) return f64x2.splat(0);
  const two = exist == 1 ? v128.load64_zero(at) : v128.load(at);
  return v128.and(f64x2.abs(two), f64x2.eq(two, two));
}

/**
 * Packed integers of the rows from … to − 1. `scales` holds the units of a gradient and of a hessian. Rounding is stochastic.
 * Hessians of 0 are 1 each and not kept; `wide` of 0 puts gradient, hessian and count into one integer, otherwise the hessian
 * follows in one of its own.
 */
export function packRows(from: i32, to: i32, gradients: usize, hessians: usize, packed: usize, scales: usize, seed: i32, countBits: i32, hessianBits: i32, wide: i32): void {
  const gradientScale = f64x2.splat(load<f64>(scales));
  const hessianScale = f64x2.splat(load<f64>(scales, 8));
  const shift = countBits + hessianBits;
  let row = from;
  for (; row + 4 <= to; row += 4) {
    const draws = mix(i32x4.add(i32x4.splat(row + seed), i32x4(0, 1, 2, 3)));
    const at = <usize>row << 3;
    packTwo(draws, v128.load(gradients + at), hessians, at, packed, gradientScale, hessianScale, countBits, shift, wide, 2);
    const others = v128.shuffle<i64>(draws, draws, 1, 1);
    packTwo(others, v128.load(gradients + at, 16), hessians, at + 16, packed, gradientScale, hessianScale, countBits, shift, wide, 2);
  }
  for (; row < to; row++) {
    const draws = mix(i32x4.splat(row + seed));
    const at = <usize>row << 3;
    packTwo(draws, v128.load64_zero(gradients + at), hessians, at, packed, gradientScale, hessianScale, countBits, shift, wide, 1);
  }
}

/** Two rows, or the first of them. */
// @ts-ignore: decorator of AssemblyScript
@inline
function packTwo(draws: v128, gradient: v128, hessians: usize, at: usize, packed: usize, gradientScale: v128, hessianScale: v128, countBits: i32, shift: i32, wide: i32, rows: i32): void {
  let values = i64x2.add(i64x2.shl(rounded(gradient, gradientScale, i32x4.shr_u(draws, 16)), shift), i64x2.splat(1));
  if (hessians != 0) {
    let hessian = impliedHessian(gradient);
    if (hessians != IMPLIED) hessian = rows == 1 ? v128.load64_zero(hessians + at) : v128.load(hessians + at);
    const units = rounded(hessian, hessianScale, v128.and(draws, i32x4.splat(65535)));
    if (wide != 0) {
      const pair = packed + (at << 1);
      v128.store(pair, v128.shuffle<i64>(values, units, 0, 2));
      if (rows > 1) v128.store(pair, v128.shuffle<i64>(values, units, 1, 3), 16);
      return;
    }
    values = i64x2.add(values, i64x2.shl(units, countBits));
  }
  if (rows == 1) store<i64>(packed + at, i64x2.extract_lane(values, 0));
  else v128.store(packed + at, values);
}

/** Numbers in units, as integers: rounded down after 1 ∕ 65536 of a draw was added. They are below 2^51, so that 1.5 × 2^52 takes them in. */
// @ts-ignore: decorator of AssemblyScript
@inline
function rounded(values: v128, scale: v128, draws: v128): v128 {
  const sum = f64x2.add(f64x2.mul(values, scale), f64x2.mul(f64x2.convert_low_i32x4_s(draws), f64x2.splat(1.0 / 65536.0)));
  const whole = v128.and(f64x2.floor(sum), f64x2.eq(sum, sum));
  return i64x2.sub(f64x2.add(whole, f64x2.splat(6755399441055744.0)), i64x2.splat(0x4338000000000000));
}

// @ts-ignore: decorator of AssemblyScript
@inline
function mix(values: v128): v128 {
  let x = i32x4.mul(values, i32x4.splat(0x9e3779b1));
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 15)), i32x4.splat(0x85ebca77));
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 13)), i32x4.splat(0xc2b2ae3d));
  return v128.xor(x, i32x4.shr_u(x, 16));
}
