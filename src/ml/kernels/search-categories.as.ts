/**
 * The best way to part the categories of a leaf in two. Sorted by their mean gradient, the best subset is a prefix (Fisher, "On
 * Grouping for Maximum Homogeneity", JASA 1958), so the search is as cheap as a numeric one. Twin: `twin-search-categories.ts`.
 */
import { constrainedScore } from './constrained.as';
import { SEARCH_CATEGORY_L2, SEARCH_CATEGORY_ROWS, SEARCH_COUNT_BITS, SEARCH_GRADIENT_UNIT, SEARCH_HESSIAN_BITS, SEARCH_HESSIAN_UNIT, SEARCH_IS_CONSTRAINED, SEARCH_MIN_ROWS, SEARCH_SMOOTHING, SEARCH_STRIDE, SEARCH_TRUE_BOUNDS, SEARCH_TRUE_L1, SEARCH_TRUE_L2, SEARCH_TRUE_SCORES } from './grow-layout';

/** Categories above which a feature has many. */
const MANY_CATEGORIES: i32 = 32;
/** A side with less hessian than this is too flat for a Newton step to mean anything. */
const MIN_HESSIAN: f64 = 1e-3;
// In the scratch of a thread, beside the counts: runs of 256.
const GRADIENTS: usize = 2048;
const HESSIANS: usize = 4096;
const MEANS: usize = 6144;
const ORDER: usize = 8192;

/** Writes what `found` has of a number; the categories that go left are in `table`. */
export function searchCategories(search: usize, which: usize, histogram: usize, binCount: i32, found: usize, table: usize, scratch: usize): void {
  store<f64>(found, -Infinity);
  decode(search, histogram, binCount, scratch);
  const leaf = search + (which << 5);
  const totalGradient = load<f64>(leaf);
  const totalHessian = load<f64>(leaf, 8);
  const totalCount = load<f64>(leaf, 16);
  const gradientUnit = load<f64>(search, SEARCH_GRADIENT_UNIT);
  const hessianUnit = load<f64>(search, SEARCH_HESSIAN_UNIT);
  const smoothing = (load<f64>(search, SEARCH_SMOOTHING) * totalHessian * hessianUnit) / totalCount;
  const minCategoryRows = load<f64>(search + (binCount > MANY_CATEGORIES ? 8 : 0), SEARCH_CATEGORY_ROWS);

  // Missing is a category like the others here: its bin comes after those of the values.
  let used = 0;
  for (let bin = 0; bin <= binCount; bin++) {
    const at = scratch + (<usize>bin << 3);
    const count = load<f64>(at);
    if (count < minCategoryRows || count == 0) continue;
    store<f64>(at, load<f64>(at, GRADIENTS) * gradientUnit / (load<f64>(at, HESSIANS) * hessianUnit + smoothing), MEANS);
    store<i32>(scratch + (<usize>used << 2), bin, ORDER);
    used++;
  }
  if (used < 2) return;
  sortByMean(scratch, used);

  const minRows = <f64>load<i32>(search, SEARCH_MIN_ROWS);
  const l2 = load<f64>(search, SEARCH_TRUE_L2) + load<f64>(search, SEARCH_CATEGORY_L2);
  const isConstrained = load<i32>(search, SEARCH_IS_CONSTRAINED) != 0;
  const l1 = load<f64>(search, SEARCH_TRUE_L1);
  const low = load<f64>(search + (which << 4), SEARCH_TRUE_BOUNDS);
  const high = load<f64>(search + (which << 4), SEARCH_TRUE_BOUNDS + 8);
  let best = load<f64>(search + (which << 3), SEARCH_TRUE_SCORES);
  let bestEnd = -1;
  let bestStep = 1;
  let leftCount: f64 = 0;
  // From both ends: the categories that take no part are on the other side each time.
  for (let step = 1; step >= -1; step -= 2) {
    let gradient: f64 = 0;
    let count: f64 = 0;
    let hessian: f64 = 0;
    for (let taken = 0; taken + 1 < used; taken++) {
      const at = scratch + (<usize>binAt(scratch, used, step, taken) << 3);
      gradient += load<f64>(at, GRADIENTS);
      count += load<f64>(at);
      hessian += load<f64>(at, HESSIANS);
      const leftHessian = hessian * hessianUnit;
      if (count < minRows || leftHessian < MIN_HESSIAN) continue;
      const restHessian = (totalHessian - hessian) * hessianUnit;
      if (totalCount - count < minRows || restHessian < MIN_HESSIAN) break;
      const g = gradient * gradientUnit;
      const r = (totalGradient - gradient) * gradientUnit;
      const score = isConstrained
        ? constrainedScore(g, leftHessian + l2, l1, low, high) + constrainedScore(r, restHessian + l2, l1, low, high)
        : (g * g) / (leftHessian + l2) + (r * r) / (restHessian + l2);
      if (score > best) {
        best = score;
        bestEnd = taken;
        bestStep = step;
        leftCount = count;
        store<f64>(found, best);
        store<f64>(found, count, 8);
        store<f64>(found, gradient, 16);
        store<f64>(found, hessian, 24);
      }
    }
  }
  if (bestEnd < 0) return;

  memory.fill(table, 0, 256);
  for (let taken = 0; taken <= bestEnd; taken++) store<u8>(table + <usize>binAt(scratch, used, bestStep, taken), 1);
  // Bins that took no part sit on the right with their rows. A bin without rows goes with the majority.
  if (2 * leftCount > totalCount) {
    for (let bin: usize = 0; bin <= <usize>binCount; bin++) if (load<f64>(scratch + (bin << 3)) == 0) store<u8>(table + bin, 1);
  }
  store<f64>(found, 0, 32);
  store<f64>(found, <f64>load<u8>(table + <usize>binCount), 40);
}

// @ts-ignore: decorator of AssemblyScript
@inline
function binAt(scratch: usize, used: i32, step: i32, taken: i32): i32 {
  return load<i32>(scratch + (<usize>(step == 1 ? taken : used - 1 - taken) << 2), ORDER);
}

/** Insertion sort, ties by bin: bins come in ascending order and never overtake an equal one. */
function sortByMean(scratch: usize, used: i32): void {
  for (let i = 1; i < used; i++) {
    const bin = load<i32>(scratch + (<usize>i << 2), ORDER);
    const mean = load<f64>(scratch + (<usize>bin << 3), MEANS);
    let at = scratch + (<usize>i << 2);
    while (at > scratch) {
      const before = load<i32>(at - 4, ORDER);
      if (!(load<f64>(scratch + (<usize>before << 3), MEANS) > mean)) break;
      store<i32>(at, before, ORDER);
      at -= 4;
    }
    store<i32>(at, bin, ORDER);
  }
}

/** Counts, gradients and hessians (in units) of every bin, as doubles. */
function decode(search: usize, histogram: usize, binCount: i32, to: usize): void {
  const stride = <usize>load<i32>(search, SEARCH_STRIDE);
  const countBits = <i64>load<i32>(search, SEARCH_COUNT_BITS);
  const hessianBits = <i64>load<i32>(search, SEARCH_HESSIAN_BITS);
  const countMask = ((<i64>1) << countBits) - 1;
  const hessianMask = ((<i64>1) << hessianBits) - 1;
  const shift = countBits + hessianBits;
  for (let bin: usize = 0; bin <= <usize>binCount; bin++) {
    const at = histogram + bin * (stride << 3);
    const packed = load<i64>(at);
    const count = packed & countMask;
    const hessian = stride == 2 ? load<i64>(at, 8) : hessianBits == 0 ? count : (packed >> countBits) & hessianMask;
    store<f64>(to + (bin << 3), <f64>count);
    store<f64>(to + (bin << 3), <f64>(packed >> shift), GRADIENTS);
    store<f64>(to + (bin << 3), <f64>hessian, HESSIANS);
  }
}
