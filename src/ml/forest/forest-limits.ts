/** How the trees of a forest are grown, with every default filled in. */

export interface ForestLimits {
  readonly minSamplesLeaf: number;
  readonly minSamplesSplit: number;
  /** Edges from the root to a leaf; infinite for no limit. */
  readonly maxDepth: number;
  /** 0 for no limit; otherwise trees grow best first. */
  readonly maxLeaves: number;
  /** Features that a split chooses from; those that are the same in all rows of a node are not counted. */
  readonly featuresPerSplit: number;
  /** Thresholds are drawn and not searched. */
  readonly isRandom: boolean;
  /** Rows are drawn with replacement. */
  readonly bootstrap: boolean;
  /** Rows drawn for a tree. */
  readonly drawn: number;
  /** One of `SQUARED`, `ENTROPY`, `POISSON`. */
  readonly criterion: number;
}
