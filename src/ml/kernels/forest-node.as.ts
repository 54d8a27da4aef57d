/**
 * What happens to one node of a tree: where its rows lie, whether they are alike, how they are parted, how it is written
 * down. Twin: `twin-forest-node.ts`.
 */
import { DESK_BIN, DESK_BINS, DESK_BIN_STRIDE, DESK_FEATURE, DESK_KIND, DESK_PAIRS, DESK_PLACE, DESK_SET, DESK_SUM, DESK_TARGET, DESK_WEIGHT, KIND_SET, LEAF_NODE, PLAN_BLOCK, PLAN_BLOCK_ROWS, PLAN_COLUMNS, PLAN_COLUMN_BYTES, PLAN_COUNTS, PLAN_COVERS, PLAN_FEATURES, PLAN_MAX_DEPTH, PLAN_MIN_LEAF, PLAN_MIN_SPLIT, PLAN_NODES, PLAN_ORDER, PLAN_OUTPUTS, PLAN_OWN_PAIRS, PLAN_SMALL_BLOCK, PLAN_SMALL_BLOCK_ROWS, PLAN_SPARE, PLAN_TARGET, PLAN_TARGET_UNIT, PLAN_TOTALS, PLAN_VALUES, PLAN_WEIGHT_INVERSE, SLOT_LEAVES, SLOT_NODES } from './forest-layout';

/** Turn to the rows of a place: their bins, pairs and targets. */
export function enter(plan: usize, desk: usize, place: i32): void {
  store<i32>(desk, place, DESK_PLACE);
  if (place == 0) {
    store<u32>(desk, load<u32>(plan, PLAN_COLUMNS), DESK_BINS);
    store<u32>(desk, load<u32>(plan, PLAN_COLUMN_BYTES), DESK_BIN_STRIDE);
    store<u32>(desk, <u32>desk + load<u32>(plan, PLAN_OWN_PAIRS), DESK_PAIRS);
    store<u32>(desk, load<u32>(plan, PLAN_TARGET), DESK_TARGET);
    return;
  }
  const rows = place == 1 ? load<u32>(plan, PLAN_BLOCK_ROWS) : load<u32>(plan, PLAN_SMALL_BLOCK_ROWS);
  const pairs = <u32>desk + (place == 1 ? load<u32>(plan, PLAN_BLOCK) : load<u32>(plan, PLAN_SMALL_BLOCK));
  store<u32>(desk, pairs, DESK_PAIRS);
  store<u32>(desk, pairs + (rows << 4), DESK_TARGET);
  store<u32>(desk, pairs + rows * 24, DESK_BINS);
  store<u32>(desk, rows, DESK_BIN_STRIDE);
}

/** Copy what belongs to the rows of a node into a block, where they are counted from 0: they then stay in a core's cache. */
export function gather(plan: usize, desk: usize, begin: i32, end: i32, place: i32): void {
  const bins = <usize>load<u32>(desk, DESK_BINS);
  const stride = <usize>load<u32>(desk, DESK_BIN_STRIDE);
  const pairs = <usize>load<u32>(desk, DESK_PAIRS);
  const target = <usize>load<u32>(desk, DESK_TARGET);
  const order = desk + <usize>load<u32>(plan, PLAN_ORDER) + (<usize>begin << 2);
  const rows = <usize>(end - begin);
  const features = <usize>load<u32>(plan, PLAN_FEATURES);
  enter(plan, desk, place);
  const ownBins = <usize>load<u32>(desk, DESK_BINS);
  const ownStride = <usize>load<u32>(desk, DESK_BIN_STRIDE);
  const ownPairs = <usize>load<u32>(desk, DESK_PAIRS);
  const ownTarget = <usize>load<u32>(desk, DESK_TARGET);
  for (let i: usize = 0; i < rows; i++) {
    const row = <usize>load<u32>(order + (i << 2));
    v128.store(ownPairs + (i << 4), v128.load(pairs + (row << 4)));
    store<f64>(ownTarget + (i << 3), load<f64>(target + (row << 3)));
  }
  for (let f: usize = 0; f < features; f++) {
    const from = bins + f * stride;
    const to = ownBins + f * ownStride;
    for (let i: usize = 0; i < rows; i++) store<u8>(to + i, load<u8>(from + <usize>load<u32>(order + (i << 2))));
  }
  for (let i: usize = 0; i < rows; i++) store<u32>(order + (i << 2), <u32>i);
}

/** Whether the limits and the targets leave something to split. Class sums of the node are left on the desk. */
export function maySplit(plan: usize, desk: usize, begin: i32, end: i32, depth: i32): bool {
  const order = desk + <usize>load<u32>(plan, PLAN_ORDER);
  const target = <usize>load<u32>(desk, DESK_TARGET);
  const outputs = load<i32>(plan, PLAN_OUTPUTS);
  const to = order + (<usize>end << 2);
  let at = order + (<usize>begin << 2);
  if (outputs > 1) {
    const totals = desk + <usize>load<u32>(plan, PLAN_TOTALS);
    const pairs = <usize>load<u32>(desk, DESK_PAIRS);
    memory.fill(totals, 0, <usize>outputs << 3);
    for (let i = at; i < to; i += 4) {
      const row = <usize>load<u32>(i);
      const own = totals + (<usize>load<f64>(target + (row << 3)) << 3);
      store<f64>(own, load<f64>(own) + load<f64>(pairs + (row << 4), 8));
    }
  }
  const rows = end - begin;
  if (depth >= load<i32>(plan, PLAN_MAX_DEPTH) || rows < load<i32>(plan, PLAN_MIN_SPLIT) || rows < 2 * load<i32>(plan, PLAN_MIN_LEAF)) return false;
  const first = load<f64>(target + (<usize>load<u32>(at) << 3));
  for (at += 4; at < to; at += 4) if (load<f64>(target + (<usize>load<u32>(at) << 3)) != first) return true;
  return false;
}

/** Bring the rows that go left by the split on the desk to the front. Stable. Returns how many they are. */
export function part(plan: usize, desk: usize, begin: i32, end: i32): i32 {
  const order = desk + <usize>load<u32>(plan, PLAN_ORDER);
  const spare = desk + <usize>load<u32>(plan, PLAN_SPARE);
  const column = <usize>load<u32>(desk, DESK_BINS) + <usize>load<i32>(desk, DESK_FEATURE) * <usize>load<u32>(desk, DESK_BIN_STRIDE);
  const kind = load<u32>(desk, DESK_KIND);
  const from = order + (<usize>begin << 2);
  const to = order + (<usize>end << 2);
  let left = from;
  let right = spare;
  if (kind == KIND_SET) {
    for (let at = from; at < to; at += 4) {
      const row = load<u32>(at);
      const bin = <u32>load<u8>(column + <usize>row);
      const goes = (<usize>load<u8>(desk + <usize>(bin >> 3), DESK_SET) >> <usize>(bin & 7)) & 1;
      store<u32>(left, row);
      store<u32>(right, row);
      left += goes << 2;
      right += 4 - (goes << 2);
    }
  } else {
    const last = load<u32>(desk, DESK_BIN) + kind;
    for (let at = from; at < to; at += 4) {
      const row = load<u32>(at);
      const goes = usize(((<u32>load<u8>(column + <usize>row) + kind) & 255) <= last);
      // Both are written and one is kept: a branch would be guessed wrong half of the time.
      store<u32>(left, row);
      store<u32>(right, row);
      left += goes << 2;
      right += 4 - (goes << 2);
    }
  }
  memory.copy(left, spare, right - spare);
  return <i32>((left - from) >> 2);
}

/** Write down the split on the desk. Returns its place. */
export function addSplit(plan: usize, desk: usize, slot: usize): i32 {
  const place = load<i32>(slot, SLOT_NODES);
  const node = slot + <usize>load<u32>(plan, PLAN_NODES) + (<usize>place << 3);
  const kind = load<i32>(desk, DESK_KIND);
  store<i32>(node, load<i32>(desk, DESK_FEATURE) | (load<i32>(desk, DESK_BIN) << 16) | (kind << 24));
  if (kind == KIND_SET) {
    memory.copy(node + 8, desk + DESK_SET, 32);
    store<i32>(slot, place + 5, SLOT_NODES);
  } else store<i32>(slot, place + 1, SLOT_NODES);
  return place;
}

/** Write down the node at hand, whose sums are on the desk, as a leaf. */
export function addLeaf(plan: usize, desk: usize, slot: usize, rows: i32): void {
  const place = load<i32>(slot, SLOT_NODES);
  const leaf = load<i32>(slot, SLOT_LEAVES);
  const node = slot + <usize>load<u32>(plan, PLAN_NODES) + (<usize>place << 3);
  store<u32>(node, LEAF_NODE);
  store<i32>(node, leaf, 4);
  store<i32>(slot, place + 1, SLOT_NODES);
  store<i32>(slot, leaf + 1, SLOT_LEAVES);
  store<i32>(slot + <usize>load<u32>(plan, PLAN_COUNTS) + (<usize>leaf << 2), rows);
  const outputs = <usize>load<u32>(plan, PLAN_OUTPUTS);
  const values = slot + <usize>load<u32>(plan, PLAN_VALUES) + ((<usize>leaf * outputs) << 3);
  const weight = Math.floor(load<f64>(desk, DESK_WEIGHT) * load<f64>(plan, PLAN_WEIGHT_INVERSE));
  store<f64>(slot + <usize>load<u32>(plan, PLAN_COVERS) + (<usize>leaf << 3), weight);
  if (outputs == 1) {
    store<f64>(values, (load<f64>(desk, DESK_SUM) / weight) * load<f64>(plan, PLAN_TARGET_UNIT));
    return;
  }
  const totals = desk + <usize>load<u32>(plan, PLAN_TOTALS);
  for (let k: usize = 0; k < outputs << 3; k += 8) store<f64>(values + k, load<f64>(totals + k) / weight);
}
