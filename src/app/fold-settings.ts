/** When `train` makes folds, and what it then has to know: a pure rule, so that a plan knows it too. */
import type { Recipe } from '../recipe/recipe.ts';
import type { JsonObject } from '../schema/json.ts';
import type { TrainParams } from '../steps/train/params.ts';
import { rolesOf } from './column-settings.ts';

/** Estimators that are quick on few rows. Of a neural network, a search and code of the user's nothing is known. */
const QUICK: readonly string[] = ['gradient_boosting', 'random_forest', 'extra_trees', 'decision_tree', 'linear'];
/** Cross-validation comes by itself below so many rows of training and validation, where one split says little. */
const FEW_ROWS = 2000;
/** Repeated three times at most: `cross-validate.ts` stops earlier where many trees are grown. */
const OWN = { folds: 5, repeats: 3, stratify: true, below: FEW_ROWS } as const;

/** `transform` are the parameters of that step, which is fitted anew in each fold. */
export function foldSettings(recipe: Recipe, transform: object): Pick<TrainParams, 'cross_validation' | 'fold_key'> {
  const { cross_validation: asked, classes } = recipe.steps.train;
  const validated = asked === false || (asked === undefined && !comesByItself(recipe)) ? undefined : (asked ?? OWN);
  if (validated === undefined && classes?.calibrate_proba === undefined) return {};
  const { split } = recipe.steps;
  const key = split.using === 'split_ratios' ? split.key : undefined;
  // What is drawn on the card of transform changes no fold.
  const { skip_data_profiling: _, ...fitted } = transform as JsonObject;
  return {
    ...(validated !== undefined && { cross_validation: { ...validated, transform: fitted } }),
    fold_key: { roles: rolesOf(recipe), ...(key !== undefined && { key }) },
  };
}

/** Rows with a time would be measured by models that know what came later. */
function comesByItself({ steps, columns }: Recipe): boolean {
  const hasTime = Object.values(columns).some(({ role }) => role === 'time');
  return QUICK.includes(steps.train.using) && steps.transform.using !== 'custom' && !hasTime;
}
