/** The parameters of the linear estimator, declared once. Plain data, so that the schema can read it without the code that trains. */
export const linearParams = {
  l2: {
    kind: 'number',
    default: 1,
    minimum: 0,
    doc: 'Penalty on squared coefficients, never on the intercept. Regression adds `l2 · Σβ²` to the squared error (the `alpha` of scikit-learn’s `Ridge`); classification adds `l2 / 2 · Σβ²` to the log loss (its `C` is `1 / l2`). 0 turns it off.',
  },
  fit_intercept: { kind: 'boolean', default: true, doc: 'Whether predictions may have a constant part.' },
  standardize: {
    kind: 'boolean',
    default: true,
    doc: 'Penalise numeric features as if each had standard deviation 1, so that units do not matter. Levels of a categorical feature are penalised as 0/1 columns either way.',
  },
  max_iter: { kind: 'integer', default: 100, minimum: 1, doc: 'Most Newton steps of a classification. Regression is solved directly.' },
  tolerance: {
    kind: 'number',
    default: 1e-8,
    exclusiveMinimum: 0,
    doc: 'A classification stops when no part of the gradient, per row, is larger than this.',
  },
} as const;
