/**
 * The best split of a leaf over all features that its tree may use, from what the search of the kernels
 * left for each of them. Ties go to the first feature.
 */
import { type BinnedFeature, SLOTS } from './binning.ts';
import { findCategoricalSplit } from './categorical-split.ts';
import { constrainedScore } from './constrained-score.ts';
import type { LeafSums, SearchedLeaf, Split, SplitLimits, Units } from './split.ts';

/** A gain below this share of what is being divided is rounding, not gain. */
const NOISE = 1e-10;

/** What the kernel wrote about a leaf. */
export interface SearchResults {
  readonly doubles: Float64Array;
  /** Index of six numbers for each feature: score (0 or −∞ for none), rows, gradient and hessian of the left side, its last bin, whether missing values join it. */
  readonly found: number;
  /** Index of the sums of each feature, if it is categorical: three runs of 256, and as many again that are another leaf's. */
  readonly sums: number;
}

/** Score of a leaf that is not divided, and the score that a split has to beat. */
export function scoresOf(
  { sums, bounds }: Pick<SearchedLeaf, 'sums' | 'bounds'>,
  units: Units,
  { l2, minGain = 0, constraints }: SplitLimits,
): { readonly own: number; readonly toBeat: number } {
  const gradient = sums.gradient * units.gradient;
  const hessian = sums.hessian * units.hessian + l2;
  const own = constraints === undefined ? (gradient * gradient) / hessian : constrainedScore(gradient, hessian, constraints.l1, bounds);
  return { own, toBeat: own * (own < 0 ? 1 - NOISE : 1 + NOISE) + minGain + Number.MIN_VALUE };
}

export function bestSplit(
  features: readonly BinnedFeature[],
  searched: SearchedLeaf,
  results: SearchResults,
  units: Units,
  limits: SplitLimits,
): Split | undefined {
  const { sums: leaf, allowed } = searched;
  const { own, toBeat } = scoresOf(searched, units, limits);
  let best: Omit<Split, 'gain'> | undefined;
  let bestScore = toBeat;
  for (let f = 0; f < features.length; f++) {
    if (allowed[f] !== 1) continue;
    const { kind, binCount } = features[f] as BinnedFeature;
    if (kind === 'numeric') {
      const score = results.doubles[results.found + 6 * f] as number;
      if (!(score > bestScore)) continue;
      bestScore = score;
      best = numericSplit(results.doubles, results.found + 6 * f, f, leaf);
      continue;
    }
    const at = results.sums + f * 2 * 3 * SLOTS;
    const run = (i: number): Float64Array => results.doubles.subarray(at + i * SLOTS, at + (i + 1) * SLOTS);
    const found = findCategoricalSplit(
      { counts: run(0), gradients: run(1), hessians: run(2) },
      f,
      binCount,
      searched,
      units,
      limits,
      bestScore,
    );
    if (found === undefined) continue;
    bestScore = found.score;
    best = found.split;
  }
  return best && { ...best, gain: bestScore - own };
}

function numericSplit(found: Float64Array, at: number, feature: number, leaf: LeafSums): Omit<Split, 'gain'> {
  const count = found[at + 1] as number;
  const gradient = found[at + 2] as number;
  const hessian = found[at + 3] as number;
  return {
    feature,
    bin: found[at + 4] as number,
    missingLeft: found[at + 5] === 1,
    left: { count, gradient, hessian },
    right: { count: leaf.count - count, gradient: leaf.gradient - gradient, hessian: leaf.hessian - hessian },
  };
}
