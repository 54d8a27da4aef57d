/** What is to be known of a leaf: its sums, its best split, which bins of that go left, and what its children are held to. */
import { constrainedScore, valueOf } from './constrained.as';
import { FOUND_BYTES, GROW_DRAWN, GROW_DRAWS, GROW_FEATURES, GROW_FOUND, GROW_HISTOGRAM_BYTES, GROW_MIN_GAIN, GROW_PARTS, GROW_SEARCH, GROW_THREADS, LEAF_BEGIN, LEAF_BIN, LEAF_BOUNDS, LEAF_END, LEAF_FEATURE, LEAF_GAIN, LEAF_IS_CATEGORICAL, LEAF_LEFT_SUMS, LEAF_MISSING_LEFT, LEAF_SUMS, LEAF_TABLE, NODE_SUMS, SEARCH_BOUNDS, SEARCH_COUNT_BITS, SEARCH_FACTOR, SEARCH_GRADIENT_UNIT, SEARCH_HESSIAN_BITS, SEARCH_HESSIAN_UNIT, SEARCH_IS_CONSTRAINED, SEARCH_KINDS, SEARCH_STRIDE, SEARCH_TABLES, SEARCH_TRUE_BOUNDS, SEARCH_TRUE_L1, SEARCH_TRUE_L2, SEARCH_TRUE_SCORES } from './grow-layout';

/** A gain below this share of what is being divided is rounding, not gain. */
const NOISE: f64 = 1e-10;

/** What the search has to know about a leaf. */
export function describeLeaf(plan: usize, leaf: usize, which: usize): void {
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

// @ts-ignore: decorator of AssemblyScript
@inline
export function rowsOf(leaf: usize): i32 {
  return load<i32>(leaf, LEAF_END) - load<i32>(leaf, LEAF_BEGIN);
}

/** Gradient and hessian of the root, from the bins of the first feature in all parts of its histogram. */
export function sumFirst(plan: usize, leaf: usize, histogram: usize, counted: usize): void {
  const search = <usize>load<u32>(plan, GROW_SEARCH);
  const stride = load<i32>(search, SEARCH_STRIDE);
  let packed: i64 = 0;
  let pairs: i64 = 0;
  for (let thread: usize = 0; thread < <usize>load<u32>(plan, GROW_THREADS); thread++) {
    if (thread != 0 && load<u8>(counted + thread) == 0) continue;
    const part = thread == 0 ? histogram : <usize>load<u32>(plan, GROW_PARTS) + (thread - 1) * <usize>load<u32>(plan, GROW_HISTOGRAM_BYTES);
    for (let bin: usize = 0; bin < 256; bin++) {
      const at = part + bin * (<usize>stride << 3);
      packed += load<i64>(at);
      if (stride == 2) pairs += load<i64>(at, 8);
    }
  }
  const countBits = <i64>load<i32>(search, SEARCH_COUNT_BITS);
  const hessianBits = <i64>load<i32>(search, SEARCH_HESSIAN_BITS);
  store<f64>(leaf, <f64>(packed >> (countBits + hessianBits)), LEAF_SUMS + 8);
  const inside = (packed >> countBits) & (((<i64>1) << hessianBits) - 1);
  store<f64>(leaf, stride == 2 ? <f64>pairs : hessianBits == 0 ? load<f64>(leaf, LEAF_SUMS) : <f64>inside, LEAF_SUMS + 16);
}

/** From what was found for each feature to the split of a leaf, whose own score is where its gain will be. Ties go to the first feature. */
export function bestSplit(plan: usize, leaf: usize, which: usize): void {
  const search = <usize>load<u32>(plan, GROW_SEARCH);
  const features = load<i32>(plan, GROW_FEATURES);
  const kinds = <usize>load<u32>(search, SEARCH_KINDS);
  let draws = <usize>load<u32>(plan, GROW_DRAWS);
  if (draws != 0) {
    const drawn = load<i32>(plan, GROW_DRAWN);
    store<i32>(plan, drawn + 1, GROW_DRAWN);
    draws += <usize>(drawn * features);
  }
  const own = load<f64>(leaf, LEAF_GAIN);
  store<f64>(leaf, 0, LEAF_GAIN);
  let best = load<f64>(search + (which << 3), SEARCH_TRUE_SCORES);
  let bestFeature = -1;
  const first = <usize>load<u32>(plan, GROW_FOUND) + which * <usize>features * FOUND_BYTES;
  for (let f = 0; f < features; f++) {
    if (load<i32>(kinds + (<usize>f << 4), 12) == 0 || (draws != 0 && load<u8>(draws + <usize>f) == 0)) continue;
    const score = load<f64>(first + <usize>f * FOUND_BYTES);
    if (!(score > best)) continue;
    best = score;
    bestFeature = f;
  }
  if (bestFeature < 0) return;
  const found = first + <usize>bestFeature * FOUND_BYTES;
  const isCategorical = load<i32>(kinds + (<usize>bestFeature << 4), 4) == 0;
  store<i32>(leaf, bestFeature, LEAF_FEATURE);
  store<f64>(leaf, best - own, LEAF_GAIN);
  store<i32>(leaf, <i32>isCategorical, LEAF_IS_CATEGORICAL);
  memory.copy(leaf + LEAF_LEFT_SUMS, found + 8, 24);
  store<i32>(leaf, <i32>load<f64>(found, 32), LEAF_BIN);
  store<i32>(leaf, <i32>load<f64>(found, 40), LEAF_MISSING_LEFT);
  if (!isCategorical) return;
  memory.copy(leaf + LEAF_TABLE, <usize>load<u32>(search, SEARCH_TABLES) + (which * <usize>features + <usize>bestFeature) * 256, 256);
}

/** 1 for the bins that go left. */
export function writeTable(plan: usize, leaf: usize, table: usize): void {
  if (load<i32>(leaf, LEAF_IS_CATEGORICAL) != 0) {
    memory.copy(table, leaf + LEAF_TABLE, 256);
    return;
  }
  const search = <usize>load<u32>(plan, GROW_SEARCH);
  const binCount = <usize>load<u32>(<usize>load<u32>(search, SEARCH_KINDS) + (<usize>load<i32>(leaf, LEAF_FEATURE) << 4));
  memory.fill(table, 0, 256);
  memory.fill(table, 1, <usize>load<i32>(leaf, LEAF_BIN) + 1);
  // After the others: the missing bin is the last and may lie inside the range when all values go left.
  store<u8>(table + binCount, <u8>load<i32>(leaf, LEAF_MISSING_LEFT));
}

/** What is left to the children of a leaf, of which the left one takes its place: the middle between their values parts them. */
export function boundChildren(plan: usize, leaf: usize, node: usize, right: usize): void {
  memory.copy(right + LEAF_BOUNDS, leaf + LEAF_BOUNDS, 16);
  const search = <usize>load<u32>(plan, GROW_SEARCH);
  const kind = load<i32>(<usize>load<u32>(search, SEARCH_KINDS) + (<usize>load<i32>(leaf, LEAF_FEATURE) << 4), 4);
  if (load<i32>(search, SEARCH_IS_CONSTRAINED) == 0 || kind < 2) return;
  const low = load<f64>(leaf, LEAF_BOUNDS);
  const high = load<f64>(leaf, LEAF_BOUNDS + 8);
  const sum = sideValue(search, node + NODE_SUMS, low, high) + sideValue(search, node + NODE_SUMS + 24, low, high);
  const middle = max<f64>(low, min<f64>(high, sum / 2));
  const lower = kind == 2 ? leaf : right;
  const upper = kind == 2 ? right : leaf;
  store<f64>(lower, middle, LEAF_BOUNDS + 8);
  store<f64>(upper, middle, LEAF_BOUNDS);
}

function sideValue(search: usize, sums: usize, low: f64, high: f64): f64 {
  const gradient = load<f64>(sums, 8) * load<f64>(search, SEARCH_GRADIENT_UNIT);
  const hessian = load<f64>(sums, 16) * load<f64>(search, SEARCH_HESSIAN_UNIT) + load<f64>(search, SEARCH_TRUE_L2);
  return valueOf(gradient, hessian, load<f64>(search, SEARCH_TRUE_L1), low, high);
}
