/** What `steps.evaluate.explain` is where the recipe says nothing. */
export const EXPLAIN_DEFAULTS = {
  enabled: true,
  /** Test rows whose predictions are taken apart, at most. */
  rows: 300,
  /** Columns that get a curve of partial dependence. */
  features: 6,
} as const;
