/** When `train` makes folds, and what it then has to know: a pure rule, so that a plan knows it too. */
import type { Recipe } from '../recipe/recipe.ts';
import type { JsonObject } from '../schema/json.ts';
import type { TrainParams } from '../steps/train/params.ts';
import { rolesOf } from './column-settings.ts';

/** Estimators that are quick on few rows. Of a neural network, a search and code of the user's nothing is known. */
const QUICK: readonly string[] = ['gradient_boosting', 'random_forest', 'extra_trees', 'decision_tree', 'linear'];
/** Cross-validation comes by itself below so many rows of training and validation, where one split says little. */
const FEW_ROWS = 2000;
/** Twice at most: `cross-validate.ts` stops after the first time where many trees are grown. */
const OWN = { folds: 5, repeats: 2, stratify: true, below: FEW_ROWS } as const;

/** `transform` are the parameters of that step, which is fitted anew in each fold. */
export function foldSettings(recipe: Recipe, transform: object): Pick<TrainParams, 'cross_validation' | 'fold_key'> {
  const { cross_validation: asked, classes } = recipe.steps.train;
  const because = asked === undefined ? whyNotByItself(recipe) : undefined;
  const validated = asked === false || because !== undefined ? undefined : (asked ?? OWN);
  const { split } = recipe.steps;
  const key = split.using === 'split_ratios' ? split.key : undefined;
  // What is drawn on the card of transform changes no fold.
  const { skip_data_profiling: _, ...fitted } = transform as JsonObject;
  return {
    ...(validated !== undefined && { cross_validation: { ...validated, transform: fitted } }),
    ...(because !== undefined && { cross_validation: { skipped_because: because, below: FEW_ROWS } }),
    ...((validated !== undefined || classes?.calibrate_proba !== undefined) && {
      fold_key: { roles: rolesOf(recipe), ...(key !== undefined && { key }) },
    }),
  };
}

/** In half a sentence; `undefined` where nothing is against it. */
function whyNotByItself({ steps, columns }: Recipe): string | undefined {
  const ask = '`cross_validation: 5` in steps.train asks for it';
  const [time] = Object.entries(columns).find(([, { role }]) => role === 'time') ?? [];
  if (time !== undefined) return `\`${time}\` orders the rows in time, and folds would learn from what comes later`;
  if (steps.train.using === 'custom') return `an estimator of your own may take long to train again; ${ask}`;
  if (!QUICK.includes(steps.train.using)) return `\`${steps.train.using}\` may take long to train again; ${ask}`;
  if (steps.transform.using === 'custom') return `a transform of your own may take long to fit again; ${ask}`;
  return steps.train.classes?.calibrate_proba === undefined
    ? undefined
    : `with \`calibrate_proba\` each fold would be trained six times; ${ask}`;
}
