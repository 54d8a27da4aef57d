/** What the two most common losses cost, for the progress of a fit. Sums over blocks of rows, as `gradients.as.ts` makes them. Twin: `twin-loss-sums.ts`. */
import { BLOCK, exp2 } from './gradients.as';

/** For each block the sum of the losses of its rows, times their weights: squared errors, or log losses of targets 0 and 1 where `isLogistic` is 1. */
export function sumLosses(fromBlock: i32, toBlock: i32, rows: i32, scores: usize, target: usize, weights: usize, sums: usize, isLogistic: i32): void {
  for (let block = fromBlock; block < toBlock; block++) {
    const end = min(rows, (block + 1) * BLOCK);
    let sum = f64x2.splat(0);
    for (let row = block * BLOCK; row < end; row += 2) {
      const at = <usize>row << 3;
      let loss = isLogistic != 0 ? logLoss(v128.load(scores + at), v128.load(target + at)) : squaredError(v128.load(scores + at), v128.load(target + at));
      if (weights != 0) {
        const weight = v128.load(weights + at);
        // A row of weight 0 may have a target that is no number.
        loss = v128.and(f64x2.mul(loss, weight), f64x2.ne(weight, f64x2.splat(0)));
      }
      // The row beyond an odd end.
      if (row + 1 == end) loss = f64x2.replace_lane(loss, 1, 0);
      sum = f64x2.add(sum, loss);
    }
    store<f64>(sums + (<usize>block << 3), f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1));
  }
}

// @ts-ignore: decorator of AssemblyScript
@inline
function squaredError(score: v128, target: v128): v128 {
  const error = f64x2.sub(score, target);
  return f64x2.mul(error, error);
}

/** log(1 + e^m) of the margin m = score, or −score where the target is 1: what m is above 0, and 2 artanh(u ∕ (2 + u)) with u = e^−|m|. */
// @ts-ignore: decorator of AssemblyScript
@inline
function logLoss(score: v128, target: v128): v128 {
  const margin = f64x2.mul(score, f64x2.sub(f64x2.splat(1), f64x2.add(target, target)));
  const u = exp2(f64x2.neg(f64x2.abs(score)));
  const t = f64x2.div(u, f64x2.add(u, f64x2.splat(2)));
  const t2 = f64x2.mul(t, t);
  // In two runs of terms, which do not wait for each other.
  const t4 = f64x2.mul(t2, t2);
  let even = f64x2.splat(1.0 / 21.0);
  let odd = f64x2.splat(1.0 / 19.0);
  even = term(even, t4, 1.0 / 17.0);
  odd = term(odd, t4, 1.0 / 15.0);
  even = term(even, t4, 1.0 / 13.0);
  odd = term(odd, t4, 1.0 / 11.0);
  even = term(even, t4, 1.0 / 9.0);
  odd = term(odd, t4, 1.0 / 7.0);
  even = term(even, t4, 1.0 / 5.0);
  odd = term(odd, t4, 1.0 / 3.0);
  even = term(even, t4, 1.0);
  const series = f64x2.add(even, f64x2.mul(odd, t2));
  return f64x2.add(f64x2.pmax(margin, f64x2.splat(0)), f64x2.mul(f64x2.add(t, t), series));
}

// @ts-ignore: decorator of AssemblyScript
@inline
function term(sum: v128, factor: v128, constant: f64): v128 {
  return f64x2.add(f64x2.mul(sum, factor), f64x2.splat(constant));
}
