/**
 * The schema of a resolved recipe, hand-written as data (JSON Schema draft-07). The generator makes
 * from it the validator, the TypeScript types and the schema that editors read. Never imported on a
 * user's path.
 */
import type { JsonObject } from '../../schema/json.ts';
import { COLUMN_TYPES, RECIPES, ROLES } from '../vocabulary.ts';
import { choice, flag, list, mapping, NOT_BLANK, named, text } from './define.ts';
import { type EstimatorSpecs, stepsSchema } from './steps-schema.ts';
import { cache, resources } from './surroundings-schema.ts';

export function recipeSchema(estimators: EstimatorSpecs): JsonObject {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Recipe',
    ...mapping(
      {
        recipe: choice(
          [...RECIPES, ...RECIPES.map((name) => name.replace('/', '@'))],
          'The template: which steps there are and how a model is judged.',
          {
            examples: RECIPES,
          },
        ),
        target_col: text('The column to predict.', { examples: ['price'] }),
        positive_class: {
          type: ['string', 'number', 'boolean'],
          pattern: NOT_BLANK,
          description: 'Classification with two classes: the one that counts as positive. Found from the data when absent.',
        },
        primary_metric: text('The metric that ranks runs: `root_mean_squared_error`, `f1_score` or `f1_score_macro` when absent.', {
          examples: ['root_mean_squared_error', 'f1_score'],
        }),
        custom_metrics: list(customMetric, 'Metrics of your own.'),
        columns: named(
          column,
          'What columns are for, by name or by a pattern in which `*` stands for any characters and `?` for one. An exact name comes before patterns, a longer pattern before a shorter one. A column that nothing is said of is a feature.',
          { examples: [{ customer_id: { role: 'id' } }, { '*_code': { type: 'category' } }] },
        ),
        steps: stepsSchema(estimators),
        experiment,
        model_registry: modelRegistry,
        cache,
        resources,
      },
      'A recipe of mlrecipe.',
      { required: ['recipe', 'target_col', 'steps'] },
    ),
  };
}

const customMetric: JsonObject = mapping(
  {
    name: text('How criteria, cards and tracking call it.'),
    function: text('A function in `steps/custom_metrics.ts` from the predictions and the built-in metrics to a number.'),
    greater_is_better: flag('Whether a larger value is a better model.'),
  },
  'One metric.',
  { required: ['name', 'function', 'greater_is_better'] },
);

const column: JsonObject = mapping(
  {
    role: choice(
      ROLES,
      '`feature` is learned from, also when it looks like an id. `id` names a row and is kept beside it. `time` orders the rows: the earliest train, the last test; it is learned from as any date is. `group`: rows with the same value never straddle two parts; not learned from. `weight` says how much a row counts in training and in every metric. `ignore` is left out.',
    ),
    type: choice(
      COLUMN_TYPES,
      'How values are read, instead of as they look. `category` keeps what is written, such as `007`, and treats it as the name of a class; `text` keeps it too, and `auto` counts its words.',
    ),
    format: text(
      'How dates or times are written where it is not `2024-02-29`, in the letters of `strptime`. Without `type` the column is a date, or with `%H` or `%I` a timestamp.',
      { examples: ['%d/%m/%Y', '%m/%d/%y %H:%M'] },
    ),
    sensitive: flag(
      'Whether cards, logs and messages must not show its values. A model may still learn from it, and then holds what it learned.',
      false,
    ),
    reason: text('Why, for the card.'),
  },
  'What one column, or those of a pattern, are for.',
);

const experiment: JsonObject = mapping(
  {
    name: text('Experiment that runs are recorded in. The name of the folder when absent.'),
    id: { type: ['string', 'integer'], description: 'Experiment by its id; `name` comes first.' },
    tracking_uri: text('Where runs are recorded.', { examples: ['sqlite:///mlflow.db', 'https://mlflow.example.org'] }),
    artifact_location: text('Where the files of a new experiment go.', { examples: ['./mlartifacts'] }),
    run_name_prefix: text('What the names of runs begin with.'),
    tags: named({ type: ['string', 'number', 'boolean'] }, 'Tags of every run.'),
  },
  'Where runs are recorded.',
);

const modelRegistry: JsonObject = mapping(
  {
    model_name: text('Name in the registry. The name of the folder when absent.'),
    registry_uri: text('Address of the registry. The tracking store when absent.'),
    uri: text('An old word for `registry_uri` that was never read.'),
  },
  'Where models are registered.',
);
