/**
 * The words of a recipe: what each choice may say, what it is when nothing is said, and which words
 * of MLflow Recipes are understood but cannot be run yet. Schema, checks and defaults read them here.
 */

export const RECIPES = ['regression/v1', 'classification/v1'] as const;
export type RecipeName = (typeof RECIPES)[number];

export const STEPS = ['ingest', 'split', 'transform', 'train', 'evaluate', 'register', 'ingest_scoring', 'predict'] as const;

/** File extension → reader. */
export const FORMAT_OF_EXTENSION: ReadonlyMap<string, Format> = new Map([
  ['csv', 'csv'],
  ['tsv', 'tsv'],
  ['parquet', 'parquet'],
  ['json', 'json'],
  ['ndjson', 'ndjson'],
  ['jsonl', 'ndjson'],
]);
export type Format = 'csv' | 'tsv' | 'parquet' | 'json' | 'ndjson';

/** Where scored tables cannot be written yet. */
export const SPARK_OUTPUTS = ['delta', 'table'] as const;
/** What reads the data of a step: files of a format, a query over files, or a function. */
export type Reader = Format | 'sql' | Database | 'custom';
/** Databases, of which a table or query is read. */
export type Database = 'sqlite' | 'postgresql';

/** Readers of MLflow Recipes that need Spark, and another format of tables that nothing here reads. */
export const SPARK_FORMATS = ['delta', 'iceberg', 'spark_sql'] as const;

export const ROLES = ['feature', 'id', 'time', 'group', 'weight', 'ignore'] as const;
export const COLUMN_TYPES = ['number', 'integer', 'boolean', 'date', 'timestamp', 'category', 'text'] as const;
/** What a data check does that fails. */
export const SEVERITIES = ['error', 'warn'] as const;
export const OTHER_COLUMNS = ['allow', 'warn', 'error'] as const;
export const BAD_LINES = ['error', 'skip'] as const;
export const SCHEMA_DRIFTS = ['union', 'error'] as const;
export const SPLITTERS = ['split_ratios', 'column', 'files', 'custom'] as const;
export const STRATIFIERS = ['exact'] as const;
export const TRANSFORMERS = ['auto', 'operations', 'custom'] as const;
export const IMPUTERS = ['auto', 'median', 'none'] as const;
export const TARGET_TRANSFORMS = ['log', 'log1p'] as const;
export const ENCODERS = ['auto', 'one_hot', 'ordinal'] as const;
export const ESTIMATORS = ['gradient_boosting', 'random_forest', 'extra_trees', 'decision_tree', 'linear', 'neural_network'] as const;
export const AUTOML = 'automl';
export const SEARCHES = ['random', 'grid', 'tpe', 'successive_halving'] as const;
/** Words of MLflow Recipes that name one of its libraries, and what stands for them here. Read, never proposed. */
export const OUR_WORD: ReadonlyMap<string, string> = new Map([
  ['automl/flaml', AUTOML],
  ['hyperopt.rand.suggest', 'random'],
  ['hyperopt.tpe.suggest', 'tpe'],
  ['hyperopt.anneal.suggest', 'tpe'],
]);
/** Those words for one key. */
export function foreignWords(ours: readonly string[]): readonly string[] {
  return [...OUR_WORD].flatMap(([word, our]) => (ours.includes(our) ? [word] : []));
}
export const CALIBRATIONS = ['sigmoid', 'isotonic'] as const;
/** Metrics that a threshold of the label can be chosen by: those that are best at neither end. */
export const THRESHOLD_METRICS = ['f1_score', 'f1_score_macro', 'accuracy_score'] as const;
/** Of cross-validation that the recipe asks for. */
export const FOLDS = 5;
/** Share of the smaller class that rebalancing reaches unless the recipe says one: that of MLflow Recipes. */
export const MINORITY_SHARE = 0.3;
export const OUTPUTS = ['parquet', 'csv', 'delta', 'table'] as const;
/** What a prediction is written as, by the names of Spark. */
export const RESULT_TYPES = ['double', 'float', 'long', 'integer', 'int', 'boolean', 'string'] as const;
export const SAVE_MODES = ['overwrite', 'append', 'ignore', 'default', 'error', 'errorifexists'] as const;

/** Texts that are missing in a column of numbers or dates, unless `null_values` is said. `steps/ingest` has the same. */
export const NULL_CANDIDATES: readonly string[] = ['?', '-', '--', '.'];

export const DEFAULTS = {
  ingest: {
    header: true,
    null_values: ['', 'NA', 'N/A', 'n/a', '#N/A', '<NA>', 'NaN', 'nan', '-NaN', '-nan', 'NULL', 'null', 'None'],
    bad_lines: 'error',
    schema_drift: 'union',
  },
  split: { using: 'split_ratios', split_ratios: [0.75, 0.125, 0.125], seed: 0 },
  transform: { using: 'auto', impute: 'auto', encode: 'auto' },
  train: { using: 'gradient_boosting', seed: 0, predict_prefix: 'predicted_', predict_scores_for_all_classes: true },
  tuning: { algorithm: 'random', parallelism: 1, sample_fraction: 1, resource: 'n_samples', factor: 3 },
  register: { allow_non_validated_model: false },
  predict: { save_mode: 'overwrite' },
  cache: { write: false },
  skip_data_profiling: false,
} as const;
