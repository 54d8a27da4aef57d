/**
 * The best split of a leaf over all features that its tree may use, from what the search of the kernels
 * left for each of them. Ties go to the first feature.
 */
import { type BinnedFeature, SLOTS } from './binning.ts';
import { findCategoricalSplit } from './categorical-split.ts';
import type { LeafSums, Split, SplitLimits, Units } from './split.ts';

/** A gain below this share of what is being divided is rounding, not gain. */
const NOISE = 1e-10;

/** What the kernel wrote about a leaf. */
export interface SearchResults {
  readonly doubles: Float64Array;
  /** Index of six numbers for each feature: score (0 for none), rows, gradient and hessian of the left side, its last bin, whether missing values join it. */
  readonly found: number;
  /** Index of the sums of each feature, if it is categorical: three runs of 256, and as many again that are another leaf's. */
  readonly sums: number;
}

/** Score of a leaf that is not divided, and the score that a split has to beat. */
export function scoresOf(sums: LeafSums, units: Units, l2: number): { readonly own: number; readonly toBeat: number } {
  const gradient = sums.gradient * units.gradient;
  const own = (gradient * gradient) / (sums.hessian * units.hessian + l2);
  return { own, toBeat: own * (1 + NOISE) + Number.MIN_VALUE };
}

export function bestSplit(
  features: readonly BinnedFeature[],
  allowed: Uint8Array,
  results: SearchResults,
  leaf: LeafSums,
  units: Units,
  limits: SplitLimits,
): Split | undefined {
  const { own, toBeat } = scoresOf(leaf, units, limits.l2);
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
      leaf,
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
