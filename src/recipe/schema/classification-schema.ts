/** The schema of what `steps.train` says of classes, their probabilities and labels, and of cross-validation. Data. */
import type { JsonObject } from '../../schema/json.ts';
import { CALIBRATIONS, FOLDS, MINORITY_SHARE, THRESHOLD_METRICS } from '../vocabulary.ts';
import { choice, flag, integer, mapping, number } from './define.ts';

const threshold: JsonObject = {
  ...mapping(
    {
      metric: choice(THRESHOLD_METRICS, 'The metric that is best there on the validation rows.'),
      cost: mapping(
        {
          false_positive: number('Of a negative row that is called positive.', { minimum: 0 }),
          false_negative: number('Of a positive row that is called negative.', { minimum: 0 }),
        },
        'What mistakes cost. The threshold is where they cost least on the validation rows.',
        { required: ['false_positive', 'false_negative'] },
      ),
    },
    'Binary classification: from which probability on a row is called positive. `auto` chooses it on the validation rows for the primary metric, which is also done unasked where the smaller class has under 20 % of the training rows; a number is taken as it is; `metric` or `cost` say what to choose it by.',
    { minProperties: 1 },
  ),
  type: ['string', 'number', 'object'],
  pattern: '^auto$',
  exclusiveMinimum: 0,
  exclusiveMaximum: 1,
  examples: ['auto', 0.3, { metric: 'f1_score' }, { cost: { false_positive: 1, false_negative: 5 } }],
};

export const classificationKeys: JsonObject = {
  class_weight: {
    type: ['string', 'object'],
    pattern: '^balanced$',
    additionalProperties: number('How much each row of the class counts.', { exclusiveMinimum: 0 }),
    description:
      'Classification: how much the rows of a class count in training: `balanced`, or a weight by label; a class that is not named counts 1. Metrics stay unweighted.',
    examples: ['balanced', { yes: 5 }],
  },
  calibrate_proba: choice(
    CALIBRATIONS,
    'Classification: make probabilities come true, learned on folds of the training rows that a model had not seen: `sigmoid` is Platt scaling, `isotonic` any non-decreasing function, which needs many rows.',
  ),
  threshold,
  rebalance_training_data: flag(
    'Binary classification: leave out rows of the larger class, drawn by the seed. Probabilities are corrected back to the base rate.',
    false,
  ),
  resampling_minority_percentage: number(
    'Share of the smaller class to reach by `rebalance_training_data`.',
    { exclusiveMinimum: 0, exclusiveMaximum: 1 },
    { default: MINORITY_SHARE },
  ),
};

export const crossValidation: JsonObject = {
  ...mapping(
    {
      folds: integer('How many parts; each is held out once.', { minimum: 2 }, { default: FOLDS }),
      repeats: integer('How often, with other folds each time.', { minimum: 1 }, { default: 1 }),
      stratify: flag('Classification: the same share of each class in all folds.', true),
    },
    'Train again on folds of the training rows, the transform fitted in each, and say how far the metrics spread. A number is that of the folds. By itself with fewer than 2,000 rows; `false` leaves it out.',
  ),
  type: ['integer', 'boolean', 'object'],
  minimum: 2,
  examples: [5, { folds: 5, repeats: 3 }, false],
};
