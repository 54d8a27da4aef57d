/** From a resolved tree to a recipe: shape first, then what the shape cannot say, everything at once. */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { shapeViolations } from './check-shape.ts';
import { checkAmbiguousValues } from './checks/ambiguous-values.ts';
import { checkBoostingObjective } from './checks/boosting-objective.ts';
import { checkCache } from './checks/cache.ts';
import { checkClasses } from './checks/classes.ts';
import { checkColumns } from './checks/columns.ts';
import { checkCustomSteps } from './checks/custom-steps.ts';
import { checkDataColumns, checkScoringColumns } from './checks/data-columns.ts';
import { checkExpectations } from './checks/expect.ts';
import { checkForestParams } from './checks/forest-params.ts';
import { checkLinearParams } from './checks/linear-params.ts';
import { checkLocations, type LocationCheck } from './checks/locations.ts';
import { checkMetrics } from './checks/metrics.ts';
import { checkNotSupported } from './checks/not-supported.ts';
import { checkOperations } from './checks/operations.ts';
import { checkPredict } from './checks/predict.ts';
import { checkResources } from './checks/resources.ts';
import { checkSections } from './checks/sections.ts';
import { checkSplit } from './checks/split.ts';
import { checkTargetTransform } from './checks/target-transform.ts';
import { checkTuning } from './checks/tuning.ts';
import { complete } from './complete.ts';
import { unknownEmptyKeys } from './empty-keys.ts';
import { explainViolations } from './explain-violation.ts';
import type { RecipeInput } from './generated/recipe-types.ts';
import { recipeSchema } from './generated/validate-recipe.ts';
import { type LocatedNode, toValue } from './located.ts';
import type { Task } from './metric-names.ts';
import type { Recipe } from './recipe.ts';
import { RecipeView } from './view.ts';

export interface Checked {
  readonly diagnostics: readonly Diagnostic[];
  /** What stops a run although the recipe is valid. */
  readonly unavailable: readonly Diagnostic[];
  /** Gives the recipe. Only to be called when no stage reported an error. */
  readonly complete: () => Recipe;
}

export function checkRecipe(tree: LocatedNode, where: LocationCheck & { readonly name: string }): Checked {
  const view = new RecipeView(tree);
  const value = toValue(tree);
  const violations = [...shapeViolations(value), ...unknownEmptyKeys(tree, recipeSchema)];
  if (violations.length > 0) explainViolations(view, violations, recipeSchema());
  checkCustomSteps(view);
  checkSections(view);
  checkSplit(view, taskOf(view));
  checkNotSupported(view);
  checkTuning(view, recipeSchema);
  checkMetrics(view, taskOf(view));
  checkTargetTransform(view, taskOf(view));
  checkBoostingObjective(view, taskOf(view));
  checkForestParams(view, taskOf(view));
  checkLinearParams(view, taskOf(view));
  checkClasses(view, taskOf(view));
  checkColumns(view);
  checkOperations(view);
  checkExpectations(view);
  checkAmbiguousValues(view);
  checkPredict(view);
  checkCache(view);
  checkResources(view);
  const readers = checkLocations(view, where);
  checkDataColumns(view, where, readers.get('ingest'), taskOf(view));
  checkScoringColumns(view, where, readers.get('ingest_scoring'));
  // The one place where a value of unknown shape becomes typed: the validator has accepted it.
  return {
    diagnostics: view.diagnostics,
    unavailable: view.unavailable,
    complete: () => complete(value as RecipeInput, { name: where.name, readers }),
  };
}

function taskOf(view: RecipeView): Task | undefined {
  const recipe = view.text('recipe')?.replace('@', '/');
  return recipe === 'regression/v1' ? 'regression' : recipe === 'classification/v1' ? 'classification' : undefined;
}
