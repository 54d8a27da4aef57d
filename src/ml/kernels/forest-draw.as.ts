/** The rows that a tree draws. Twin: `twin-forest-draw.ts`. */
import { DESK_RANDOM, DESK_SUM, DESK_WEIGHT, PLAN_ACTIVE, PLAN_ACTIVE_COUNT, PLAN_DRAW, PLAN_DRAW_COUNT, PLAN_IN_BAG, PLAN_IN_BAG_BYTES, PLAN_ORDER, PLAN_OWN_PAIRS, PLAN_PAIRS, PLAN_ROW, PLAN_SPARE, SLOT_TREE } from './forest-layout';
import { below, draw } from './random.as';

/** Rows of the tree in ascending order, with their pairs. Returns how many; their sums are left on the desk. */
export function drawRows(plan: usize, desk: usize, slot: usize): i32 {
  memory.copy(desk + DESK_RANDOM, slot, 16);
  const count = load<u32>(plan, PLAN_ACTIVE_COUNT);
  const wanted = load<u32>(plan, PLAN_DRAW_COUNT);
  const way = load<i32>(plan, PLAN_DRAW);
  const active = <usize>load<u32>(plan, PLAN_ACTIVE);
  const times = desk + <usize>load<u32>(plan, PLAN_SPARE);
  const order = desk + <usize>load<u32>(plan, PLAN_ORDER);
  const base = <usize>load<u32>(plan, PLAN_PAIRS);
  const own = desk + <usize>load<u32>(plan, PLAN_OWN_PAIRS);
  const inBag = <usize>load<u32>(plan, PLAN_IN_BAG);
  const bits = inBag + <usize>load<u32>(slot, SLOT_TREE) * <usize>load<u32>(plan, PLAN_IN_BAG_BYTES);
  const row1 = f64x2.replace_lane(f64x2.splat(0), 0, load<f64>(plan, PLAN_ROW));
  if (way == 1) {
    memory.fill(times, 0, <usize>count << 2);
    for (let i: u32 = 0; i < wanted; i++) {
      const at = times + (<usize>below(desk, count) << 2);
      store<u32>(at, load<u32>(at) + 1);
    }
  }
  let sums = f64x2.splat(0);
  let taken: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    let weight: u32 = 1;
    if (way == 1) weight = load<u32>(times + (<usize>i << 2));
    // Knuth, TAOCP 2, algorithm 3.4.2 S.
    else if (way == 2) weight = u32(<f64>(count - i) * <f64>draw(desk) < <f64>(wanted - taken) * 4294967296.0);
    if (weight == 0) continue;
    const row = <usize>load<u32>(active + (<usize>i << 2));
    store<u32>(order + (<usize>taken << 2), <u32>row);
    taken++;
    const pair = f64x2.add(f64x2.mul(v128.load(base + (row << 4)), f64x2.splat(<f64>weight)), row1);
    v128.store(own + (row << 4), pair);
    sums = f64x2.add(sums, pair);
    if (inBag != 0) store<u8>(bits + (row >> 3), load<u8>(bits + (row >> 3)) | <u8>((<u32>1) << (<u32>row & 7)));
  }
  store<f64>(desk, f64x2.extract_lane(sums, 0), DESK_WEIGHT);
  store<f64>(desk, f64x2.extract_lane(sums, 1), DESK_SUM);
  return <i32>taken;
}
