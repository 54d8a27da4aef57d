/**
 * Grows a tree whose leaves are limited: the split that gains most comes first (Shi, "Best-first Decision Tree Learning",
 * 2007). Nodes are written in preorder when all are known. Twin: `twin-forest-best.ts`.
 */
import { DESK_BIN, DESK_FEATURE, DESK_KIND, DESK_LEFT_SUM, DESK_LEFT_WEIGHT, DESK_SCORE, DESK_SET, DESK_SUM, DESK_WEIGHT, PLAN_GAINS, PLAN_MAX_LEAVES, PLAN_NODES, PLAN_STACK, RECORD_BYTES, SLOT_NODES } from './forest-layout';
import { addLeaf, addSplit, enter, maySplit, part } from './forest-node.as';
import { worthOfNode } from './forest-score.as';
import { search } from './forest-search.as';

export function growBest(plan: usize, desk: usize, slot: usize, rows: i32): void {
  const records = desk + <usize>load<u32>(plan, PLAN_STACK);
  const gains = slot + <usize>load<u32>(plan, PLAN_GAINS);
  const maxLeaves = load<i32>(plan, PLAN_MAX_LEAVES);
  enter(plan, desk, 0);
  prepare(plan, desk, records, 0, rows, 0, load<f64>(desk, DESK_WEIGHT), load<f64>(desk, DESK_SUM));
  let count = 1;
  for (let leaves = 1; leaves < maxLeaves; leaves++) {
    let best: usize = 0;
    let most: f64 = -1;
    for (let at = records; at < records + <usize>count * RECORD_BYTES; at += RECORD_BYTES) {
      // Of a node that was split, the left side is another.
      if (load<i32>(at, 12) != 0 || load<i32>(at, 20) < 0 || load<f64>(at, 32) <= most) continue;
      most = load<f64>(at, 32);
      best = at;
    }
    if (best == 0) break;
    toDesk(desk, best);
    const begin = load<i32>(best);
    const end = load<i32>(best, 4);
    const middle = begin + part(plan, desk, begin, end);
    const gain = gains + (<usize>load<i32>(best, 20) << 3);
    store<f64>(gain, load<f64>(gain) + most);
    const depth = load<i32>(best, 8) + 1;
    const weight = load<f64>(best, 56);
    const sum = load<f64>(best, 64);
    store<i32>(best, count, 12);
    store<i32>(best, count + 1, 16);
    prepare(plan, desk, records + <usize>count * RECORD_BYTES, begin, middle, depth, weight, sum);
    count++;
    prepare(plan, desk, records + <usize>count * RECORD_BYTES, middle, end, depth, load<f64>(best, 40) - weight, load<f64>(best, 48) - sum);
    count++;
  }
  write(plan, desk, slot, records, records + <usize>count * RECORD_BYTES);
}

/** A new leaf and its best split. */
function prepare(plan: usize, desk: usize, at: usize, begin: i32, end: i32, depth: i32, weight: f64, sum: f64): void {
  store<i32>(at, begin);
  store<i32>(at, end, 4);
  store<i32>(at, depth, 8);
  store<i32>(at, 0, 12);
  store<i32>(at, 0, 16);
  store<f64>(at, weight, 40);
  store<f64>(at, sum, 48);
  store<f64>(desk, weight, DESK_WEIGHT);
  store<f64>(desk, sum, DESK_SUM);
  if (!maySplit(plan, desk, begin, end, depth) || !search(plan, desk, begin, end)) {
    store<i32>(at, -1, 20);
    return;
  }
  store<i32>(at, load<i32>(desk, DESK_FEATURE), 20);
  store<i32>(at, load<i32>(desk, DESK_BIN), 24);
  store<i32>(at, load<i32>(desk, DESK_KIND), 28);
  store<f64>(at, max<f64>(0, load<f64>(desk, DESK_SCORE) - worthOfNode(plan, desk)), 32);
  store<f64>(at, load<f64>(desk, DESK_LEFT_WEIGHT), 56);
  store<f64>(at, load<f64>(desk, DESK_LEFT_SUM), 64);
  memory.copy(at + 72, desk + DESK_SET, 32);
}

function toDesk(desk: usize, at: usize): void {
  store<i32>(desk, load<i32>(at, 20), DESK_FEATURE);
  store<i32>(desk, load<i32>(at, 24), DESK_BIN);
  store<i32>(desk, load<i32>(at, 28), DESK_KIND);
  memory.copy(desk + DESK_SET, at + 72, 32);
}

/** The nodes in preorder. `stack` has room for a node and its parent for each leaf. */
function write(plan: usize, desk: usize, slot: usize, records: usize, stack: usize): void {
  const nodes = slot + <usize>load<u32>(plan, PLAN_NODES);
  let top = stack;
  store<i32>(top, 0);
  store<i32>(top, -1, 4);
  top += 8;
  while (top > stack) {
    top -= 8;
    const at = records + <usize>load<i32>(top) * RECORD_BYTES;
    const parent = load<i32>(top, 4);
    if (parent >= 0) store<i32>(nodes + (<usize>parent << 3), load<i32>(slot, SLOT_NODES), 4);
    if (load<i32>(at, 12) == 0) {
      store<f64>(desk, load<f64>(at, 40), DESK_WEIGHT);
      store<f64>(desk, load<f64>(at, 48), DESK_SUM);
      // Class sums are made again from the rows.
      maySplit(plan, desk, load<i32>(at), load<i32>(at, 4), 0);
      addLeaf(plan, desk, slot, load<i32>(at, 4) - load<i32>(at));
      continue;
    }
    toDesk(desk, at);
    const node = addSplit(plan, desk, slot);
    store<i32>(top, load<i32>(at, 16));
    store<i32>(top, node, 4);
    store<i32>(top, load<i32>(at, 12), 8);
    store<i32>(top, -1, 12);
    top += 16;
  }
}
