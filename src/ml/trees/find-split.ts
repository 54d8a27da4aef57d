/**
 * The best split of a leaf over all features that its tree may use. Ties go to the first feature.
 */
import type { BinnedFeature } from './binning.ts';
import { findCategoricalSplit } from './categorical-split.ts';
import { findNumericSplit } from './numeric-split.ts';
import type { FoundSplit, LeafSums, Split, SplitSearch } from './split.ts';

/** A gain below this share of what is being divided is rounding, not gain. */
const NOISE = 1e-10;

export function findSplit(search: SplitSearch, histogram: Float64Array, sums: LeafSums): Split | undefined {
  const { features, allowed, packing, limits } = search;
  const gradient = sums.gradient * packing.gradientUnit;
  const parentScore = (gradient * gradient) / (sums.hessian + limits.l2);
  let best: FoundSplit | undefined;
  // Scores are compared before the parent's is taken off: it is the same for all.
  let bestScore = parentScore * (1 + NOISE) + Number.MIN_VALUE;
  for (let f = 0; f < features.length; f++) {
    if (allowed[f] !== 1) continue;
    const { kind, binCount } = features[f] as BinnedFeature;
    const find = kind === 'numeric' ? findNumericSplit : findCategoricalSplit;
    const found = find(search, histogram, f, binCount, sums, bestScore);
    if (found === undefined) continue;
    best = found;
    bestScore = found.score;
  }
  return best && { ...best.split, gain: best.score - parentScore };
}
