/** The parameters of the linear estimator, declared once. Plain data, so that the schema can read it without the code that trains. */
export const linearParams = {
  penalty: {
    kind: 'choice',
    choices: ['l2', 'l1', 'elasticnet', 'none'],
    default: 'l2',
    doc: 'What keeps coefficients small: `l2` their squares (ridge), `l1` their absolute values, which makes many exactly 0 (lasso), `elasticnet` both. The intercept is never penalised.',
  },
  l2: {
    kind: 'number',
    default: 1,
    minimum: 0,
    doc: 'Strength of `penalty: l2`. Regression adds `l2 · Σβ²` to the squared error (the `alpha` of scikit-learn’s `Ridge`); classification adds `l2 / 2 · Σβ²` to the log loss (its `C` is `1 / l2`). 0 turns it off.',
  },
  alpha: {
    kind: 'number',
    minimum: 0,
    doc: 'Strength of any penalty beside the loss of an average row, as in scikit-learn’s `Lasso`, `ElasticNet` and `SGDClassifier`: adds `alpha · (l1_ratio · Σ|β| + (1 − l1_ratio) / 2 · Σβ²)` to the mean loss, which is half the squared error in a regression. Unless given 1 for a regression with `l1` or `elasticnet`, and 0.0001 with `solver: sgd`.',
  },
  C: {
    kind: 'number',
    exclusiveMinimum: 0,
    doc: 'Classification: strength of the data against any penalty, the `C` of scikit-learn’s `LogisticRegression`. Unless given 1 with `l1` or `elasticnet`.',
  },
  l1_ratio: {
    kind: 'number',
    minimum: 0,
    maximum: 1,
    doc: 'Share of absolute values in `penalty: elasticnet`; unless given 0.5, and 0.15 with `solver: sgd`.',
  },
  fit_intercept: { kind: 'boolean', default: true, doc: 'Whether predictions may have a constant part.' },
  standardize: {
    kind: 'boolean',
    default: true,
    doc: 'Penalise numeric features as if each had standard deviation 1, so that units do not matter. Levels of a categorical feature are penalised as 0/1 columns either way. With `solver: sgd` also whether the features are brought to mean 0 and standard deviation 1, without which it seldom gets anywhere.',
  },
  solver: {
    kind: 'choice',
    choices: ['auto', 'sgd'],
    default: 'auto',
    doc: 'How to minimise. `auto` finds the minimum: by factorisation or conjugate gradients, coordinate descent where absolute values are penalised, and Newton’s method for classes. `sgd` learns row by row, with the parameters and the defaults of scikit-learn’s `SGDRegressor` and `SGDClassifier`.',
  },
  loss: {
    kind: 'choice',
    choices: ['squared_error', 'huber', 'log_loss', 'modified_huber', 'hinge'],
    doc: 'With `solver: sgd`: `squared_error` or `huber` for numbers, `log_loss`, `modified_huber` or `hinge` for classes; unless given `squared_error` and `log_loss`. `hinge` is a support vector machine and has no probabilities.',
  },
  epsilon: {
    kind: 'number',
    exclusiveMinimum: 0,
    doc: 'With `loss: huber`: errors above this count in proportion and no longer by their square; unless given 0.1.',
  },
  max_iter: {
    kind: 'integer',
    minimum: 1,
    doc: 'Most iterations: Newton steps of a classification, rounds over the coefficients of a regression with absolute values, passes over the rows with `solver: sgd`; other regressions are solved directly. Unless given 100, 10,000 with `l1` or `elasticnet`, and 1000 with `solver: sgd`.',
  },
  tolerance: {
    kind: 'number',
    exclusiveMinimum: 0,
    doc: 'When to stop, unless given 1e-8: a classification when no part of the gradient, per row, is larger; a regression with absolute values when the duality gap is a smaller share of Σ(target − mean)². With `solver: sgd` an iteration must improve the mean objective by this much, 0.001 unless given.',
  },
  learning_rate: {
    kind: 'choice',
    choices: ['optimal', 'invscaling', 'constant', 'adaptive'],
    doc: 'With `solver: sgd`, the step in round t: `optimal` 1 / (alpha · (t + t₀)) with Bottou’s t₀, `invscaling` eta0 / t^power_t, `constant` eta0, `adaptive` eta0, divided by 5 whenever training stops to improve. Unless given `invscaling` for numbers and `optimal` for classes.',
  },
  eta0: {
    kind: 'number',
    exclusiveMinimum: 0,
    doc: 'With `solver: sgd`: the first step of every schedule but `optimal`; unless given 0.01.',
  },
  power_t: {
    kind: 'number',
    minimum: 0,
    doc: 'With `learning_rate: invscaling`: its exponent; unless given 0.25 for numbers and 0.5 for classes.',
  },
  average: {
    kind: 'boolean',
    doc: 'With `solver: sgd`: keep the mean of the coefficients over all updates instead of the last ones; unless given false.',
  },
  shuffle: {
    kind: 'boolean',
    doc: 'With `solver: sgd`: visit the rows in a new random order in each iteration; unless given true.',
  },
  early_stopping: {
    kind: 'boolean',
    doc: 'With `solver: sgd`: stop by the score of the validation rows (R², or the share of right answers) and not by the objective of the training rows; unless given false.',
  },
  n_iter_no_change: {
    kind: 'integer',
    minimum: 1,
    doc: 'With `solver: sgd`: iterations without improvement before it stops; unless given 5.',
  },
} as const;
