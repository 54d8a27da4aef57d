/**
 * The parameters of the decision tree, declared once: those of a forest's trees. Plain data: read by the recipe's schema
 * and by the reference page, so it imports no code that trains.
 */

export const decisionTreeParams = {
  criterion: {
    kind: 'choice',
    choices: ['auto', 'squared_error', 'poisson', 'gini', 'entropy'],
    default: 'auto',
    doc: 'What splits reduce: `squared_error` or, for counts, `poisson` with numbers; `gini` or `entropy` with classes; `auto` is the first of each.',
  },
  splitter: {
    kind: 'choice',
    choices: ['best', 'random'],
    default: 'best',
    doc: 'Whether the threshold of a feature is searched or drawn.',
  },
  max_depth: { kind: 'integer', minimum: 1, doc: 'Splits from the root to a leaf at most; unbounded unless given.' },
  max_leaf_nodes: {
    kind: 'integer',
    minimum: 2,
    maximum: 65_536,
    doc: 'Leaves at most, of which the splits that gain most are made first; unbounded unless given.',
  },
  min_samples_split: { kind: 'integer', minimum: 2, default: 2, doc: 'Training rows that a node needs to be split.' },
  min_samples_leaf: {
    kind: 'integer',
    minimum: 1,
    doc: 'Training rows a leaf at least; unless given 5, or one for every 1,000 training rows when that is more.',
  },
  max_features: {
    kind: 'number',
    exclusiveMinimum: 0,
    maximum: 1,
    default: 1,
    doc: 'Share of the features that each split may choose from.',
  },
  max_bins: {
    kind: 'integer',
    minimum: 2,
    maximum: 255,
    default: 255,
    doc: 'Bins a numeric feature at most, besides the one for missing values.',
  },
} as const;
