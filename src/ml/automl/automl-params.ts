/** The parameters of the search over estimators, declared once. Plain data. */
export const automlParams = {
  max_trials: {
    kind: 'integer',
    minimum: 1,
    doc: 'Models to try at most; unless given 30, or as many as there is time for when a time budget is given. Without a time budget the result is the same everywhere.',
  },
  ensemble: {
    kind: 'boolean',
    default: true,
    doc: 'Whether the mean of several of the best models may be taken, where it is better on the validation rows than each of them.',
  },
} as const;
