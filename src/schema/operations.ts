/**
 * The operations that a transformer may be made of, each declared once: recipe.yaml, `mlrecipe/steps`, the
 * checks of both, the reference page and what editors propose come from here. What an operation learns
 * and does is in src/data/transform.
 */
import type { OperationParams, OperationValues } from './operation-param.ts';

export interface OperationSpec {
  /** What it does, in a sentence or two. */
  readonly doc: string;
  readonly params: OperationParams;
  /** The parameter that the whole value may stand for: `drop: [a, b]` is `drop: {columns: [a, b]}`. With `only` there is no longer form. */
  readonly short?: { readonly param: string; readonly only: boolean };
  /** The names of the columns that it adds: `{column}` is each that it is for, `{param}` a value or name in it, `*` what the data decide. */
  readonly makes: readonly string[];
  /** Whether the columns that it is for are gone behind it. */
  readonly consumes: boolean;
  /** The columns that it is for are the only ones behind it. */
  readonly keepsOnly?: true;
}

export const OPERATIONS = {
  derive: {
    doc: 'New columns from SQL expressions over one row: no query, no other row, nothing that differs from call to call. Each expression sees the columns that the operations before leave.',
    params: { expressions: { kind: 'expressions', isRequired: true, doc: 'The new columns by name, each with its expression.' } },
    short: { param: 'expressions', only: true },
    makes: ['{expressions}'],
    consumes: false,
  },
  select: {
    doc: 'The columns that are learned from; all others are left out.',
    params: { columns: { kind: 'columns', isRequired: true, doc: 'Must be given.' } },
    short: { param: 'columns', only: false },
    makes: [],
    consumes: false,
    keepsOnly: true,
  },
  drop: {
    doc: 'Columns that are not learned from.',
    params: { columns: { kind: 'columns', isRequired: true, doc: 'Must be given.' } },
    short: { param: 'columns', only: false },
    makes: [],
    consumes: true,
  },
  impute: {
    doc: 'Fills missing values with what the training rows say.',
    params: {
      columns: {
        kind: 'columns',
        doc: 'When absent those that the strategy can fill: numbers and true or false; with `most_frequent` texts too.',
      },
      strategy: {
        kind: 'choice',
        choices: ['mean', 'median', 'most_frequent', 'constant'],
        default: 'median',
        doc: 'What missing values become; `constant` takes `fill_value`.',
      },
      fill_value: { kind: 'value', doc: 'The value of `strategy: constant`: a number for numbers, a text for texts.' },
      indicator: {
        kind: 'boolean',
        default: false,
        doc: 'Whether to add a column `NAME_missing` of 0 and 1 where training rows miss values.',
      },
    },
    short: { param: 'columns', only: false },
    makes: ['{column}_missing'],
    consumes: false,
  },
  scale: {
    doc: 'Brings numbers to one scale, as they are on the training rows.',
    params: {
      columns: { kind: 'columns', doc: 'All numbers when absent.' },
      method: {
        kind: 'choice',
        choices: ['standard', 'min_max', 'robust'],
        default: 'standard',
        doc: '`standard`: mean 0 and standard deviation 1. `min_max`: 0 at the least and 1 at the greatest value. `robust`: median 0 and distance 1 between the quartiles, which a few odd values do not move.',
      },
    },
    short: { param: 'columns', only: false },
    makes: [],
    consumes: false,
  },
  power: {
    doc: 'Makes a skewed number more even: the logarithm, or the power that brings the training rows nearest to a normal distribution.',
    params: {
      columns: { kind: 'columns', doc: 'All numbers when absent.' },
      method: {
        kind: 'choice',
        choices: ['yeo_johnson', 'box_cox', 'log1p'],
        default: 'yeo_johnson',
        doc: '`yeo_johnson` takes any number, `box_cox` those above 0, `log1p` (the logarithm of 1 + x) those above −1. Others are missing.',
      },
    },
    short: { param: 'columns', only: false },
    makes: [],
    consumes: false,
  },
  bin: {
    doc: 'The interval that a number lies in, instead of the number; an interval holds its lower edge. Values outside belong to the first and the last.',
    params: {
      columns: { kind: 'columns', doc: 'All numbers when absent.' },
      n_bins: { kind: 'integer', minimum: 2, maximum: 255, default: 5, doc: 'How many intervals; equal edges become one.' },
      strategy: {
        kind: 'choice',
        choices: ['quantile', 'uniform'],
        default: 'quantile',
        doc: '`quantile`: as many training rows in each. `uniform`: as wide each, between the least and the greatest value.',
      },
      edges: { kind: 'numbers', doc: 'The edges between the intervals in rising order, instead of `n_bins` and `strategy`.' },
      encode: {
        kind: 'choice',
        choices: ['category', 'number'],
        default: 'category',
        doc: '`category`: a category to trees, a column for each interval to linear models. `number`: the number of the interval, from 0.',
      },
    },
    short: { param: 'columns', only: false },
    makes: [],
    consumes: false,
  },
  one_hot: {
    doc: 'A column `NAME_LEVEL` of 0 and 1 for each level; all are 0 where a value is missing or no training row had it.',
    params: {
      columns: { kind: 'columns', doc: 'All texts when absent.' },
      max_levels: {
        kind: 'integer',
        minimum: 1,
        default: 50,
        doc: 'Of more levels the most frequent keep a column, and the others share `NAME_other`.',
      },
      min_frequency: {
        kind: 'number',
        minimum: 0,
        default: 0,
        doc: 'Levels that fewer training rows have share `NAME_other`: a number of rows, or below 1 a share of them.',
      },
      handle_unknown: {
        kind: 'choice',
        choices: ['infrequent_if_exist', 'ignore', 'error'],
        default: 'infrequent_if_exist',
        doc: 'A text that no training row has: counts to `NAME_other` where there is one, else all columns are 0; is 0 everywhere; or fails the step.',
      },
    },
    short: { param: 'columns', only: false },
    makes: ['{column}_*'],
    consumes: true,
  },
  ordinal: {
    doc: 'A code for each level: a category to trees, a column for each code to linear models.',
    params: {
      columns: { kind: 'columns', doc: 'All texts when absent.' },
      order: {
        kind: 'choice',
        choices: ['frequency', 'alphabetical'],
        default: 'frequency',
        doc: 'Which level has the first code: the most frequent one, or the first in the order of characters.',
      },
      max_levels: { kind: 'integer', minimum: 2, default: 255, doc: 'Of more levels the rarer ones share the last code.' },
      min_frequency: {
        kind: 'number',
        minimum: 0,
        default: 0,
        doc: 'Levels that fewer training rows have share the last code: a number of rows, or below 1 a share of them.',
      },
    },
    short: { param: 'columns', only: false },
    makes: [],
    consumes: false,
  },
  target_encode: {
    doc: 'The mean of the target among the training rows with the same text, drawn to the mean of all where they are few; of a class its share, in a column `NAME_CLASS` for each of three or more classes. A training row gets a mean in which it has no part (out of fold); a missing value is a level of its own, and an unknown text gets the mean of all rows.',
    params: {
      columns: { kind: 'columns', doc: 'All texts when absent.' },
      smooth: {
        kind: 'number',
        minimum: 0,
        doc: 'How many rows the mean of all weighs beside those of a level. When absent each level decides by its variance (empirical Bayes).',
      },
      cv: { kind: 'integer', minimum: 2, maximum: 100, default: 5, doc: 'How many folds; a row belongs to one by a hash of its content.' },
      max_levels: { kind: 'integer', minimum: 1, default: 10_000, doc: 'Of more levels the rarer ones are unknown.' },
    },
    short: { param: 'columns', only: false },
    makes: ['{column}_*'],
    consumes: false,
  },
  feature_hash: {
    doc: 'Columns `NAME_hash_0` and so on: of these the text chooses one by its hash, which is 1 there, or −1. Nothing is learned, and no text is unknown; some share a column.',
    params: {
      columns: { kind: 'columns', doc: 'All texts when absent.' },
      n_features: { kind: 'integer', minimum: 2, maximum: 4096, default: 16, doc: 'How many columns.' },
      alternate_sign: {
        kind: 'boolean',
        default: true,
        doc: 'Whether half of the texts are −1, so that those that share a column cancel out instead of adding up.',
      },
    },
    short: { param: 'columns', only: false },
    makes: ['{column}_hash_*'],
    consumes: true,
  },
  word_counts: {
    doc: 'Columns `NAME_word_0` and so on, that count the words of a text: each word belongs to one by its hash. A word is two or more letters, digits or underscores; capitals do not matter.',
    params: {
      columns: { kind: 'columns', doc: 'All texts when absent.' },
      n_features: { kind: 'integer', minimum: 2, maximum: 4096, default: 64, doc: 'How many columns.' },
    },
    short: { param: 'columns', only: false },
    makes: ['{column}_word_*'],
    consumes: true,
  },
  text_length: {
    doc: 'How long a text is, beside the text.',
    params: {
      columns: { kind: 'columns', doc: 'All texts when absent.' },
      units: {
        kind: 'choices',
        choices: ['characters', 'words'],
        default: ['characters', 'words'],
        doc: 'What is counted, as `NAME_characters` and `NAME_words`; a word is as in `word_counts`.',
      },
    },
    short: { param: 'columns', only: false },
    makes: ['{column}_{units}'],
    consumes: false,
  },
  date_parts: {
    doc: 'Columns `NAME_PART` of numbers instead of a date; Monday is 1.',
    params: {
      columns: { kind: 'columns', doc: 'All dates when absent.' },
      parts: {
        kind: 'choices',
        choices: ['year', 'quarter', 'month', 'week', 'day', 'day_of_week', 'day_of_year', 'hour', 'minute', 'second', 'epoch_days'],
        default: ['month', 'day', 'day_of_week', 'hour'],
        doc: 'The parts. `week` is that of ISO 8601; `epoch_days` are days since 1970, with their fraction.',
      },
      cyclic: {
        kind: 'boolean',
        default: false,
        doc: 'Whether each part becomes a sine and a cosine, `NAME_PART_sin` and `NAME_PART_cos`, so that December is near January; `year` and `epoch_days`, which never return, stay as they are.',
      },
    },
    short: { param: 'columns', only: false },
    makes: ['{column}_{parts}', '{column}_{parts}_sin', '{column}_{parts}_cos'],
    consumes: true,
  },
  date_difference: {
    doc: 'The time from one date to another as a column `TO_minus_FROM_UNIT`. Stands before `date_parts`, which takes the dates away.',
    params: {
      from: { kind: 'column', isRequired: true, doc: 'The column of the earlier date.' },
      to: { kind: 'column', isRequired: true, doc: 'The column of the later date.' },
      unit: { kind: 'choice', choices: ['days', 'hours', 'minutes', 'seconds'], default: 'days', doc: 'The unit of the number.' },
    },
    makes: ['{to}_minus_{from}_{unit}'],
    consumes: false,
  },
  rest: {
    doc: 'What becomes of the columns that no operation before it was for: `auto` prepares them as a recipe without operations does, and leaves out ids and columns of one value that no operation named; `drop` leaves them out, `keep` passes them on. At the end texts that are left become codes, and dates that are left are not used.',
    params: { how: { kind: 'choice', choices: ['auto', 'drop', 'keep'], default: 'keep', doc: '`keep` when there is no `rest`.' } },
    short: { param: 'how', only: true },
    makes: ['*'],
    consumes: false,
  },
} as const;

export type OperationName = keyof typeof OPERATIONS;
export const OPERATION_NAMES: readonly OperationName[] = Object.keys(OPERATIONS) as OperationName[];

/** An operation as plain data, with its defaults: what recipe.yaml and `mlrecipe/steps` both make. */
export type OperationData = {
  readonly [Name in OperationName]: { readonly op: Name } & OperationValues<(typeof OPERATIONS)[Name]['params']>;
}[OperationName];
export type OperationOf<Name extends OperationName> = Extract<OperationData, { readonly op: Name }>;

export function operationSpec(name: OperationName): OperationSpec {
  return OPERATIONS[name];
}

export function isOperationName(word: string): word is OperationName {
  return Object.hasOwn(OPERATIONS, word);
}
