/**
 * Grows the trees of a round: a thread takes the next slot until none is left. A tree hangs on its seeds alone, whoever
 * grows it. Depth first, the left side first: nodes are written in preorder. Twin: `twin-forest-grow.ts`.
 */
import { growBest } from './forest-best.as';
import { drawRows } from './forest-draw.as';
import { DESK_FEATURE, DESK_LEFT_SUM, DESK_LEFT_WEIGHT, DESK_PLACE, DESK_RANDOM, DESK_SCORE, DESK_SUM, DESK_WEIGHT, FEW_ROWS, PLAN_BLOCK_ROWS, PLAN_DECK, PLAN_DESKS, PLAN_DESK_BYTES, PLAN_FEATURES, PLAN_GAINS, PLAN_MAX_LEAVES, PLAN_NEXT, PLAN_NODES, PLAN_SLOTS, PLAN_SLOT_BYTES, PLAN_SLOT_COUNT, PLAN_SMALL_BLOCK_ROWS, PLAN_STACK, SLOT_LEAVES, SLOT_NODES, SLOT_SPLIT_SEED, STACK_BYTES } from './forest-layout';
import { addLeaf, addSplit, enter, gather, maySplit, part } from './forest-node.as';
import { worthOfNode } from './forest-score.as';
import { search } from './forest-search.as';

export function growTrees(plan: usize, thread: i32): void {
  const desk = <usize>load<u32>(plan, PLAN_DESKS) + <usize>thread * <usize>load<u32>(plan, PLAN_DESK_BYTES);
  const slots = <usize>load<u32>(plan, PLAN_SLOTS);
  const bytes = <usize>load<u32>(plan, PLAN_SLOT_BYTES);
  const count = load<i32>(plan, PLAN_SLOT_COUNT);
  for (;;) {
    const next = atomic.add<i32>(plan + PLAN_NEXT, 1);
    if (next >= count) return;
    growTree(plan, desk, slots + <usize>next * bytes);
  }
}

function growTree(plan: usize, desk: usize, slot: usize): void {
  const features = <usize>load<u32>(plan, PLAN_FEATURES);
  const deck = desk + <usize>load<u32>(plan, PLAN_DECK);
  const rows = drawRows(plan, desk, slot);
  memory.copy(desk + DESK_RANDOM, slot + SLOT_SPLIT_SEED, 16);
  // A tree must not hang on the features that the trees before it drew.
  for (let f: usize = 0; f < features; f++) store<i32>(deck + (f << 2), <i32>f);
  memory.fill(slot + <usize>load<u32>(plan, PLAN_GAINS), 0, features << 3);
  store<i32>(slot, 0, SLOT_NODES);
  store<i32>(slot, 0, SLOT_LEAVES);
  if (load<i32>(plan, PLAN_MAX_LEAVES) > 0) growBest(plan, desk, slot, rows);
  else growDepthFirst(plan, desk, slot, rows);
}

function growDepthFirst(plan: usize, desk: usize, slot: usize, rows: i32): void {
  const stack = desk + <usize>load<u32>(plan, PLAN_STACK);
  const nodes = slot + <usize>load<u32>(plan, PLAN_NODES);
  const gains = slot + <usize>load<u32>(plan, PLAN_GAINS);
  const blockRows = load<i32>(plan, PLAN_BLOCK_ROWS);
  const smallRows = load<i32>(plan, PLAN_SMALL_BLOCK_ROWS);
  let top = stack;
  push(top, 0, rows, 0, 0, -1, load<f64>(desk, DESK_WEIGHT), load<f64>(desk, DESK_SUM));
  top += STACK_BYTES;
  enter(plan, desk, 0);
  while (top > stack) {
    top -= STACK_BYTES;
    const begin = load<i32>(top);
    const end = load<i32>(top, 4);
    const depth = load<i32>(top, 8);
    let place = load<i32>(top, 12);
    const parent = load<i32>(top, 16);
    if (parent >= 0) store<i32>(nodes + (<usize>parent << 3), load<i32>(slot, SLOT_NODES), 4);
    if (place != load<i32>(desk, DESK_PLACE)) enter(plan, desk, place);
    store<f64>(desk, load<f64>(top, 24), DESK_WEIGHT);
    store<f64>(desk, load<f64>(top, 32), DESK_SUM);
    if (!maySplit(plan, desk, begin, end, depth)) {
      addLeaf(plan, desk, slot, end - begin);
      continue;
    }
    const own = end - begin <= smallRows ? 2 : end - begin <= blockRows ? 1 : 0;
    if (own > place && end - begin > FEW_ROWS) {
      gather(plan, desk, begin, end, own);
      place = own;
    }
    if (!search(plan, desk, begin, end)) {
      addLeaf(plan, desk, slot, end - begin);
      continue;
    }
    const gain = gains + (<usize>load<i32>(desk, DESK_FEATURE) << 3);
    store<f64>(gain, load<f64>(gain) + (load<f64>(desk, DESK_SCORE) - worthOfNode(plan, desk)));
    const middle = begin + part(plan, desk, begin, end);
    const node = addSplit(plan, desk, slot);
    const weight = load<f64>(desk, DESK_LEFT_WEIGHT);
    const sum = load<f64>(desk, DESK_LEFT_SUM);
    push(top, middle, end, depth + 1, place, node, load<f64>(desk, DESK_WEIGHT) - weight, load<f64>(desk, DESK_SUM) - sum);
    push(top + STACK_BYTES, begin, middle, depth + 1, place, -1, weight, sum);
    top += STACK_BYTES << 1;
  }
}

// @ts-ignore: decorator of AssemblyScript
@inline
function push(at: usize, begin: i32, end: i32, depth: i32, place: i32, parent: i32, weight: f64, sum: f64): void {
  store<i32>(at, begin);
  store<i32>(at, end, 4);
  store<i32>(at, depth, 8);
  store<i32>(at, place, 12);
  store<i32>(at, parent, 16);
  store<f64>(at, weight, 24);
  store<f64>(at, sum, 32);
}
