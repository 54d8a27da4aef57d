/**
 * Derivatives of the two most common losses, and derivatives to packed integers. Sums over a table are
 * sums over blocks of BLOCK rows, so that they have one order for any number of threads. Twins: `twin/gradients.ts`.
 */

export const BLOCK: i32 = 8192;

/** Gradients (and, where `hessians` is not 0, hessians) of the squared error. `weights` of 0 are no weights. */
export function squaredGradients(from: i32, to: i32, scores: usize, target: usize, weights: usize, gradients: usize, hessians: usize): void {
  for (let row = <usize>from; row < <usize>to; row++) {
    const at = row << 3;
    const gradient = load<f64>(scores + at) - load<f64>(target + at);
    if (weights == 0) {
      store<f64>(gradients + at, gradient);
      if (hessians != 0) store<f64>(hessians + at, 1);
    } else {
      const weight = load<f64>(weights + at);
      store<f64>(gradients + at, gradient * weight);
      store<f64>(hessians + at, weight);
    }
  }
}

/** Gradients and hessians of the binary log loss; `target` is 0 or 1. Two rows at a time. `from` is even, and arrays have room for an even number of rows. */
export function logisticGradients(from: i32, to: i32, scores: usize, target: usize, weights: usize, gradients: usize, hessians: usize): void {
  const one = f64x2.splat(1);
  const least = f64x2.splat(1e-16);
  for (let row = <usize>from; row < <usize>to; row += 2) {
    const at = row << 3;
    const e = exp2(f64x2.neg(v128.load(scores + at)));
    const p = f64x2.div(one, f64x2.add(one, e));
    let gradient = f64x2.sub(p, v128.load(target + at));
    let hessian = f64x2.pmax(f64x2.mul(p, f64x2.sub(one, p)), least);
    if (weights != 0) {
      const weight = v128.load(weights + at);
      gradient = f64x2.mul(gradient, weight);
      hessian = f64x2.mul(hessian, weight);
    }
    v128.store(gradients + at, gradient);
    v128.store(hessians + at, hessian);
  }
}

/** e^x for two numbers within 1e-11 of it: 2^n × the series of e^r, |r| ≤ ln 2 ∕ 2. Exponents are held to ±700, where the loss is flat. */
// @ts-ignore: decorator of AssemblyScript
@inline
function exp2(value: v128): v128 {
  const x = f64x2.pmax(f64x2.splat(-700), f64x2.pmin(f64x2.splat(700), value));
  const n = f64x2.nearest(f64x2.mul(x, f64x2.splat(1.4426950408889634)));
  const r = f64x2.sub(f64x2.sub(x, f64x2.mul(n, f64x2.splat(0.6931471803691238))), f64x2.mul(n, f64x2.splat(1.9082149292705877e-10)));
  let sum = f64x2.splat(1.0 / 362880.0);
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 40320.0));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 5040.0));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 720.0));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 120.0));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 24.0));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 6.0));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(0.5));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1));
  // The integers 1023 + n in the low bits of 2^52 + 1023 + n, moved up to be the exponents of two doubles.
  const power = i64x2.shl(f64x2.add(n, f64x2.splat(4503599627370496.0 + 1023.0)), 52);
  return f64x2.mul(sum, power);
}

/** For each block: largest |gradient|, sum of |gradients|, largest hessian, sum of hessians. What is no number counts as 0. */
export function measure(fromBlock: i32, toBlock: i32, rows: i32, gradients: usize, hessians: usize, stats: usize): void {
  for (let block = fromBlock; block < toBlock; block++) {
    const end = <usize>min(rows, (block + 1) * BLOCK);
    let largest: f64 = 0;
    let sum: f64 = 0;
    let largestHessian: f64 = 0;
    let hessianSum: f64 = 0;
    for (let row = <usize>(block * BLOCK); row < end; row++) {
      const size = Math.abs(load<f64>(gradients + (row << 3)));
      if (size > largest) largest = size;
      if (size == size) sum += size;
      if (hessians == 0) continue;
      const hessian = load<f64>(hessians + (row << 3));
      if (hessian > largestHessian) largestHessian = hessian;
      if (hessian == hessian) hessianSum += hessian;
    }
    const at = stats + (<usize>block << 5);
    store<f64>(at, largest);
    store<f64>(at, sum, 8);
    store<f64>(at, largestHessian, 16);
    store<f64>(at, hessianSum, 24);
  }
}

/**
 * Packed integers of the rows from … to − 1. `scales` holds the units of a gradient and of a hessian. Rounding is stochastic.
 * Hessians of 0 are 1 each and not kept; `wide` of 0 puts gradient, hessian and count into one integer, otherwise the hessian
 * follows in one of its own.
 */
export function packRows(from: i32, to: i32, gradients: usize, hessians: usize, packed: usize, scales: usize, seed: i32, countBits: i32, hessianBits: i32, wide: i32): void {
  const gradientScale = load<f64>(scales);
  const hessianScale = load<f64>(scales, 8);
  const shift = <i64>(countBits + hessianBits);
  for (let row = from; row < to; row++) {
    const draw = mix(row + seed);
    const at = <usize>row << 3;
    const gradient = <i64>Math.floor(load<f64>(gradients + at) * gradientScale + <f64>(draw >> 16) * (1.0 / 65536.0));
    let value = (gradient << shift) + 1;
    if (hessians != 0) {
      const hessian = <i64>Math.floor(load<f64>(hessians + at) * hessianScale + <f64>(draw & 65535) * (1.0 / 65536.0));
      if (wide != 0) {
        store<i64>(packed + (<usize>row << 4), value);
        store<i64>(packed + (<usize>row << 4), hessian, 8);
        continue;
      }
      value += hessian << <i64>countBits;
    }
    store<i64>(packed + at, value);
  }
}

// @ts-ignore: decorator of AssemblyScript
@inline
function mix(value: i32): u32 {
  let x = <u32>value * 0x9e3779b1;
  x = (x ^ (x >> 15)) * 0x85ebca77;
  x = (x ^ (x >> 13)) * 0xc2b2ae3d;
  return x ^ (x >> 16);
}
