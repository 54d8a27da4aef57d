/**
 * What a forest is made of: the words that walks read, whoever walks.
 */
import { MISSING } from '../kernels/forest-layout.ts';
import type { BinnedFeature } from '../trees/binning.ts';

export interface ForestParts {
  readonly features: readonly BinnedFeature[];
  /** Numbers a leaf. */
  readonly outputs: number;
  /** Two words a place: feature, bin and kind of a split and the place of its right child within the tree; or a leaf and its number within the tree. A set of bins takes the four places after its node. */
  readonly nodes: Int32Array;
  /** `outputs` numbers a leaf. */
  readonly values: Float64Array;
  /** Training rows of each leaf, counted as often as they were drawn unless there are covers. */
  readonly counts: Uint32Array;
  /** Training weight of each leaf; absent without sample weights, when the counts say it. */
  readonly covers?: Float64Array;
  /** The model is of a version that kept row counts alone. */
  readonly coversAreUnknown?: true;
  /** Two integers a tree: its first place and its first leaf. */
  readonly trees: Int32Array;
}

/** The features with missing values in the bin where a walk looks for them. */
export function walkFeatures(features: readonly BinnedFeature[]): readonly BinnedFeature[] {
  return features.map((feature) => ({ ...feature, binCount: MISSING }));
}
