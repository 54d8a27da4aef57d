/**
 * Grows one tree leaf by leaf: the leaf with the largest gain is split next (Shi, "Best-first Decision Tree Learning", 2007), or
 * level by level. Only the smaller child is counted; the larger is the parent minus it. Threads share the rows of a leaf and
 * the features of a search. Twin: `twin-grow.ts`.
 */
import { constrainedScore } from './constrained.as';
import { bestSplit, boundChildren, sumFirst, writeTable } from './grow-leaf.as';
import { GROW_BINS, GROW_COLUMNS, GROW_COLUMN_BYTES, GROW_DRAWN, GROW_FEATURES, GROW_FREE, GROW_FREE_COUNT, GROW_HISTOGRAM_BYTES, GROW_IS_DEPTHWISE, GROW_LEAF_COUNT, GROW_LEAVES, GROW_LEFT_COUNTS, GROW_MAX_DEPTH, GROW_MAX_LEAVES, GROW_MIN_GAIN, GROW_NODES, GROW_NODE_COUNT, GROW_ORDERS, GROW_PACKED, GROW_PARTS, GROW_ROWS, GROW_SCRATCH, GROW_SEARCH, GROW_THREADS, GROW_WIDTH, LEAF_BEGIN, LEAF_BIN, LEAF_BOUNDS, LEAF_BYTES, LEAF_DEPTH, LEAF_END, LEAF_FEATURE, LEAF_GAIN, LEAF_HISTOGRAM, LEAF_IS_CATEGORICAL, LEAF_IS_LEFT, LEAF_LEFT_SUMS, LEAF_MISSING_LEFT, LEAF_ORDER, LEAF_PARENT, LEAF_SUMS, MOST_BLOCKS, NODE_BIN, NODE_BYTES, NODE_FEATURE, NODE_GAIN, NODE_IS_CATEGORICAL, NODE_LEFT, NODE_MISSING_LEFT, NODE_RIGHT, NODE_SUMS, NODE_TABLE, SCRATCH_BYTES, SEARCH_BOUNDS, SEARCH_FACTOR, SEARCH_GRADIENT_UNIT, SEARCH_HESSIAN_UNIT, SEARCH_IS_CONSTRAINED, SEARCH_MIN_ROWS, SEARCH_STRIDE, SEARCH_TRUE_BOUNDS, SEARCH_TRUE_L1, SEARCH_TRUE_L2, SEARCH_TRUE_SCORES } from './grow-layout';
import { countPairs, countRows } from './histogram.as';
import { awaitHelpers, begin, finish, take, threadsOf } from './region.as';
import { countLeft, partBackward, partForward } from './rows.as';
import { searchFeatures } from './search.as';

// Operations of a round.
const COUNT: i32 = 1;
const PART_ENDS: i32 = 2;
const COUNT_LEFT: i32 = 3;
const PART_BLOCKS: i32 = 4;
const SEARCH: i32 = 5;

// What an operation needs of the leaf at hand.
const PLAN: usize = 512;
const FROM: usize = 516;
const TO: usize = 520;
const ORDER: usize = 524;
const TARGET: usize = 528;
const COLUMN: usize = 532;
const TABLE: usize = 536;
const MIDDLE: usize = 540;
/** Rows or features of a piece. */
const STEP: usize = 544;
const OWN: usize = 548;
const REST: usize = 552;
const SCAN: usize = 556;
const TOUCHED: usize = 560;
/** A byte a thread: 1 when it counted a part. */
const COUNTED: usize = 576;

/** Leaves with fewer rows are not worth dividing between threads. */
const ROWS_FOR_THREADS: i32 = 1500;
/** Rows of a piece: not so few that taking it is felt, not so many that a thread waits long for another. */
const LEAST_ROWS: i32 = 512;
const MOST_ROWS: i32 = 8192;
/** A gain below this share of what is being divided is rounding, not gain. */
const NOISE: f64 = 1e-10;

export function growTree(plan: usize): void {
  const leaves = <usize>load<u32>(plan, GROW_LEAVES);
  const maxLeaves = load<i32>(plan, GROW_MAX_LEAVES);
  const isDepthwise = load<i32>(plan, GROW_IS_DEPTHWISE) != 0;
  store<u32>(PLAN, <u32>plan);
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
    count(plan, leaves, histogram);
    sumFirst(plan, leaves, histogram, COUNTED);
    search(plan, leaves, 0, histogram, 0);
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
  part(plan, leaf, node);
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
  count(plan, smaller, own);
  store<u32>(smaller, <u32>own, LEAF_HISTOGRAM);
  store<u32>(larger, <u32>parent, LEAF_HISTOGRAM);
  search(plan, smallerMay ? smaller : 0, largerMay ? larger : 0, own, largerMay ? parent : 0);
  if (load<i32>(smaller, LEAF_FEATURE) < 0) release(plan, smaller);
  if (load<i32>(larger, LEAF_FEATURE) < 0) release(plan, larger);
}

function prepareAlone(plan: usize, leaf: usize): void {
  const histogram = takeHistogram(plan);
  store<u32>(leaf, <u32>histogram, LEAF_HISTOGRAM);
  count(plan, leaf, histogram);
  search(plan, leaf, 0, histogram, 0);
}

// @ts-ignore: decorator of AssemblyScript
@inline
function rowsOf(leaf: usize): i32 {
  return load<i32>(leaf, LEAF_END) - load<i32>(leaf, LEAF_BEGIN);
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

/** Find the best splits of the leaves that are given, whose histograms are `own` and `rest`. */
function search(plan: usize, smaller: usize, larger: usize, own: usize, rest: usize): void {
  if (smaller != 0) describe(plan, smaller, 0);
  if (larger != 0) describe(plan, larger, 1);
  const features = load<i32>(plan, GROW_FEATURES);
  const threads = threadsOf(load<i32>(plan, GROW_THREADS));
  store<u32>(OWN, <u32>own);
  store<u32>(REST, <u32>rest);
  store<i32>(SCAN, (smaller != 0 ? 1 : 0) + (larger != 0 ? 2 : 0));
  const step = threads == 1 ? features : max(1, features / (4 * threads));
  together(plan, SEARCH, features, step);
  if (smaller != 0) bestSplit(plan, smaller, 0);
  if (larger != 0) bestSplit(plan, larger, 1);
}

/** What the search has to know about a leaf. */
function describe(plan: usize, leaf: usize, which: usize): void {
  const search = <usize>load<u32>(plan, GROW_SEARCH);
  const gradientUnit = load<f64>(search, SEARCH_GRADIENT_UNIT);
  const hessianUnit = load<f64>(search, SEARCH_HESSIAN_UNIT);
  const low = load<f64>(leaf, LEAF_BOUNDS);
  const high = load<f64>(leaf, LEAF_BOUNDS + 8);
  const gradient = load<f64>(leaf, LEAF_SUMS + 8) * gradientUnit;
  const hessian = load<f64>(leaf, LEAF_SUMS + 16) * hessianUnit + load<f64>(search, SEARCH_TRUE_L2);
  const isConstrained = load<i32>(search, SEARCH_IS_CONSTRAINED) != 0;
  const score = isConstrained ? constrainedScore(gradient, hessian, load<f64>(search, SEARCH_TRUE_L1), low, high) : (gradient * gradient) / hessian;
  const toBeat = score * (score < 0 ? 1 - NOISE : 1 + NOISE) + load<f64>(plan, GROW_MIN_GAIN) + f64.MIN_VALUE;
  // Until its split is found, a leaf keeps its own score in place of what it gains.
  store<f64>(leaf, score, LEAF_GAIN);
  const sums = search + (which << 5);
  store<f64>(sums, load<f64>(leaf, LEAF_SUMS + 8));
  store<f64>(sums, load<f64>(leaf, LEAF_SUMS + 16), 8);
  store<f64>(sums, load<f64>(leaf, LEAF_SUMS), 16);
  store<f64>(sums, toBeat / load<f64>(search, SEARCH_FACTOR), 24);
  store<f64>(search + (which << 3), toBeat, SEARCH_TRUE_SCORES);
  const bounds = search + (which << 4);
  store<f64>(bounds, low, SEARCH_TRUE_BOUNDS);
  store<f64>(bounds, high, SEARCH_TRUE_BOUNDS + 8);
  // A value in units is a gradient in units over a hessian in units.
  store<f64>(bounds, (low * hessianUnit) / gradientUnit, SEARCH_BOUNDS);
  store<f64>(bounds, (high * hessianUnit) / gradientUnit, SEARCH_BOUNDS + 8);
}

/** Count the rows of a leaf, parts of them into the histograms of helpers. */
function count(plan: usize, leaf: usize, histogram: usize): void {
  store<u32>(OWN, <u32>histogram);
  memory.fill(COUNTED, 0, 64);
  placeRows(plan, leaf);
  together(plan, COUNT, rowsOf(leaf), pieceRows(rowsOf(leaf), 65535));
}

function placeRows(plan: usize, leaf: usize): void {
  const order = load<i32>(leaf, LEAF_ORDER);
  store<u32>(ORDER, load<u32>(plan + (<usize>order << 2), GROW_ORDERS));
  store<u32>(TARGET, load<u32>(plan + (order == 0 ? 4 : 0), GROW_ORDERS));
  store<i32>(FROM, load<i32>(leaf, LEAF_BEGIN));
  store<i32>(TO, load<i32>(leaf, LEAF_END));
}

function pieceRows(rows: i32, mostPieces: i32): i32 {
  if (rows < ROWS_FOR_THREADS) return rows;
  return max(min(max(rows >> 4, LEAST_ROWS), MOST_ROWS), rows / mostPieces + 1);
}

/** Copy the rows of a leaf to the other order, those that go left first. How many do is known from the histogram. */
function part(plan: usize, leaf: usize, node: usize): void {
  placeRows(plan, leaf);
  store<u32>(COLUMN, load<u32>(plan, GROW_COLUMNS) + load<u32>(node, NODE_FEATURE) * load<u32>(plan, GROW_COLUMN_BYTES));
  store<u32>(TABLE, <u32>(node + NODE_TABLE));
  store<i32>(MIDDLE, load<i32>(leaf, LEAF_BEGIN) + <i32>load<f64>(node, NODE_SUMS));
  const rows = rowsOf(leaf);
  const step = pieceRows(rows, MOST_BLOCKS);
  if (rows < ROWS_FOR_THREADS || threadsOf(load<i32>(plan, GROW_THREADS)) <= 2) return together(plan, PART_ENDS, rows, step);
  together(plan, COUNT_LEFT, rows, step);
  // From how many rows of each block go left to where the first of them goes.
  const counts = <usize>load<u32>(plan, GROW_LEFT_COUNTS);
  let left = load<i32>(FROM);
  for (let block: usize = 0; block < <usize>((rows + step - 1) / step); block++) {
    const own = load<i32>(counts + (block << 2));
    store<i32>(counts + (block << 2), left);
    left += own;
  }
  together(plan, PART_BLOCKS, rows, step);
}

/** Do an operation with all threads that it is worth it for: `step` of so many rows or features at a time. */
function together(plan: usize, operation: i32, count: i32, step: i32): void {
  store<i32>(STEP, step);
  const pieces = (count + step - 1) / step;
  // Two threads part rows from both ends; a third one that has just come must not join them.
  const threads = threadsOf(load<i32>(plan, GROW_THREADS));
  const most = operation == PART_ENDS ? min(2, threads) : threads;
  const isShared = pieces > 1 && most > 1;
  const number = begin(isShared ? operation : 0, pieces, isShared ? most : 0);
  const done = growPieces(operation, number, 0);
  if (isShared) awaitHelpers(pieces - done);
}

/** Do pieces of a round until none is left. Says how many. */
export function growPieces(operation: i32, number: i32, thread: i32): i32 {
  switch (operation) {
    case COUNT: return countPieces(number, thread);
    case PART_ENDS: return thread == 0 ? partFromBegin(number) : partFromEnd(number, thread);
    case COUNT_LEFT: return countLeftPieces(number, thread);
    case PART_BLOCKS: return partBlocks(number, thread);
    case SEARCH: return searchPieces(number, thread);
  }
  return 0;
}

function countPieces(number: i32, thread: i32): i32 {
  const plan = <usize>load<u32>(PLAN);
  const search = <usize>load<u32>(plan, GROW_SEARCH);
  const isPaired = load<i32>(search, SEARCH_STRIDE) == 2;
  const order = <usize>load<u32>(ORDER);
  const packed = <usize>load<u32>(plan, GROW_PACKED);
  const bins = <usize>load<u32>(plan, GROW_BINS);
  const width = load<i32>(plan, GROW_WIDTH);
  const bytes = <usize>load<u32>(plan, GROW_HISTOGRAM_BYTES);
  const histogram = thread == 0 ? <usize>load<u32>(OWN) : <usize>load<u32>(plan, GROW_PARTS) + <usize>(thread - 1) * bytes;
  const step = load<i32>(STEP);
  const from = load<i32>(FROM);
  const to = load<i32>(TO);
  if (thread == 0) memory.fill(histogram, 0, bytes);
  let touched: i32 = 0;
  let done = 0;
  for (let piece = take(number); piece >= 0; piece = take(number), done++) {
    if (thread != 0 && done == 0) {
      memory.fill(histogram, 0, bytes);
      store<u8>(COUNTED + <usize>thread, 1);
    }
    const begin = from + piece * step;
    const end = min(to, begin + step);
    if (isPaired) countPairs(order, begin, end, packed, bins, width, histogram);
    else touched |= countRows(order, begin, end, packed, bins, width, histogram);
    finish(thread);
  }
  // What was fetched ahead is used, or it would not be fetched.
  if (thread == 0) store<i32>(TOUCHED, touched);
  return done;
}

/** Neither thread has to know how many rows of the other go left. */
function partFromBegin(number: i32): i32 {
  const target = <usize>load<u32>(TARGET);
  const step = load<i32>(STEP);
  const to = load<i32>(TO);
  let begin = load<i32>(FROM);
  let left = begin;
  let right = load<i32>(MIDDLE);
  let done = 0;
  for (; take(number) >= 0; done++) {
    const end = min(to, begin + step);
    const gone = partForward(<usize>load<u32>(ORDER), begin, end, <usize>load<u32>(COLUMN), <usize>load<u32>(TABLE), target, left, right);
    left += gone;
    right += end - begin - gone;
    begin = end;
  }
  return done;
}

function partFromEnd(number: i32, thread: i32): i32 {
  const order = <usize>load<u32>(ORDER);
  const target = <usize>load<u32>(TARGET);
  const column = <usize>load<u32>(COLUMN);
  const table = <usize>load<u32>(TABLE);
  const step = load<i32>(STEP);
  const from = load<i32>(FROM);
  let end = load<i32>(TO);
  let left = load<i32>(MIDDLE);
  let right = end;
  let done = 0;
  for (; take(number) >= 0; done++) {
    // Blocks are counted from the first row, so that those of both threads meet.
    const begin = from + (end - from - 1) / step * step;
    const gone = partBackward(order, begin, end, column, table, target, left, right);
    left -= gone;
    right -= end - begin - gone;
    end = begin;
    finish(thread);
  }
  return done;
}

function countLeftPieces(number: i32, thread: i32): i32 {
  const plan = <usize>load<u32>(PLAN);
  let done = 0;
  for (let piece = take(number); piece >= 0; piece = take(number), done++) {
    const begin = load<i32>(FROM) + piece * load<i32>(STEP);
    const end = min(load<i32>(TO), begin + load<i32>(STEP));
    const left = countLeft(<usize>load<u32>(ORDER), begin, end, <usize>load<u32>(COLUMN), <usize>load<u32>(TABLE));
    store<i32>(<usize>load<u32>(plan, GROW_LEFT_COUNTS) + (<usize>piece << 2), left);
    finish(thread);
  }
  return done;
}

function partBlocks(number: i32, thread: i32): i32 {
  const plan = <usize>load<u32>(PLAN);
  let done = 0;
  for (let piece = take(number); piece >= 0; piece = take(number), done++) {
    const begin = load<i32>(FROM) + piece * load<i32>(STEP);
    const end = min(load<i32>(TO), begin + load<i32>(STEP));
    const left = load<i32>(<usize>load<u32>(plan, GROW_LEFT_COUNTS) + (<usize>piece << 2));
    // The rows before these that did not go left went right.
    const right = load<i32>(MIDDLE) + begin - left;
    partForward(<usize>load<u32>(ORDER), begin, end, <usize>load<u32>(COLUMN), <usize>load<u32>(TABLE), <usize>load<u32>(TARGET), left, right);
    finish(thread);
  }
  return done;
}

function searchPieces(number: i32, thread: i32): i32 {
  const plan = <usize>load<u32>(PLAN);
  const scratch = <usize>load<u32>(plan, GROW_SCRATCH) + <usize>thread * SCRATCH_BYTES;
  let done = 0;
  for (let piece = take(number); piece >= 0; piece = take(number), done++) {
    const from = piece * load<i32>(STEP);
    const to = min(load<i32>(plan, GROW_FEATURES), from + load<i32>(STEP));
    searchFeatures(from, to, plan, <usize>load<u32>(OWN), <usize>load<u32>(REST), COUNTED, load<i32>(SCAN), scratch);
    finish(thread);
  }
  return done;
}
