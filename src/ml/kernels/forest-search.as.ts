/**
 * The best split of a forest's node among features drawn for it. Nodes of a few rows are sorted; larger ones are counted
 * into bins. Both find the same split. Twin: `twin-forest-search.ts`.
 */
import { clear, count } from './forest-counts.as';
import { categories } from './forest-categories.as';
import { below } from './random.as';
import { DESK_BINS, DESK_BIN_STRIDE, DESK_FEATURE, DESK_KEYS, DESK_PAIRS, DESK_SCORE, DESK_SUM, DESK_USED, DESK_WEIGHT, FEW_ROWS, KIND_VALUES, KIND_WITH_MISSING, MISSING, PLAN_CRITERION, PLAN_DECK, PLAN_FEATURES, PLAN_HISTOGRAM, PLAN_IS_RANDOM, PLAN_KINDS, PLAN_LEFT, PLAN_ORDER, PLAN_OUTPUTS, PLAN_TRIED, PLAN_WEIGHT_INVERSE } from './forest-layout';
import { threshold } from './forest-threshold.as';
import { mayBeat, settle } from './forest-score.as';

/** Search the rows `begin … end − 1` of the order, which is the node whose sums are on the desk. Returns whether there is a split, then left on the desk. */
export function search(plan: usize, desk: usize, begin: i32, end: i32): bool {
  store<f64>(desk, -Infinity, DESK_SCORE);
  store<i32>(desk, -1, DESK_FEATURE);
  const deck = desk + <usize>load<u32>(plan, PLAN_DECK);
  const order = desk + <usize>load<u32>(plan, PLAN_ORDER);
  const from = order + (<usize>begin << 2);
  const to = order + (<usize>end << 2);
  const features = load<i32>(plan, PLAN_FEATURES);
  const kinds = <usize>load<u32>(plan, PLAN_KINDS);
  const isRandom = load<i32>(plan, PLAN_IS_RANDOM) != 0;
  const isFew = end - begin <= FEW_ROWS && load<i32>(plan, PLAN_OUTPUTS) == 1;
  const bins = <usize>load<u32>(desk, DESK_BINS);
  const stride = <usize>load<u32>(desk, DESK_BIN_STRIDE);
  const wanted = load<i32>(plan, PLAN_TRIED);
  const isPair = end - begin == 2 && !isRandom;
  let tried = 0;
  for (let drawn = 0; drawn < features && tried < wanted; drawn++) {
    const at = deck + (<usize>(drawn + <i32>below(desk, <u32>(features - drawn))) << 2);
    const feature = load<i32>(at);
    store<i32>(at, load<i32>(deck + (<usize>drawn << 2)));
    store<i32>(deck + (<usize>drawn << 2), feature);
    const column = bins + <usize>feature * stride;
    let varies: bool;
    // All features part two rows in the same way; draws go on, or a row of weight 2 would not be the row twice.
    if (isPair && load<i32>(desk, DESK_FEATURE) >= 0) varies = load<u8>(column + <usize>load<u32>(from)) != load<u8>(column + <usize>load<u32>(from, 4));
    else if (load<u8>(kinds + <usize>feature) != 0) varies = categories(plan, desk, feature, column, from, to);
    else if (isRandom) varies = threshold(plan, desk, feature, column, from, to);
    else if (isFew) varies = sorted(plan, desk, feature, column, from, to);
    else varies = counted(plan, desk, feature, column, from, to);
    // A feature that is the same in all rows does not count as tried.
    if (varies) tried++;
  }
  return load<i32>(desk, DESK_FEATURE) >= 0;
}

/** Bin and row of few rows, sorted, and the sums before each change of the bin. */
function sorted(plan: usize, desk: usize, feature: i32, column: usize, from: usize, to: usize): bool {
  const keys = desk + DESK_KEYS;
  let last = keys;
  for (let at = from; at < to; at += 4) {
    const row = <usize>load<u32>(at);
    const key = (<u64>load<u8>(column + row) << 32) | <u64>row;
    let place = last;
    while (place > keys && load<u64>(place - 8) > key) {
      store<u64>(place, load<u64>(place - 8));
      place -= 8;
    }
    store<u64>(place, key);
    last += 8;
  }
  const highest = <i32>(load<u64>(last - 8) >> 32);
  if (<i32>(load<u64>(keys) >> 32) == highest) return false;

  const pairs = <usize>load<u32>(desk, DESK_PAIRS);
  const criterion = load<i32>(plan, PLAN_CRITERION);
  const inverse = load<f64>(plan, PLAN_WEIGHT_INVERSE);
  const total = Math.floor(load<f64>(desk, DESK_WEIGHT) * inverse);
  const sum = load<f64>(desk, DESK_SUM);
  let missing = f64x2.splat(0);
  let values = last;
  if (highest == MISSING) {
    while (<i32>(load<u64>(values - 8) >> 32) == MISSING) {
      values -= 8;
      missing = f64x2.add(missing, v128.load(pairs + (<usize>load<u32>(values) << 4)));
    }
  }
  const passes = values == last ? 1 : 2;
  for (let pass = 0; pass < passes; pass++) {
    let left = pass == 0 ? f64x2.splat(0) : missing;
    const end = pass == 0 && passes == 2 ? values : values - 8;
    const kind = passes == 1 ? -1 : pass;
    for (let at = keys; at < end; at += 8) {
      left = f64x2.add(left, v128.load(pairs + (<usize>load<u32>(at) << 4)));
      const bin = load<u32>(at, 4);
      if (bin == load<u32>(at, 12)) continue;
      const packed = f64x2.extract_lane(left, 0);
      const own = f64x2.extract_lane(left, 1);
      const weight = Math.floor(packed * inverse);
      if (mayBeat(criterion, own, weight, sum - own, total - weight, load<f64>(desk, DESK_SCORE))) settle(plan, desk, feature, packed, own, <i32>bin, kind);
    }
  }
  return true;
}

function counted(plan: usize, desk: usize, feature: i32, column: usize, from: usize, to: usize): bool {
  const used = count(plan, desk, column, from, to);
  if (used > 1) {
    if (load<i32>(plan, PLAN_OUTPUTS) == 1) scanPairs(plan, desk, feature, used);
    else scanClasses(plan, desk, feature, used);
  }
  clear(plan, desk, used);
  return used > 1;
}

function scanPairs(plan: usize, desk: usize, feature: i32, used: i32): void {
  const histogram = desk + <usize>load<u32>(plan, PLAN_HISTOGRAM);
  const list = desk + DESK_USED;
  const criterion = load<i32>(plan, PLAN_CRITERION);
  const inverse = load<f64>(plan, PLAN_WEIGHT_INVERSE);
  const total = Math.floor(load<f64>(desk, DESK_WEIGHT) * inverse);
  const sum = load<f64>(desk, DESK_SUM);
  const hasMissing = load<u8>(list + <usize>(used - 1)) == MISSING;
  const values = hasMissing ? used - 1 : used;
  for (let pass = 0; pass < 1 + i32(hasMissing); pass++) {
    let left = pass == 0 ? f64x2.splat(0) : v128.load(histogram, MISSING << 4);
    // All values on one side and the missing ones on the other is a split too.
    const end = hasMissing && pass == 0 ? values : values - 1;
    const kind = hasMissing ? pass : -1;
    let best = load<f64>(desk, DESK_SCORE);
    for (let i = 0; i < end; i++) {
      const bin = <usize>load<u8>(list + <usize>i);
      left = f64x2.add(left, v128.load(histogram + (bin << 4)));
      const packed = f64x2.extract_lane(left, 0);
      const own = f64x2.extract_lane(left, 1);
      const weight = Math.floor(packed * inverse);
      if (!mayBeat(criterion, own, weight, sum - own, total - weight, best)) continue;
      if (settle(plan, desk, feature, packed, own, <i32>bin, kind)) best = load<f64>(desk, DESK_SCORE);
    }
  }
}

function scanClasses(plan: usize, desk: usize, feature: i32, used: i32): void {
  const histogram = desk + <usize>load<u32>(plan, PLAN_HISTOGRAM);
  const left = desk + <usize>load<u32>(plan, PLAN_LEFT);
  const list = desk + DESK_USED;
  const outputs = load<i32>(plan, PLAN_OUTPUTS);
  const bytes = <usize>(outputs + 1) << 3;
  const hasMissing = load<u8>(list + <usize>(used - 1)) == MISSING;
  const values = hasMissing ? used - 1 : used;
  for (let pass = 0; pass < 1 + i32(hasMissing); pass++) {
    let packed: f64 = 0;
    memory.fill(left, 0, bytes - 8);
    if (pass == 1) packed = addBin(histogram + <usize>MISSING * bytes, left, outputs);
    const end = hasMissing && pass == 0 ? values : values - 1;
    const kind = hasMissing ? pass : -1;
    for (let i = 0; i < end; i++) {
      const bin = <usize>load<u8>(list + <usize>i);
      packed += addBin(histogram + bin * bytes, left, outputs);
      settle(plan, desk, feature, packed, 0, <i32>bin, kind);
    }
  }
}

/** Add the class sums of a bin to `left`. Returns its packed weight. */
// @ts-ignore: decorator of AssemblyScript
@inline
export function addBin(cell: usize, left: usize, outputs: i32): f64 {
  for (let k: usize = 0; k < <usize>outputs << 3; k += 8) store<f64>(left + k, load<f64>(left + k) + load<f64>(cell + k, 8));
  return load<f64>(cell);
}
