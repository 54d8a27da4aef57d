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
  grow_policy: {
    kind: 'choice',
    choices: ['lossguide', 'depthwise'],
    default: 'lossguide',
    doc: 'Which leaf is split next: with `lossguide` the one that gains most, with `depthwise` one of those nearest to the root.',
  },
  min_split_gain: {
    kind: 'number',
    minimum: 0,
    default: 0,
    doc: 'What a split must gain: the sum of G² ∕ (H + λ) over its sides, less that of the undivided leaf.',
  },
  reg_alpha: {
    kind: 'number',
    minimum: 0,
    default: 0,
    doc: 'L1: pull of leaf values towards 0, taken from the size of the sum of gradients of a leaf.',
  },
  l2_regularization: {
    kind: 'number',
    minimum: 0,
    default: 1,
    doc: 'L2: pull of leaf values towards 0, added to the sum of hessians of a leaf.',
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
  colsample_bytree: { kind: 'number', exclusiveMinimum: 0, maximum: 1, default: 1, doc: 'Share of the features that each tree may use.' },
  colsample_bynode: {
    kind: 'number',
    exclusiveMinimum: 0,
    maximum: 1,
    default: 1,
    doc: "Share of a tree's features that each split may use.",
  },
  monotone_constraints: {
    kind: 'mapping',
    from: 'feature',
    to: { kind: 'integer', minimum: -1, maximum: 1, doc: '1 for rising, -1 for falling, 0 for free.' },
    doc: 'Numeric features that predictions may only rise with (1) or fall with (-1) while all others stay; with two classes the probability of the positive one.',
  },
  objective: {
    kind: 'choice',
    choices: ['auto', 'squared_error', 'absolute_error', 'huber', 'quantile', 'poisson', 'tweedie', 'log_loss'],
    default: 'auto',
    doc: 'Loss to minimise; `auto` is `squared_error` for numbers and `log_loss` for classes.',
  },
  alpha: {
    kind: 'number',
    exclusiveMinimum: 0,
    exclusiveMaximum: 1,
    doc: 'Objective `quantile`: which quantile to predict; `huber`: the share of the residuals, the small ones, whose squares count; 0.9 unless given.',
  },
  tweedie_variance_power: {
    kind: 'number',
    exclusiveMinimum: 1,
    exclusiveMaximum: 2,
    doc: 'Objective `tweedie`: the variance grows as the mean to this power, near 1 for counts and near 2 for amounts; 1.5 unless given.',
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
  eval_metric: {
    kind: 'choice',
    choices: [
      'loss',
      'root_mean_squared_error',
      'mean_absolute_error',
      'median_absolute_error',
      'mean_absolute_percentage_error',
      'r2_score',
      'log_loss',
      'roc_auc',
      'precision_recall_auc',
      'accuracy_score',
      'f1_score',
      'f1_score_macro',
    ],
    default: 'loss',
    doc: 'What early stopping watches on the validation set: the loss of the objective, or a metric of the task.',
  },
} as const;
