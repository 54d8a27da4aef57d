/** The schema of `expect`: what must hold of the data before anything is learned from them. Data. */
import type { JsonObject } from '../../schema/json.ts';
import { OTHER_COLUMNS, SEVERITIES } from '../vocabulary.ts';
import { choice, flag, integer, list, mapping, named, text } from './define.ts';

const severity = choice(SEVERITIES, 'What a failure does: `error` fails the step, `warn` is a finding on the card.', { default: 'error' });

const bound = (description: string): JsonObject => ({
  type: ['number', 'string'],
  pattern: '\\S',
  description,
  examples: [0, '2024-01-31'],
});

const rows: JsonObject = mapping(
  {
    min: integer('At least so many.', { minimum: 0 }),
    max: integer('At most so many.', { minimum: 0 }),
    severity,
  },
  'How many rows there are. With `--sample` all rows count, not those of the sample.',
);

const column: JsonObject = mapping(
  {
    not_null: flag('No value is missing.'),
    max_missing: {
      type: ['string', 'number'],
      pattern: '\\S',
      description: 'At most this share of the values is missing: `5%` or `0.05`.',
      examples: ['5%', 0.05],
    },
    unique: flag('No value occurs twice. Missing ones are not compared.'),
    min: bound('No number is below, no date is before this.'),
    max: bound('No number is above, no date is after this. A date without a time means the whole day.'),
    in: list({ type: ['string', 'number', 'boolean'] }, 'The values that may occur.', {
      minItems: 1,
      examples: [['Ideal', 'Premium', 'Good']],
    }),
    matches: text('A regular expression that each text must match; somewhere, unless `^` and `$` tie it to its ends.', {
      examples: ['^[A-Z]{3}$'],
    }),
    severity,
  },
  'What must hold of one column, or of those of a pattern. `{}` only asks for the column to be there. Missing values are judged by `not_null` and `max_missing` alone.',
);

const check: JsonObject = mapping(
  {
    sql: text('An SQL expression over the columns of a row. A row where it is false fails; one where it is NULL does not.', {
      examples: ['low <= high'],
    }),
    unique: list(
      { type: 'string', pattern: '\\S' },
      'Columns of which no two rows have the same values. Rows that miss one of them are not compared.',
      {
        minItems: 1,
        examples: [['customer', 'day']],
      },
    ),
    message: text('What to do when it fails, for whoever reads that.'),
    severity,
  },
  'One check of rows: `sql` or `unique`. The name is what people read.',
);

export const expect: JsonObject = mapping(
  {
    rows,
    columns: named(
      column,
      'What must hold of columns, by name or by a pattern in which `*` stands for any characters and `?` for one. A column that is named must be there.',
      { examples: [{ price: { not_null: true, min: 0 } }] },
    ),
    other_columns: choice(OTHER_COLUMNS, 'What columns do that neither `expect.columns` nor `target_col` names.', { default: 'allow' }),
    checks: named(check, 'Checks of whole rows, by a name that says what holds.', {
      examples: [{ 'low is at most high': { sql: 'low <= high' } }],
    }),
  },
  'What must hold of the data. All that does not is told at once, with the first rows.',
);
