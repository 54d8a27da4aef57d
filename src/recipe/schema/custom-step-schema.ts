/** The schema of a step of the user's own, and of what every step may say about patience. Data. */
import type { JsonObject } from '../../schema/json.ts';
import { choice, integer, list, mapping, text, textOrList } from './define.ts';

/** Keys of every step. They change no result. */
export const patience: JsonObject = {
  timeout: {
    type: ['string', 'number'],
    description: 'How long one attempt may take, such as `30s`, `10m`, `2h`; a number counts seconds. No limit when absent.',
    examples: ['10m'],
  },
  retries: integer('How often the step is tried again after a failure.', { minimum: 0, maximum: 100 }, { default: 0 }),
};

export const customStep: JsonObject = mapping(
  {
    using: choice(['custom'], 'Makes the section a step of your own.'),
    method: text('The function in `steps/NAME.ts`, NAME being that of the step.', { examples: ['cleanRows'] }),
    needs: {
      type: ['string', 'object'],
      additionalProperties: text('A step and one of its outputs, such as `split.training_data`.'),
      description: 'What it reads: a step, or names with a step and one of its outputs each.',
      examples: ['ingest', { rows: 'split.training_data' }],
    },
    inputs: textOrList(
      'Files that the function reads, as paths or patterns with `*`, `**` and `?`, relative to the folder of recipe.yaml.',
      {
        examples: ['data/zones/*.csv'],
      },
    ),
    outputs: {
      type: ['array', 'object'],
      items: text(''),
      additionalProperties: text('A file, relative to the folder of the outputs.'),
      description: 'What it leaves: files, or names with a file each. When absent, a changed version of the table or tables that it reads.',
      examples: [['report.json'], { report: 'report.json' }],
    },
    env: list(text(''), 'Environment variables that the function sees. Names and values count as inputs; others are not visible.', {
      examples: [['CITY']],
    }),
    params: { type: 'object', description: 'Passed to the function.' },
    ...patience,
  },
  'A step of your own.',
  { required: ['using', 'method', 'needs'] },
);
