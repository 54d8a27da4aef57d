/**
 * The parameters of the random forest, declared once; extra trees take them with other defaults. Plain data: read by the recipe's schema and by
 * the reference page, so it imports no code that trains.
 */

export const randomForestParams = {
  n_estimators: { kind: 'integer', minimum: 1, maximum: 100_000, default: 100, doc: 'Trees.' },
  criterion: {
    kind: 'choice',
    choices: ['auto', 'squared_error', 'poisson', 'gini', 'entropy'],
    default: 'auto',
    doc: 'What splits reduce: `squared_error` or, for counts, `poisson` with numbers; `gini` or `entropy` with classes; `auto` is the first of each.',
  },
  max_depth: { kind: 'integer', minimum: 1, doc: 'Splits from the root to a leaf at most; unbounded unless given.' },
  max_leaf_nodes: {
    kind: 'integer',
    minimum: 2,
    maximum: 65_536,
    doc: 'Leaves a tree at most, of which the splits that gain most are made first; unbounded unless given.',
  },
  min_samples_split: { kind: 'integer', minimum: 2, default: 2, doc: 'Training rows that a node needs to be split.' },
  min_samples_leaf: {
    kind: 'integer',
    minimum: 1,
    doc: 'Training rows a leaf at least; unless given 2, or one for every 20,000 training rows when that is more, which bounds the size of the model.',
  },
  max_features: {
    kind: 'number',
    exclusiveMinimum: 0,
    maximum: 1,
    doc: 'Share of the features that each split may choose from; unless given a third for numbers and the square root of their number for classes.' as string,
  },
  bootstrap: {
    kind: 'boolean',
    default: true as boolean,
    doc: 'Grow each tree on rows drawn with replacement; otherwise on a share of the rows, each once.',
  },
  max_samples: {
    kind: 'number',
    exclusiveMinimum: 0,
    maximum: 1,
    default: 1,
    doc: 'Rows drawn for each tree, as a share of the training rows.',
  },
  oob_score: {
    kind: 'boolean',
    default: false,
    doc: 'Score the training rows by the trees that were grown without them: R² for numbers, accuracy for classes.',
  },
  max_bins: {
    kind: 'integer',
    minimum: 2,
    maximum: 255,
    default: 255,
    doc: 'Bins a numeric feature at most, besides the one for missing values.',
  },
} as const;
