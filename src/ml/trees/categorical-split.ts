/**
 * The best way to part the categories of a leaf in two. Sorted by their mean gradient, the best
 * subset is a prefix (Fisher, "On Grouping for Maximum Homogeneity", JASA 1958), so the search is as
 * cheap as a numeric one. Sorting by the outcome overfits rare categories, hence the limits.
 */
import { SLOTS } from './binning.ts';
import { constrainedScore } from './constrained-score.ts';
import {
  type BinSums,
  type FoundSplit,
  type LeafSums,
  MANY_CATEGORIES,
  MIN_HESSIAN,
  type SearchedLeaf,
  type SplitLimits,
  type Units,
} from './split.ts';

/** A split whose score, the gain plus the parent's own score, is above `scoreToBeat`. */
export function findCategoricalSplit(
  { counts, gradients, hessians }: BinSums,
  feature: number,
  binCount: number,
  { sums, bounds }: SearchedLeaf,
  units: Units,
  limits: SplitLimits,
  scoreToBeat: number,
): FoundSplit | undefined {
  const { categorical, constraints } = limits;
  const smoothing = (categorical.smoothing * sums.hessian * units.hessian) / sums.count;

  const minRows = binCount > MANY_CATEGORIES ? (categorical.minRowsOfMany ?? categorical.minRows) : categorical.minRows;

  // Missing is a category like the others here: its bin comes after those of the values.
  let used = 0;
  for (let bin = 0; bin <= binCount; bin++) {
    const count = counts[bin] as number;
    if (count < minRows || count === 0) continue;
    means[bin] = ((gradients[bin] as number) * units.gradient) / ((hessians[bin] as number) * units.hessian + smoothing);
    order[used++] = bin;
  }
  if (used < 2) return undefined;
  sortByMean(used);

  let bestScore = scoreToBeat;
  let bestEnd = -1;
  let bestStep = 1;
  let bestSums: LeafSums | undefined;
  const l2 = limits.l2 + categorical.l2;
  // From both ends: the categories that take no part are on the other side each time.
  for (let step = 1; step >= -1; step -= 2) {
    let gradient = 0;
    let count = 0;
    let hessian = 0;
    for (let taken = 0; taken + 1 < used; taken++) {
      const bin = order[step === 1 ? taken : used - 1 - taken] as number;
      gradient += gradients[bin] as number;
      count += counts[bin] as number;
      hessian += hessians[bin] as number;
      const leftHessian = hessian * units.hessian;
      if (count < limits.minSamplesLeaf || leftHessian < MIN_HESSIAN) continue;
      const restCount = sums.count - count;
      const restHessian = (sums.hessian - hessian) * units.hessian;
      if (restCount < limits.minSamplesLeaf || restHessian < MIN_HESSIAN) break;
      const g = gradient * units.gradient;
      const r = (sums.gradient - gradient) * units.gradient;
      const score =
        constraints === undefined
          ? (g * g) / (leftHessian + l2) + (r * r) / (restHessian + l2)
          : constrainedScore(g, leftHessian + l2, constraints.l1, bounds) + constrainedScore(r, restHessian + l2, constraints.l1, bounds);
      if (score > bestScore) {
        bestScore = score;
        bestEnd = taken;
        bestStep = step;
        bestSums = { count, gradient, hessian };
      }
    }
  }
  if (bestSums === undefined) return undefined;

  const leftBins = new Uint8Array(SLOTS);
  for (let taken = 0; taken <= bestEnd; taken++) leftBins[order[bestStep === 1 ? taken : used - 1 - taken] as number] = 1;
  const left = bestSums;
  const right = { count: sums.count - left.count, gradient: sums.gradient - left.gradient, hessian: sums.hessian - left.hessian };
  // Bins that took no part sit on the right with their rows. A bin without rows goes with the majority.
  const majorityLeft = 2 * left.count > sums.count;
  if (majorityLeft) {
    for (let bin = 0; bin <= binCount; bin++) if (counts[bin] === 0) leftBins[bin] = 1;
  }
  return { score: bestScore, split: { feature, bin: 0, leftBins, missingLeft: leftBins[binCount] === 1, left, right } };
}

// Room for the search, used again for every leaf.
const means = new Float64Array(SLOTS);
const order = new Int32Array(SLOTS);

/** Insertion sort, ties by bin: bins come in ascending order and never overtake an equal one. */
function sortByMean(used: number): void {
  for (let i = 1; i < used; i++) {
    const bin = order[i] as number;
    const mean = means[bin] as number;
    let j = i - 1;
    while (j >= 0 && (means[order[j] as number] as number) > mean) {
      order[j + 1] = order[j] as number;
      j--;
    }
    order[j + 1] = bin;
  }
}
