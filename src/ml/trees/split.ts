/**
 * What a split is, what limits it, and what a search for one reads. The searches themselves are
 * `numeric-split.ts` and `categorical-split.ts`; `find-split.ts` asks them for every feature.
 */
import type { BinnedFeature } from './binning.ts';
import type { Stride } from './histogram.ts';
import type { Packing } from './quantise.ts';

export interface CategoricalLimits {
  /** Rows of average hessian added to a category before its mean is taken, which pulls rare ones to 0. */
  readonly smoothing: number;
  /** Added to the hessian of both sides, as `l2` is: a subset chosen by the outcome has to earn more. */
  readonly l2: number;
  /** A category with fewer rows takes no part and goes right. */
  readonly minRows: number;
}

export interface SplitLimits {
  readonly minSamplesLeaf: number;
  readonly l2: number;
  readonly categorical: CategoricalLimits;
}

/** Sums over the rows of a leaf. `gradient` is in units of the packing, an exact integer. */
export interface LeafSums {
  readonly count: number;
  readonly gradient: number;
  readonly hessian: number;
}

export interface Split {
  readonly gain: number;
  readonly feature: number;
  /** Numeric: the last bin that goes left. */
  readonly bin: number;
  /** Categorical: 1 for each bin that goes left. */
  readonly leftBins?: Uint8Array;
  /** Where missing values, and categories that this leaf had no row of, go. */
  readonly missingLeft: boolean;
  readonly left: LeafSums;
  readonly right: LeafSums;
}

/** A split with its score: the gain plus the score that the undivided leaf has. */
export interface FoundSplit {
  readonly score: number;
  readonly split: Omit<Split, 'gain'>;
}

/** A side with less hessian than this is too flat for a Newton step to mean anything. */
export const MIN_HESSIAN = 1e-3;

export interface SplitSearch {
  readonly features: readonly BinnedFeature[];
  /** 1 for each feature that this tree may use. */
  readonly allowed: Uint8Array;
  readonly stride: Stride;
  readonly packing: Packing;
  readonly limits: SplitLimits;
}
