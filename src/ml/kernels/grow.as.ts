/**
 * Grows one tree leaf by leaf: the leaf with the largest gain is split next (Shi, "Best-first Decision Tree Learning", 2007), or
 * level by level. Only the smaller child is counted; the larger is the parent minus it. What threads do together is
 * in `grow-pieces.as.ts`. Twin: `twin-grow.ts`.
 */
import { boundChildren, rowsOf, writeTable } from './grow-leaf.as';
import { GROW_DRAWN, GROW_FEATURES, GROW_FREE, GROW_FREE_COUNT, GROW_IS_DEPTHWISE, GROW_LEAF_COUNT, GROW_LEAVES, GROW_MAX_DEPTH, GROW_MAX_LEAVES, GROW_NODES, GROW_NODE_COUNT, GROW_ROWS, GROW_SEARCH, LEAF_BEGIN, LEAF_BIN, LEAF_BOUNDS, LEAF_BYTES, LEAF_DEPTH, LEAF_END, LEAF_FEATURE, LEAF_GAIN, LEAF_HISTOGRAM, LEAF_IS_CATEGORICAL, LEAF_IS_LEFT, LEAF_LEFT_SUMS, LEAF_MISSING_LEFT, LEAF_ORDER, LEAF_PARENT, LEAF_SUMS, NODE_BIN, NODE_BYTES, NODE_FEATURE, NODE_GAIN, NODE_IS_CATEGORICAL, NODE_LEFT, NODE_MISSING_LEFT, NODE_RIGHT, NODE_SUMS, NODE_TABLE, SEARCH_MIN_ROWS } from './grow-layout';
import { countLeaf, partLeaf, searchLeaves, sumRoot } from './grow-pieces.as';

export function growTree(plan: usize): void {
  const leaves = <usize>load<u32>(plan, GROW_LEAVES);
  const maxLeaves = load<i32>(plan, GROW_MAX_LEAVES);
  const isDepthwise = load<i32>(plan, GROW_IS_DEPTHWISE) != 0;
  store<i32>(plan, 0, GROW_NODE_COUNT);
  store<i32>(plan, 0, GROW_DRAWN);
  const rows = load<i32>(plan, GROW_ROWS);
  newLeaf(leaves, 2, 0, rows, 0, -1, 0);
  store<f64>(leaves, <f64>rows, LEAF_SUMS);
  store<f64>(leaves, 0, LEAF_SUMS + 8);
  store<f64>(leaves, 0, LEAF_SUMS + 16);
  store<f64>(leaves, -Infinity, LEAF_BOUNDS);
  store<f64>(leaves, Infinity, LEAF_BOUNDS + 8);
  store<i32>(plan, 1, GROW_LEAF_COUNT);
  if (mayDivide(plan, leaves)) {
    const histogram = takeHistogram(plan);
    store<u32>(leaves, <u32>histogram, LEAF_HISTOGRAM);
    countLeaf(plan, leaves, histogram);
    sumRoot(plan, leaves, histogram);
    searchLeaves(plan, leaves, 0, histogram, 0);
  }
  while (load<i32>(plan, GROW_LEAF_COUNT) < maxLeaves) {
    const leaf = nextLeaf(plan, isDepthwise);
    if (leaf == 0) break;
    split(plan, leaf);
  }
  const end = leaves + <usize>load<i32>(plan, GROW_LEAF_COUNT) * LEAF_BYTES;
  for (let leaf = leaves, index = 0; leaf < end; leaf += LEAF_BYTES, index++) {
    release(plan, leaf);
    link(plan, leaf, ~index);
  }
}

/** A leaf to a node with two leaves below, of which the left one takes its place. */
function split(plan: usize, leaf: usize): void {
  const index = load<i32>(plan, GROW_NODE_COUNT);
  const node = <usize>load<u32>(plan, GROW_NODES) + <usize>index * NODE_BYTES;
  store<i32>(plan, index + 1, GROW_NODE_COUNT);
  store<i32>(node, load<i32>(leaf, LEAF_FEATURE), NODE_FEATURE);
  store<i32>(node, load<i32>(leaf, LEAF_BIN), NODE_BIN);
  store<i32>(node, load<i32>(leaf, LEAF_IS_CATEGORICAL), NODE_IS_CATEGORICAL);
  store<i32>(node, load<i32>(leaf, LEAF_MISSING_LEFT), NODE_MISSING_LEFT);
  store<f64>(node, load<f64>(leaf, LEAF_GAIN), NODE_GAIN);
  for (let i: usize = 0; i < 24; i += 8) {
    const left = load<f64>(leaf + i, LEAF_LEFT_SUMS);
    store<f64>(node + i, left, NODE_SUMS);
    store<f64>(node + i, load<f64>(leaf + i, LEAF_SUMS) - left, NODE_SUMS + 24);
  }
  writeTable(plan, leaf, node + NODE_TABLE);
  partLeaf(plan, leaf, node);
  link(plan, leaf, index);

  const count = load<i32>(plan, GROW_LEAF_COUNT);
  store<i32>(plan, count + 1, GROW_LEAF_COUNT);
  const right = <usize>load<u32>(plan, GROW_LEAVES) + <usize>count * LEAF_BYTES;
  boundChildren(plan, leaf, node, right);
  const parent = <usize>load<u32>(leaf, LEAF_HISTOGRAM);
  const begin = load<i32>(leaf, LEAF_BEGIN);
  const end = load<i32>(leaf, LEAF_END);
  const middle = begin + <i32>load<f64>(node, NODE_SUMS);
  const depth = load<i32>(leaf, LEAF_DEPTH) + 1;
  const order = load<i32>(leaf, LEAF_ORDER) == 0 ? 1 : 0;
  newLeaf(right, order, middle, end, depth, index, 0);
  newLeaf(leaf, order, begin, middle, depth, index, 1);
  memory.copy(leaf + LEAF_SUMS, node + NODE_SUMS, 24);
  memory.copy(right + LEAF_SUMS, node + NODE_SUMS + 24, 24);
  prepare(plan, parent, leaf, right);
}

/** All but sums and bounds. */
function newLeaf(leaf: usize, order: i32, begin: i32, end: i32, depth: i32, parent: i32, isLeft: i32): void {
  store<i32>(leaf, order, LEAF_ORDER);
  store<i32>(leaf, begin, LEAF_BEGIN);
  store<i32>(leaf, end, LEAF_END);
  store<i32>(leaf, depth, LEAF_DEPTH);
  store<u32>(leaf, 0, LEAF_HISTOGRAM);
  store<i32>(leaf, parent, LEAF_PARENT);
  store<i32>(leaf, isLeft, LEAF_IS_LEFT);
  store<i32>(leaf, -1, LEAF_FEATURE);
  store<f64>(leaf, 0, LEAF_GAIN);
}

/** Make a leaf's place in its parent point to a node, or to a leaf as ~leaf. */
function link(plan: usize, leaf: usize, target: i32): void {
  const parent = load<i32>(leaf, LEAF_PARENT);
  if (parent < 0) return;
  const node = <usize>load<u32>(plan, GROW_NODES) + <usize>parent * NODE_BYTES;
  if (load<i32>(leaf, LEAF_IS_LEFT) != 0) store<i32>(node, target, NODE_LEFT);
  else store<i32>(node, target, NODE_RIGHT);
}

/** Histograms and best splits of two new leaves, from their parent's histogram, which is used up. A parent of 0 has lost it. */
function prepare(plan: usize, parent: usize, left: usize, right: usize): void {
  const leftIsSmaller = rowsOf(left) <= rowsOf(right);
  const smaller = leftIsSmaller ? left : right;
  const larger = leftIsSmaller ? right : left;
  const smallerMay = mayDivide(plan, smaller);
  const largerMay = mayDivide(plan, larger);
  if (!smallerMay && !largerMay) {
    if (parent != 0) giveBack(plan, parent);
    return;
  }
  if (parent == 0) {
    if (smallerMay) prepareAlone(plan, smaller);
    if (largerMay) prepareAlone(plan, larger);
    return;
  }
  const own = takeHistogram(plan);
  countLeaf(plan, smaller, own);
  store<u32>(smaller, <u32>own, LEAF_HISTOGRAM);
  store<u32>(larger, <u32>parent, LEAF_HISTOGRAM);
  searchLeaves(plan, smallerMay ? smaller : 0, largerMay ? larger : 0, own, largerMay ? parent : 0);
  if (load<i32>(smaller, LEAF_FEATURE) < 0) release(plan, smaller);
  if (load<i32>(larger, LEAF_FEATURE) < 0) release(plan, larger);
}

function prepareAlone(plan: usize, leaf: usize): void {
  const histogram = takeHistogram(plan);
  store<u32>(leaf, <u32>histogram, LEAF_HISTOGRAM);
  countLeaf(plan, leaf, histogram);
  searchLeaves(plan, leaf, 0, histogram, 0);
}

function mayDivide(plan: usize, leaf: usize): bool {
  const search = <usize>load<u32>(plan, GROW_SEARCH);
  if (load<i32>(plan, GROW_LEAF_COUNT) >= load<i32>(plan, GROW_MAX_LEAVES)) return false;
  if (load<i32>(leaf, LEAF_DEPTH) >= load<i32>(plan, GROW_MAX_DEPTH) || load<i32>(plan, GROW_FEATURES) == 0) return false;
  return rowsOf(leaf) >= 2 * load<i32>(search, SEARCH_MIN_ROWS);
}

/** Room for a histogram: unused, or that of the leaf which is least likely to be split. */
function takeHistogram(plan: usize): usize {
  const free = load<i32>(plan, GROW_FREE_COUNT);
  if (free > 0) {
    store<i32>(plan, free - 1, GROW_FREE_COUNT);
    return <usize>load<u32>(<usize>load<u32>(plan, GROW_FREE) + (<usize>(free - 1) << 2));
  }
  const leaves = <usize>load<u32>(plan, GROW_LEAVES);
  const end = leaves + <usize>load<i32>(plan, GROW_LEAF_COUNT) * LEAF_BYTES;
  let least: usize = 0;
  for (let leaf = leaves; leaf < end; leaf += LEAF_BYTES) {
    if (load<u32>(leaf, LEAF_HISTOGRAM) != 0 && (least == 0 || load<f64>(leaf, LEAF_GAIN) < load<f64>(least, LEAF_GAIN))) least = leaf;
  }
  const taken = <usize>load<u32>(least, LEAF_HISTOGRAM);
  store<u32>(least, 0, LEAF_HISTOGRAM);
  return taken;
}

function release(plan: usize, leaf: usize): void {
  const histogram = <usize>load<u32>(leaf, LEAF_HISTOGRAM);
  if (histogram != 0) giveBack(plan, histogram);
  store<u32>(leaf, 0, LEAF_HISTOGRAM);
}

function giveBack(plan: usize, histogram: usize): void {
  const free = load<i32>(plan, GROW_FREE_COUNT);
  store<u32>(<usize>load<u32>(plan, GROW_FREE) + (<usize>free << 2), <u32>histogram);
  store<i32>(plan, free + 1, GROW_FREE_COUNT);
}

/** The leaf that gains most; level by level only those nearest to the root are asked. 0 when none gains. */
function nextLeaf(plan: usize, isDepthwise: bool): usize {
  const leaves = <usize>load<u32>(plan, GROW_LEAVES);
  const end = leaves + <usize>load<i32>(plan, GROW_LEAF_COUNT) * LEAF_BYTES;
  let best: usize = 0;
  let bestGain: f64 = 0;
  let bestDepth = i32.MAX_VALUE;
  for (let leaf = leaves; leaf < end; leaf += LEAF_BYTES) {
    const depth = load<i32>(leaf, LEAF_DEPTH);
    const gain = load<f64>(leaf, LEAF_GAIN);
    if (!(gain > 0) || (isDepthwise && depth > bestDepth)) continue;
    if (gain > bestGain || (isDepthwise && depth < bestDepth)) {
      bestGain = gain;
      bestDepth = depth;
      best = leaf;
    }
  }
  return best;
}
