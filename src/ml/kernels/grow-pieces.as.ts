/**
 * What threads do together of a growing tree: count the rows of a leaf, part them, and search for splits, a piece at a time.
 * Twin: `twin-grow.ts`, which does it all at once.
 */
import { bestSplit, describeLeaf, rowsOf, sumFirst } from './grow-leaf.as';
import { GROW_BINS, GROW_COLUMNS, GROW_COLUMN_BYTES, GROW_FEATURES, GROW_HISTOGRAM_BYTES, GROW_LEFT_COUNTS, GROW_ORDERS, GROW_PACKED, GROW_PARTS, GROW_SCRATCH, GROW_SEARCH, GROW_THREADS, GROW_WIDTH, LEAF_BEGIN, LEAF_END, LEAF_ORDER, MOST_BLOCKS, NODE_FEATURE, NODE_SUMS, NODE_TABLE, SCRATCH_BYTES, SEARCH_STRIDE } from './grow-layout';
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
/** Find the best splits of the leaves that are given, whose histograms are `own` and `rest`. */
export function searchLeaves(plan: usize, smaller: usize, larger: usize, own: usize, rest: usize): void {
  if (smaller != 0) describeLeaf(plan, smaller, 0);
  if (larger != 0) describeLeaf(plan, larger, 1);
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

/** Count the rows of a leaf, parts of them into the histograms of helpers. */
export function countLeaf(plan: usize, leaf: usize, histogram: usize): void {
  store<u32>(OWN, <u32>histogram);
  memory.fill(COUNTED, 0, 64);
  placeRows(plan, leaf);
  together(plan, COUNT, rowsOf(leaf), pieceRows(rowsOf(leaf), 65535));
}

/** Gradient and hessian of the root, which was just counted. */
export function sumRoot(plan: usize, leaf: usize, histogram: usize): void {
  sumFirst(plan, leaf, histogram, COUNTED);
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
export function partLeaf(plan: usize, leaf: usize, node: usize): void {
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
  store<u32>(PLAN, <u32>plan);
  store<i32>(STEP, step);
  const pieces = (count + step - 1) / step;
  // Two threads part rows from both ends; a third one that has just come must not join them. More threads than pieces would
  // only be in each other's way.
  const threads = threadsOf(load<i32>(plan, GROW_THREADS));
  const most = min(operation == PART_ENDS ? min(2, threads) : threads, pieces);
  const isShared = most > 1;
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
