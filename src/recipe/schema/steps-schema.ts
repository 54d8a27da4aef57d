/** The schema of `steps`: every key of MLflow Recipes, and ours. Data; the generator writes it out. */
import { DISTRIBUTION_NAMES } from '../../schema/distributions.ts';
import { EXPLAIN_DEFAULTS } from '../../schema/explain.ts';
import type { JsonObject } from '../../schema/json.ts';
import { type ParamSpecs, paramsToJsonSchema } from '../../schema/param.ts';
import {
  AUTOML,
  BAD_LINES,
  DEFAULTS,
  ENCODERS,
  ESTIMATORS,
  foreignWords,
  IMPUTERS,
  OUTPUTS,
  RESULT_TYPES,
  SAVE_MODES,
  SCHEMA_DRIFTS,
  SEARCHES,
  SPLITTERS,
  STRATIFIERS,
  TARGET_TRANSFORMS,
  TRANSFORMERS,
} from '../vocabulary.ts';
import { classificationKeys, crossValidation } from './classification-schema.ts';
import { customStep, patience } from './custom-step-schema.ts';
import { character, choice, flag, integer, list, mapping, named, number, text, textOrList, values } from './define.ts';
import { expect } from './expect-schema.ts';
import { operations } from './operations-schema.ts';

/** Declarations of the parameters of each estimator, by the word after `using`. */
export type EstimatorSpecs = { readonly [estimator in (typeof ESTIMATORS)[number] | typeof AUTOML]: ParamSpecs };

const SEED = { minimum: 0, maximum: 4_294_967_295 };
const skipProfiling = flag('Leave the profile of the data out of the card.', DEFAULTS.skip_data_profiling);

export function stepsSchema(estimators: EstimatorSpecs): JsonObject {
  return mapping(
    {
      ingest: ingest('Where the data come from.'),
      split,
      transform,
      train: train(estimators),
      evaluate,
      register,
      ingest_scoring: ingest('Where the data to be scored come from.'),
      predict,
    },
    'The steps. Only `ingest` must be given.',
    { required: ['ingest'], additionalProperties: customStep },
  );
}

function ingest(description: string): JsonObject {
  return mapping(
    {
      using: text(
        'The reader: `csv`, `tsv`, `parquet`, `json`, `ndjson`, `sql`, `sqlite`, `postgresql` or `custom`. Found from the extension of `location` when absent. With `loader_method`, any word: it is passed to the function as the format.',
        {
          examples: ['csv', 'tsv', 'parquet', 'json', 'ndjson', 'sql', 'sqlite', 'postgresql', 'custom'],
        },
      ),
      location: textOrList(
        'A file, a folder, a pattern with `*`, `?` or `**`, or a list of them; relative to the folder of recipe.yaml. Rows are joined in the order given.',
        {
          examples: ['data/houses.csv', 'data/*.parquet', ['data/2024.parquet', 'data/2025.parquet']],
        },
      ),
      loader_method: text('A function in `steps/ingest.ts` that is called for each file and returns a table.', { examples: ['loadFile'] }),
      delimiter: character('csv: the character between values. A comma when absent; a tab for `tsv`.', { examples: [',', ';', '|'] }),
      header: flag('csv: whether the first line names the columns.', DEFAULTS.ingest.header),
      null_values: list({ type: 'string' }, 'csv: what stands for a missing value.', { default: DEFAULTS.ingest.null_values }),
      bad_lines: choice(BAD_LINES, 'csv: what to do with a line that cannot be read: stop, or leave it out and count it.', {
        default: DEFAULTS.ingest.bad_lines,
      }),
      schema_drift: choice(SCHEMA_DRIFTS, 'Files whose columns differ: unite them by name and say so, or stop.', {
        default: DEFAULTS.ingest.schema_drift,
      }),
      sql: text(
        'sql: one query in the SQL of DuckDB, over the names of `inputs`. sqlite, postgresql: a query of the database, in the place of `table`.',
        {
          examples: ['select * from orders join customers using (customer)'],
        },
      ),
      table: text('sqlite, postgresql: the table or view to read. May be absent for an SQLite file that has one.', {
        examples: ['orders'],
      }),
      inputs: named(textOrList('A file, a folder, a pattern, or a list of them.'), 'sql: the files of each table that the query reads.', {
        examples: [{ orders: 'data/orders.parquet', customers: 'data/customers/*.csv' }],
      }),
      version: integer('delta: the version to read. Not available yet.', { minimum: 0 }),
      timestamp: text('delta: the time to read at. Not available yet.'),
      expect,
      skip_data_profiling: skipProfiling,
      ...patience,
    },
    description,
  );
}

const split: JsonObject = mapping(
  {
    using: choice(SPLITTERS, 'Shares, a column or files that say where a row belongs, or a function of your own.', {
      default: DEFAULTS.split.using,
    }),
    split_ratios: list(number('', { exclusiveMinimum: 0 }), 'Shares of training, validation and test rows, in proportion.', {
      minItems: 3,
      maxItems: 3,
      default: DEFAULTS.split.split_ratios,
    }),
    seed: integer('Change it to draw a different split.', SEED, { default: DEFAULTS.split.seed }),
    key: textOrList('Columns whose values place a row: rows that are equal in them stay together. All features when absent.', {
      examples: ['order_id', ['customer', 'day']],
    }),
    stratify: choice(
      STRATIFIERS,
      'Classification: `exact` gives each part the same share of every class, to one row. Rows that are added later may then move others.',
    ),
    column: text('column: the column that names the part of a row. It is no feature, unless `columns` says so.', { examples: ['fold'] }),
    train: values('column: the values of training rows.', { examples: [[1, 2, 3]] }),
    validation: values('column: the values of validation rows. files: their location. Taken from the training rows when absent.', {
      examples: [[4], 'data/validation.csv'],
    }),
    test: values('column: the values of test rows. files: their location.', { examples: [[5], 'data/test.csv'] }),
    split_method: text('A function in `steps/split.ts` that gives `TRAINING`, `VALIDATION` or `TEST` for each row.', {
      examples: ['splitByYear'],
    }),
    post_split_filter_method: text('A function in `steps/split.ts` that says which training rows to keep.', { examples: ['keepRow'] }),
    post_split_method: text('A function in `steps/split.ts` from the three tables to three tables of the same columns.'),
    skip_data_profiling: skipProfiling,
    ...patience,
  },
  'How the rows are divided into training, validation and test.',
);

const transform: JsonObject = mapping(
  {
    using: choice(TRANSFORMERS, 'The prepared transformer, the `operations` below, or a function of your own.', {
      default: DEFAULTS.transform.using,
    }),
    transformer_method: text('A function in `steps/transform.ts` that returns an unfitted transformer.', { examples: ['transformerFn'] }),
    operations,
    impute: choice(IMPUTERS, 'How missing values are filled.', { default: DEFAULTS.transform.impute }),
    encode: choice(ENCODERS, 'How categories become numbers.', { default: DEFAULTS.transform.encode }),
    target: choice(
      TARGET_TRANSFORMS,
      'Learn the logarithm of the target, and predict in its own units: for prices, sizes and durations, where errors are shares. `log` for targets above 0, `log1p` (the logarithm of 1 + y) for those above −1. Metrics are in the units of the target.',
    ),
    skip_data_profiling: skipProfiling,
    ...patience,
  },
  'How columns become features.',
);

const searchedParam: JsonObject = mapping(
  {
    values: { type: 'array', minItems: 1, description: 'The values to choose from, each as likely.' },
    distribution: choice(
      DISTRIBUTION_NAMES,
      'The distribution to draw from. The bounds of one that begins with `log` or `qlog` are natural logarithms.',
    ),
    low: number('Lower bound.'),
    high: number('Upper bound. Of `randint` exclusive.'),
    upper: integer('Upper bound of `randint`, exclusive: integers from 0.', { minimum: 1 }),
    q: number('Step of a rounded distribution: values are its multiples.', { exclusiveMinimum: 0 }),
    mu: number('Mean.'),
    sigma: number('Standard deviation.', { exclusiveMinimum: 0 }),
    p_options: {
      type: 'array',
      minItems: 1,
      description: 'pchoice: the values with their probabilities, as pairs `[probability, value]`.',
      examples: [
        [
          [0.8, 'gini'],
          [0.2, 'entropy'],
        ],
      ],
    },
    steps: integer('grid: how many points of a distribution to try, evenly by position.', { minimum: 1 }),
  },
  'What to try for one parameter: `values`, or a `distribution` with its numbers.',
);

const tuning: JsonObject = mapping(
  {
    enabled: flag('Whether to search for hyperparameters.'),
    algorithm: choice([...SEARCHES, ...foreignWords(SEARCHES)], 'The search algorithm. The names of hyperopt are read as ours.', {
      default: DEFAULTS.tuning.algorithm,
    }),
    max_trials: integer('How many trials to run, beside the one with `estimator_params` alone. Of `grid`, all points when absent.', {
      minimum: 1,
    }),
    time_budget_secs: integer('Seconds after which no further trial begins. What is found then depends on the machine.', { minimum: 1 }),
    seed: integer('Every draw of the search derives from it. That of `train` when absent.', SEED),
    parallelism: integer('How many trials run at once. It changes no result.', { minimum: 1 }, { default: DEFAULTS.tuning.parallelism }),
    sample_fraction: number(
      'Share of the training rows that a trial sees: the same rows in each. The winner is trained on all.',
      { exclusiveMinimum: 0, maximum: 1 },
      { default: DEFAULTS.tuning.sample_fraction },
    ),
    early_stop_fn: text('A function in `steps/train.ts` that is given the trials after each batch and says whether to stop.', {
      examples: ['noProgress'],
    }),
    resource: text(
      'successive_halving: what the first trials have little of: `n_samples`, the training rows, or an integer parameter such as `n_estimators`.',
      { default: DEFAULTS.tuning.resource, examples: ['n_samples', 'n_estimators'] },
    ),
    factor: integer(
      'successive_halving: one of so many trials goes on, with so many times the resource.',
      { minimum: 2 },
      {
        default: DEFAULTS.tuning.factor,
      },
    ),
    parameters: named(searchedParam, 'The parameters to search over, by name.', {
      examples: [{ learning_rate: { distribution: 'loguniform', low: -5, high: -1 }, max_leaves: { values: [15, 31, 63] } }],
    }),
  },
  'Search for hyperparameters.',
  { required: ['enabled'] },
);

function train(estimators: EstimatorSpecs): JsonObject {
  const rules = [...ESTIMATORS, AUTOML as typeof AUTOML].map((name) => ({
    if: usesEstimator(name),
    // biome-ignore lint/suspicious/noThenProperty: `then` is a keyword of JSON Schema; this is no promise
    then: { properties: { estimator_params: mapping(paramsToJsonSchema(estimators[name]), `Parameters of \`${name}\`.`) } },
  }));
  return mapping(
    {
      using: choice([...ESTIMATORS, 'custom', AUTOML, ...foreignWords([AUTOML])], 'The estimator, or a function of your own.', {
        default: DEFAULTS.train.using,
      }),
      estimator_method: text('A function in `steps/train.ts` that returns an unfitted estimator.', { examples: ['estimatorFn'] }),
      estimator_params: { type: 'object', description: 'Hyperparameters. With `custom` they are passed to the function.', default: {} },
      seed: integer('Every random draw of the training derives from it.', SEED, { default: DEFAULTS.train.seed }),
      predict_scores_for_all_classes: flag(
        'Classification: one score column for each class.',
        DEFAULTS.train.predict_scores_for_all_classes,
      ),
      predict_prefix: text('Classification: what the names of prediction columns begin with.', { default: DEFAULTS.train.predict_prefix }),
      ...classificationKeys,
      cross_validation: crossValidation,
      tuning,
      time_budget_secs: integer(
        'automl: seconds after which no new model is tried. What is found then depends on the machine; without it `max_trials` models are tried, and the result is the same everywhere.',
        { minimum: 1 },
      ),
      flaml_params: { type: 'object', description: 'automl: what MLflow Recipes hands to FLAML. Read, and without effect here.' },
      skip_data_profiling: skipProfiling,
      ...patience,
    },
    'How the model is trained.',
    { allOf: rules },
  );
}

/** Gradient boosting is also what runs when neither an estimator nor a function is named. */
function usesEstimator(name: string): JsonObject {
  const called = (word: string): JsonObject => ({ properties: { using: { const: word } }, required: ['using'] });
  if (name === AUTOML) return { anyOf: [name, ...foreignWords([name])].map(called) };
  const named = called(name);
  if (name !== DEFAULTS.train.using) return named;
  return { anyOf: [named, { not: { anyOf: [{ required: ['using'] }, { required: ['estimator_method'] }] } }] };
}

const evaluate: JsonObject = mapping(
  {
    validation_criteria: list(
      mapping(
        {
          metric: text('A metric of the task or of `custom_metrics`.', { examples: ['root_mean_squared_error', 'f1_score'] }),
          threshold: number('What the test set must reach, or may at most reach where less is better.'),
        },
        'One demand on the model.',
        { required: ['metric', 'threshold'] },
      ),
      'What the model must meet before it is registered.',
    ),
    explain: mapping(
      {
        enabled: flag('Whether predictions are explained. Permutation importance is always measured.', EXPLAIN_DEFAULTS.enabled),
        rows: integer(
          'Test rows whose predictions are taken apart, drawn by chance, at most; fewer for models of many leaves unless it is said here.',
          { minimum: 1, maximum: 100_000 },
          { default: EXPLAIN_DEFAULTS.rows },
        ),
        features: integer(
          'How many columns get a curve of partial dependence: those that the model uses most.',
          { minimum: 0, maximum: 12 },
          { default: EXPLAIN_DEFAULTS.features },
        ),
      },
      'What the card says about why the model predicts what it does.',
    ),
    ...patience,
  },
  'How the model is judged.',
);

const register: JsonObject = mapping(
  {
    allow_non_validated_model: flag('Register a model that no criteria confirmed.', DEFAULTS.register.allow_non_validated_model),
    model_name: text('Name in the registry. The name of the folder when absent; `model_registry.model_name` comes first.'),
    registry_uri: text('Address of the registry. The tracking store when absent; `model_registry.registry_uri` comes first.'),
    ...patience,
  },
  'Where the model goes.',
);

const output: JsonObject = {
  using: choice(OUTPUTS, 'The format of the scored table.', { examples: ['parquet'] }),
  location: text('Where the scored table is written.', { examples: ['data/scored.parquet'] }),
};

const predict: JsonObject = mapping(
  {
    output: mapping(output, 'Where the scored table goes.'),
    ...output,
    model_uri: text(
      'The model to score with: `models:/NAME/VERSION`, `models:/NAME/latest`, `models:/NAME@ALIAS`, `runs:/RUN/model` or a folder. The latest registered version when absent, else the model of the last run.',
      { examples: ['models:/houses/latest', 'models:/houses@champion'] },
    ),
    result_type: choice(
      RESULT_TYPES,
      'Type of the prediction column. A number for a regression, the type of the target for classes when absent.',
    ),
    save_mode: choice(SAVE_MODES, 'What to do when the output exists.', { default: DEFAULTS.predict.save_mode }),
    skip_data_profiling: skipProfiling,
    ...patience,
  },
  'How new data are scored.',
);
