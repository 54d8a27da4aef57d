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
}

export const OPERATIONS = {
  derive: {
    doc: 'New columns from SQL expressions over one row: no query, no other row, nothing that differs from call to call. Each expression sees the columns that the operations before leave.',
    params: { expressions: { kind: 'expressions', isRequired: true, doc: 'The new columns by name, each with its expression.' } },
    short: { param: 'expressions', only: true },
    makes: ['{expressions}'],
    consumes: false,
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
        choices: ['standard', 'min_max'],
        default: 'standard',
        doc: '`standard`: mean 0 and standard deviation 1. `min_max`: 0 at the least and 1 at the greatest value.',
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
    },
    short: { param: 'columns', only: false },
    makes: [],
    consumes: false,
  },
  date_parts: {
    doc: 'Columns `NAME_PART` of numbers instead of a date; Monday is 1.',
    params: {
      columns: { kind: 'columns', doc: 'All dates when absent.' },
      parts: {
        kind: 'choices',
        choices: ['year', 'quarter', 'month', 'day', 'day_of_week', 'day_of_year', 'hour', 'minute'],
        default: ['month', 'day', 'day_of_week', 'hour'],
        doc: 'The parts.',
      },
      cyclic: {
        kind: 'boolean',
        default: false,
        doc: 'Whether each part becomes a sine and a cosine, `NAME_PART_sin` and `NAME_PART_cos`, so that December is near January.',
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
