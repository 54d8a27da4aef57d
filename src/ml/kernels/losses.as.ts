/**
 * Derivatives of the losses that squares and logistics are not, and leaf values that are quantiles of
 * residuals. `limits` holds a few numbers of the loss. Twins: `twin-losses.ts`.
 */
import { exp2 } from './gradients.as';

/**
 * Gradients of a loss of the residual. `limits`: the slopes below and above, and whether the gradient is the residual held between
 * them (Huber) or jumps from one to the other (absolute error, quantile). Hessians are 1; they are kept where rows have weights.
 */
export function residualGradients(from: i32, to: i32, scores: usize, target: usize, weights: usize, gradients: usize, hessians: usize, limits: usize): void {
  const low = load<f64>(limits);
  const high = load<f64>(limits, 8);
  const isHeld = load<f64>(limits, 16) != 0;
  for (let row = <usize>from; row < <usize>to; row++) {
    const at = row << 3;
    const residual = load<f64>(scores + at) - load<f64>(target + at);
    const gradient = isHeld ? max<f64>(low, min<f64>(high, residual)) : residual < 0 ? low : residual > 0 ? high : 0;
    const weight = weights == 0 ? 1 : load<f64>(weights + at);
    store<f64>(gradients + at, gradient * weight);
    if (hessians != 0) store<f64>(hessians + at, weight);
  }
}

/**
 * Gradients and hessians of a deviance with a log link and a variance power ρ; `limits` holds 1 − ρ. Two rows at a time: `from` is
 * even, and arrays have room for an even number of rows.
 */
export function countGradients(from: i32, to: i32, scores: usize, target: usize, weights: usize, gradients: usize, hessians: usize, limits: usize): void {
  const one = f64x2.splat(load<f64>(limits));
  const two = f64x2.splat(1 + load<f64>(limits));
  for (let row = <usize>from; row < <usize>to; row += 2) {
    const at = row << 3;
    const score = v128.load(scores + at);
    const observed = f64x2.mul(v128.load(target + at), exp2(f64x2.mul(one, score)));
    const expected = exp2(f64x2.mul(two, score));
    const gradient = f64x2.sub(expected, observed);
    const hessian = f64x2.sub(f64x2.mul(two, expected), f64x2.mul(one, observed));
    const weight = weights == 0 ? f64x2.splat(1) : v128.load(weights + at);
    v128.store(gradients + at, f64x2.mul(gradient, weight));
    v128.store(hessians + at, f64x2.mul(hessian, weight));
  }
}

/**
 * Gradients and hessians of the log loss of three classes or more, output after output; `target` holds class codes. Two rows at a
 * time; the last of an odd number alone, since the next output begins behind it.
 */
export function softmaxGradients(from: i32, to: i32, scores: usize, target: usize, weights: usize, gradients: usize, hessians: usize, _limits: usize, rows: i32, classes: i32): void {
  const one = f64x2.splat(1);
  const stride = <usize>rows << 3;
  for (let row = <usize>from; row < <usize>to; row += 2) {
    const at = row << 3;
    const isPair = row + 1 < <usize>to;
    let largest = f64x2.splat(-Infinity);
    for (let k: usize = 0; k < <usize>classes; k++) largest = f64x2.pmax(largest, pair(scores + k * stride + at, isPair));
    let sum = f64x2.splat(0);
    for (let k: usize = 0; k < <usize>classes; k++) {
      const e = exp2(f64x2.sub(pair(scores + k * stride + at, isPair), largest));
      putPair(gradients + k * stride + at, e, isPair);
      sum = f64x2.add(sum, e);
    }
    const truth = pair(target + at, isPair);
    const weight = weights == 0 ? one : pair(weights + at, isPair);
    for (let k: usize = 0; k < <usize>classes; k++) {
      const p = f64x2.div(pair(gradients + k * stride + at, isPair), sum);
      const isTrue = v128.and(f64x2.eq(truth, f64x2.splat(<f64>k)), one);
      const hessian = f64x2.pmax(f64x2.splat(1e-16), f64x2.mul(p, f64x2.sub(one, p)));
      putPair(gradients + k * stride + at, f64x2.mul(f64x2.sub(p, isTrue), weight), isPair);
      putPair(hessians + k * stride + at, f64x2.mul(hessian, weight), isPair);
    }
  }
}

// @ts-ignore: decorator of AssemblyScript
@inline
function pair(at: usize, isPair: boolean): v128 {
  return isPair ? v128.load(at) : v128.load64_zero(at);
}

// @ts-ignore: decorator of AssemblyScript
@inline
function putPair(at: usize, values: v128, isPair: boolean): void {
  if (isPair) v128.store(at, values);
  else store<f64>(at, f64x2.extract_lane(values, 0));
}

/**
 * The quantile of the residuals of each leaf; with Huber's loss the mean of what they miss it by, held between the slopes, is
 * added. Leaf: order, begin, end (16 bytes). Each has room for its residuals at `values`, and for its weights at `sides`, from `begin`
 * on. `limits` goes on with the level of the quantile.
 */
export function renewLeaves(from: i32, to: i32, leaves: usize, target: usize, scores: usize, weights: usize, values: usize, sides: usize, limits: usize, renewed: usize): void {
  const low = load<f64>(limits);
  const high = load<f64>(limits, 8);
  const isHeld = load<f64>(limits, 16) != 0;
  const level = load<f64>(limits, 24);
  for (let leaf = <usize>from; leaf < <usize>to; leaf++) {
    const order = <usize>load<u32>(leaves + (leaf << 4));
    const begin = <usize>load<u32>(leaves + (leaf << 4), 4);
    const end = <usize>load<u32>(leaves + (leaf << 4), 8);
    let total: f64 = 0;
    for (let i = begin; i < end; i++) {
      const row = <usize>load<u32>(order + (i << 2)) << 3;
      store<f64>(values + (i << 3), load<f64>(target + row) - load<f64>(scores + row));
      if (weights == 0) continue;
      const weight = load<f64>(weights + row);
      store<f64>(sides + (i << 3), weight);
      total += weight;
    }
    if (weights == 0) total = <f64>(end - begin);
    const middle = select(values, weights == 0 ? 0 : sides, begin, end, level * total);
    let sum: f64 = 0;
    if (isHeld) {
      for (let i = begin; i < end; i++) {
        const apart = max<f64>(low, min<f64>(high, load<f64>(values + (i << 3)) - middle));
        sum += weights == 0 ? apart : load<f64>(sides + (i << 3)) * apart;
      }
    }
    store<f64>(renewed + (leaf << 3), isHeld ? middle + sum / total : middle);
  }
}

/** Where the weight reaches `wanted`, in ascending order. Orders values and weights anew. Twin: `select` of `weighted.ts`. */
function select(values: usize, weights: usize, from: usize, to: usize, wanted: f64): f64 {
  let begin = from;
  let end = to;
  let before: f64 = 0;
  let next = NaN;
  let pivot = NaN;
  while (begin < end) {
    pivot = middleOf(at(values, begin), at(values, (begin + end) >> 1), at(values, end - 1));
    let low = begin;
    let place = begin;
    let high = end;
    let lower: f64 = 0;
    let equal: f64 = 0;
    while (place < high) {
      const value = at(values, place);
      const weight: f64 = weights == 0 ? 1 : at(weights, place);
      if (value < pivot) {
        lower += weight;
        swap(values, weights, low++, place++);
      } else if (value > pivot) {
        swap(values, weights, place, --high);
      } else {
        equal += weight;
        place++;
      }
    }
    if (before + lower > wanted) {
      next = pivot;
      end = low;
      continue;
    }
    if (before + lower == wanted && low > begin) {
      let largest = -Infinity;
      for (let i = begin; i < low; i++) largest = max<f64>(largest, at(values, i));
      return (largest + pivot) / 2;
    }
    if (before + lower + equal > wanted) return pivot;
    if (before + lower + equal == wanted) {
      let above = next;
      if (high < end) {
        above = Infinity;
        for (let i = high; i < end; i++) above = min<f64>(above, at(values, i));
      }
      return above == above ? (pivot + above) / 2 : pivot;
    }
    before += lower + equal;
    begin = high;
  }
  return pivot;
}

// @ts-ignore: decorator of AssemblyScript
@inline
function at(values: usize, index: usize): f64 {
  return load<f64>(values + (index << 3));
}

// @ts-ignore: decorator of AssemblyScript
@inline
function middleOf(a: f64, b: f64, c: f64): f64 {
  return max<f64>(min<f64>(a, b), min<f64>(max<f64>(a, b), c));
}

// @ts-ignore: decorator of AssemblyScript
@inline
function swap(values: usize, weights: usize, a: usize, b: usize): void {
  const value = at(values, a);
  store<f64>(values + (a << 3), at(values, b));
  store<f64>(values + (b << 3), value);
  if (weights == 0) return;
  const weight = at(weights, a);
  store<f64>(weights + (a << 3), at(weights, b));
  store<f64>(weights + (b << 3), weight);
}
