/**
 * The parameters of gradient boosting, declared once. Plain data: read by the recipe's schema and by
 * the reference page, so it imports no code that trains.
 */

export const gradientBoostingParams = {
  n_estimators: {
    kind: 'integer',
    minimum: 1,
    maximum: 100_000,
    doc: 'Boosting iterations at most, each adding one tree, or one for each of three or more classes; unless given 500 when a validation set decides when to stop, otherwise 200.',
  },
  learning_rate: {
    kind: 'number',
    exclusiveMinimum: 0,
    maximum: 1,
    default: 0.05,
    doc: 'Share of each new tree that is taken; a smaller one needs more iterations.',
  },
  max_leaves: { kind: 'integer', minimum: 2, maximum: 32_768, default: 31, doc: 'Leaves a tree at most.' },
  max_depth: { kind: 'integer', minimum: 1, doc: 'Splits from the root to a leaf at most; unbounded unless given.' },
  min_samples_leaf: {
    kind: 'integer',
    minimum: 1,
    doc: 'Training rows a leaf at least; unless given 20, and a twentieth of the rows when that is fewer.',
  },
  l2_regularization: {
    kind: 'number',
    minimum: 0,
    default: 1,
    doc: 'Pull of leaf values towards 0, added to the sum of hessians of a leaf.',
  },
  max_bins: {
    kind: 'integer',
    minimum: 2,
    maximum: 255,
    default: 255,
    doc: 'Bins a numeric feature at most, besides the one for missing values.',
  },
  subsample: {
    kind: 'number',
    exclusiveMinimum: 0,
    maximum: 1,
    default: 0.8,
    doc: 'Share of the rows that each iteration sees, drawn without replacement.',
  },
  colsample: { kind: 'number', exclusiveMinimum: 0, maximum: 1, default: 1, doc: 'Share of the features that each tree may use.' },
  objective: {
    kind: 'choice',
    choices: ['auto', 'squared_error', 'absolute_error', 'poisson', 'log_loss'],
    default: 'auto',
    doc: 'Loss to minimise; `auto` is `squared_error` for numbers and `log_loss` for classes.',
  },
  log_target: {
    kind: 'boolean',
    default: false,
    doc: 'Train on log(1 + target) and invert when predicting: for targets of at least 0 that span orders of magnitude.',
  },
  early_stopping_rounds: {
    kind: 'integer',
    minimum: 0,
    default: 50,
    doc: 'Stop after so many iterations without a better validation loss and keep the best; 0 never stops, and fewer than 200 validation rows never decide.',
  },
} as const;
