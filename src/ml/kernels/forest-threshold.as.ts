/**
 * A split at a threshold drawn between the lowest and the highest bin of a node (Geurts, Ernst and Wehenkel, "Extremely
 * Randomized Trees", Machine Learning 63, 2006). Twin: `twin-forest-threshold.ts`.
 */
import { below, draw } from './random.as';
import { DESK_PAIRS, DESK_TARGET, KIND_VALUES, KIND_WITH_MISSING, MISSING, PLAN_LEFT, PLAN_OUTPUTS } from './forest-layout';
import { settle } from './forest-score.as';

/** Try one threshold. Returns whether the feature varies in the node. */
export function threshold(plan: usize, desk: usize, feature: i32, column: usize, from: usize, to: usize): bool {
  let low: u32 = 255;
  let high: u32 = 0;
  let missing: u32 = 0;
  for (let at = from; at < to; at += 4) {
    const bin = <u32>load<u8>(column + <usize>load<u32>(at));
    const isMissing = u32(bin == MISSING);
    missing |= isMissing;
    low = min<u32>(low, bin);
    high = max<u32>(high, bin * (1 - isMissing));
  }
  if (low == MISSING) return false;
  if (low >= high && missing == 0) return false;
  let bin = high;
  let kind = missing != 0 ? KIND_VALUES : -1;
  if (low < high) {
    bin = low + below(desk, high - low);
    if (missing != 0 && draw(desk) >> 31 != 0) kind = KIND_WITH_MISSING;
  }
  // With missing values on the left, bins turn by one, so that theirs comes first.
  const turn: u32 = kind == KIND_WITH_MISSING ? 1 : 0;
  const last = bin + turn;
  const pairs = <usize>load<u32>(desk, DESK_PAIRS);
  const outputs = load<i32>(plan, PLAN_OUTPUTS);
  if (outputs == 1) {
    let left = f64x2.splat(0);
    for (let at = from; at < to; at += 4) {
      const row = <usize>load<u32>(at);
      const goes = i64(((<u32>load<u8>(column + row) + turn) & 255) <= last);
      left = f64x2.add(left, v128.and(v128.load(pairs + (row << 4)), i64x2.splat(-goes)));
    }
    settle(plan, desk, feature, f64x2.extract_lane(left, 0), f64x2.extract_lane(left, 1), <i32>bin, kind);
    return true;
  }
  const sums = desk + <usize>load<u32>(plan, PLAN_LEFT);
  const target = <usize>load<u32>(desk, DESK_TARGET);
  memory.fill(sums, 0, <usize>outputs << 3);
  let packed: f64 = 0;
  for (let at = from; at < to; at += 4) {
    const row = <usize>load<u32>(at);
    if (((<u32>load<u8>(column + row) + turn) & 255) > last) continue;
    const own = sums + (<usize>load<f64>(target + (row << 3)) << 3);
    packed += load<f64>(pairs + (row << 4));
    store<f64>(own, load<f64>(own) + load<f64>(pairs + (row << 4), 8));
  }
  settle(plan, desk, feature, packed, 0, <i32>bin, kind);
  return true;
}
