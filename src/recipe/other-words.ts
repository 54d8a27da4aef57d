/** What people call keys and parameters elsewhere, for hints: spelling alone would not find these. */

const WORDS: Readonly<Record<string, readonly string[]>> = {
  target_col: ['target', 'label', 'label_col', 'target_column', 'y', 'outcome', 'response'],
  recipe: ['template', 'task'],
  primary_metric: ['metric', 'objective', 'scoring', 'eval_metric'],
  location: ['path', 'file', 'files', 'source', 'data', 'uri', 'url'],
  using: ['model', 'algorithm', 'type', 'kind', 'estimator', 'format', 'method'],
  estimator_params: ['params', 'parameters', 'hyperparameters'],
  split_ratios: ['ratios', 'shares', 'test_size', 'fractions'],
  seed: ['random_state', 'random_seed'],
  delimiter: ['sep', 'separator'],
  null_values: ['na_values', 'missing_values'],
  n_estimators: ['num_boost_round', 'num_iterations', 'iterations', 'num_trees', 'n_trees', 'trees', 'rounds', 'max_iter'],
  learning_rate: ['eta', 'shrinkage', 'lr'],
  max_leaves: ['num_leaves', 'max_leaf_nodes'],
  min_samples_leaf: ['min_data_in_leaf', 'min_child_samples', 'min_child_weight'],
  subsample: ['bagging_fraction', 'sample_rate'],
  l2: ['alpha', 'lambda', 'reg_lambda', 'lambda_l2', 'C', 'penalty'],
  l2_regularization: ['alpha', 'lambda', 'reg_lambda', 'lambda_l2', 'l2'],
  colsample: ['feature_fraction', 'colsample_bytree'],
  early_stopping_rounds: ['n_iter_no_change', 'early_stopping'],
  threshold: ['value', 'min', 'max', 'limit'],
  model_name: ['name'],
  derive: ['sql', 'expression', 'expressions', 'compute', 'assign', 'mutate', 'with_columns'],
  drop: ['drop_columns', 'remove', 'exclude'],
  impute: ['imputer', 'simple_imputer', 'SimpleImputer', 'fillna', 'fill_missing'],
  scale: ['scaler', 'standard_scale', 'standard_scaler', 'StandardScaler', 'standardize', 'normalize', 'min_max_scale', 'MinMaxScaler'],
  one_hot: ['one_hot_encoder', 'OneHotEncoder', 'get_dummies', 'dummies'],
  ordinal: ['ordinal_encoder', 'OrdinalEncoder', 'label_encode'],
  rest: ['remainder', 'others', 'passthrough'],
  columns: ['cols', 'features', 'subset', 'select', 'names'],
  fill_value: ['constant', 'value'],
  max_levels: ['max_categories'],
  number: ['numeric', 'float', 'integer', 'int'],
  category: ['string', 'categorical', 'object'],
  date: ['timestamp', 'datetime'],
  most_frequent: ['mode'],
  day_of_week: ['weekday', 'dow', 'dayofweek'],
  day_of_year: ['doy', 'dayofyear'],
  min_max: ['minmax', 'MinMaxScaler'],
  keep: ['passthrough'],
};

/** The one of `known` that goes by this name elsewhere. */
export function otherWord(name: string, known: readonly string[]): string | undefined {
  return known.find((word) => WORDS[word]?.includes(name) === true);
}
