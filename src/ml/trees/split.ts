/**
 * What a split is and what limits it. How one is found is in `search.as.ts` and `search-categories.as.ts`.
 */
import type { Constraints } from './constrained-score.ts';

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

export interface SplitLimits {
  readonly minSamplesLeaf: number;
  readonly l2: number;
  /** What a split must gain. Absent: anything. */
  readonly minGain?: number;
  /** Absent: leaf values are free and L1 is 0, which searches faster. */
  readonly constraints?: Constraints | undefined;
  readonly categorical: CategoricalLimits;
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

/** A side with less hessian than this is too flat for a Newton step to mean anything. */
export const MIN_HESSIAN = 1e-3;

/** What one unit of a packed sum is. */
export interface Units {
  readonly gradient: number;
  /** 1 when hessians are row counts. */
  readonly hessian: number;
}
