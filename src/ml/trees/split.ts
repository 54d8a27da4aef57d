/**
 * What a split is, what limits it, and what a search for one reads. The searches themselves are
 * `search.as.ts` for numbers and `categorical-split.ts`; `find-split.ts` takes the best of all features.
 */

import type { Bounds, Constraints } from './constrained-score.ts';

export interface CategoricalLimits {
  /** Rows of average hessian added to a category before its mean is taken, which pulls rare ones to 0. */
  readonly smoothing: number;
  /** Added to the hessian of both sides, as `l2` is: a subset chosen by the outcome has to earn more. */
  readonly l2: number;
  /** A category with fewer rows takes no part and goes right. */
  readonly minRows: number;
  /**
   * The same for features of many categories, whose most extreme means are luck: long tables can afford to ask for more rows.
   * Absent: `minRows`.
   */
  readonly minRowsOfMany?: number;
}

/** Categories above which a feature has many. */
export const MANY_CATEGORIES = 32;

export interface SplitLimits {
  readonly minSamplesLeaf: number;
  readonly l2: number;
  /** What a split must gain. Absent: anything. */
  readonly minGain?: number;
  /** Absent: leaf values are free and L1 is 0, which searches faster. */
  readonly constraints?: Constraints | undefined;
  readonly categorical: CategoricalLimits;
}

/** A leaf to be divided. */
export interface SearchedLeaf {
  readonly sums: LeafSums;
  /** Where constraints keep its value. */
  readonly bounds: Bounds;
  /** 1 for each feature that its split may use. */
  readonly allowed: Uint8Array;
}

/** Sums over the rows of a leaf. `gradient` and `hessian` are in units of the packing, exact integers. */
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

/** What one unit of a packed sum is. */
export interface Units {
  readonly gradient: number;
  /** 1 when hessians are row counts. */
  readonly hessian: number;
}

/** Sums of each bin of a categorical feature; the bin of missing values follows those of the values. */
export interface BinSums {
  readonly counts: Float64Array;
  readonly gradients: Float64Array;
  readonly hessians: Float64Array;
}
