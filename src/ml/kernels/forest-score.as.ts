/**
 * What a split of a forest's node is worth, and which is the best so far. A score is what the two sides sum up to, and
 * the larger the better; the criteria are those of Breiman et al., "Classification and Regression Trees" (1984). Twin:
 * `twin-forest-score.ts`.
 */
import { DESK_BIN, DESK_FEATURE, DESK_KIND, DESK_LEFT_SUM, DESK_LEFT_WEIGHT, DESK_ROWS, DESK_SCORE, DESK_SUM, DESK_WEIGHT, ENTROPY, PLAN_COUNTED_LEAF, PLAN_CRITERION, PLAN_LEFT, PLAN_OUTPUTS, PLAN_TOTALS, PLAN_WEIGHT_INVERSE, PLAN_WEIGHT_UNIT, SQUARED } from './forest-layout';

/** Equal scores that were rounded apart are equal: the first wins. */
const NOISE: f64 = 1.0000000000000009;

/** ln x for x > 0: exponent × ln 2 + the series of artanh of what is left. The same bits on every machine. */
export function ln(x: f64): f64 {
  const bits = reinterpret<u64>(x);
  let exponent = <f64>(<i32>(bits >> 52) - 1023);
  let m = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    exponent += 1;
  }
  const f = (m - 1) / (m + 1);
  const s = f * f;
  let sum: f64 = 1.0 / 21.0;
  sum = sum * s + 1.0 / 19.0;
  sum = sum * s + 1.0 / 17.0;
  sum = sum * s + 1.0 / 15.0;
  sum = sum * s + 1.0 / 13.0;
  sum = sum * s + 1.0 / 11.0;
  sum = sum * s + 1.0 / 9.0;
  sum = sum * s + 1.0 / 7.0;
  sum = sum * s + 1.0 / 5.0;
  sum = sum * s + 1.0 / 3.0;
  return exponent * 0.6931471805599453 + (2 * f + 2 * f * s * sum);
}

/** x ln (x / w), 0 for 0. */
// @ts-ignore: decorator of AssemblyScript
@inline
function share(x: f64, w: f64): f64 {
  return x > 0 ? x * ln(x / w) : 0;
}

/** Worth of a side with this weight and sum. */
export function worth(criterion: i32, sum: f64, weight: f64): f64 {
  if (criterion == SQUARED) return (sum * sum) / weight;
  if (criterion == ENTROPY) return share(sum, weight) + share(weight - sum, weight);
  return share(sum, weight);
}

/** Worth of a side whose class sums lie at `sums`. */
export function worthOfClasses(criterion: i32, sums: usize, classes: i32, weight: f64): f64 {
  let total: f64 = 0;
  for (let k: usize = 0; k < <usize>classes; k++) {
    const sum = load<f64>(sums + (k << 3));
    total += criterion == SQUARED ? sum * sum : share(sum, weight);
  }
  return criterion == SQUARED ? total / weight : total;
}

/** Worth of the node at hand. */
export function worthOfNode(plan: usize, desk: usize): f64 {
  const weight = Math.floor(load<f64>(desk, DESK_WEIGHT) * load<f64>(plan, PLAN_WEIGHT_INVERSE));
  const outputs = load<i32>(plan, PLAN_OUTPUTS);
  const criterion = load<i32>(plan, PLAN_CRITERION);
  if (outputs == 1) return worth(criterion, load<f64>(desk, DESK_SUM), weight);
  return worthOfClasses(criterion, desk + <usize>load<u32>(plan, PLAN_TOTALS), outputs, weight);
}

/** Whether a split may be better than `best`; the full answer is `settle`'s. */
// @ts-ignore: decorator of AssemblyScript
@inline
export function mayBeat(criterion: i32, sum: f64, weight: f64, rest: f64, restWeight: f64, best: f64): bool {
  // Divisions are slow, so they wait until a score is known to be better.
  return criterion != SQUARED || sum * sum * restWeight + rest * rest * weight > best * (weight * restWeight);
}

/** Whether a split with this left side is the best so far, with rows enough on both sides. It is then remembered. */
export function settle(plan: usize, desk: usize, feature: i32, packed: f64, sum: f64, bin: i32, kind: i32): bool {
  const inverse = load<f64>(plan, PLAN_WEIGHT_INVERSE);
  const unit = load<f64>(plan, PLAN_WEIGHT_UNIT);
  const least = load<f64>(plan, PLAN_COUNTED_LEAF);
  const total = load<f64>(desk, DESK_WEIGHT);
  const weight = Math.floor(packed * inverse);
  const restWeight = Math.floor(total * inverse) - weight;
  if (least > 0) {
    const count = packed - weight * unit;
    if (count < least || total - packed - restWeight * unit < least) return false;
  }
  const criterion = load<i32>(plan, PLAN_CRITERION);
  const outputs = load<i32>(plan, PLAN_OUTPUTS);
  let score: f64 = 0;
  if (outputs == 1) {
    const rest = load<f64>(desk, DESK_SUM) - sum;
    // Neither side of a Poisson split may have a mean of 0, for which no logarithm is defined.
    if (criterion > ENTROPY && (sum <= 0 || rest <= 0)) return false;
    if (criterion == SQUARED) score = (sum * sum * restWeight + rest * rest * weight) / (weight * restWeight);
    else score = worth(criterion, sum, weight) + worth(criterion, rest, restWeight);
  } else {
    const left = desk + <usize>load<u32>(plan, PLAN_LEFT);
    const totals = desk + <usize>load<u32>(plan, PLAN_TOTALS);
    let lefts: f64 = 0;
    let rests: f64 = 0;
    for (let k: usize = 0; k < <usize>outputs; k++) {
      const l = load<f64>(left + (k << 3));
      const r = load<f64>(totals + (k << 3)) - l;
      lefts += criterion == SQUARED ? l * l : share(l, weight);
      rests += criterion == SQUARED ? r * r : share(r, restWeight);
    }
    score = criterion == SQUARED ? lefts / weight + rests / restWeight : lefts + rests;
  }
  const best = load<f64>(desk, DESK_SCORE);
  // Scores of the other criteria are negative.
  if (!(score > (best > 0 ? best * NOISE : best * (2 - NOISE)))) return false;
  store<f64>(desk, score, DESK_SCORE);
  store<f64>(desk, packed, DESK_LEFT_WEIGHT);
  store<f64>(desk, sum, DESK_LEFT_SUM);
  store<i32>(desk, feature, DESK_FEATURE);
  store<i32>(desk, bin, DESK_BIN);
  // Without missing values in the node, they go with the majority.
  store<i32>(desk, kind >= 0 ? kind : i32(weight > restWeight), DESK_KIND);
  return true;
}
