/** What every solver of a linear model gives. */
export interface LinearSolution {
  /** For the scaled columns: one row of `width` numbers an output. */
  readonly coefficients: readonly Float64Array[];
  readonly intercepts: Float64Array;
  readonly iterations: number;
  readonly converged: boolean;
}
