/** What `steps.train` says of classes and of cross-validation, with its defaults. */
import type { RecipeInput } from './generated/recipe-types.ts';
import type { ClassesParams, CrossValidationParams, ThresholdParams } from './recipe.ts';
import { FOLDS, MINORITY_SHARE } from './vocabulary.ts';

type Input = NonNullable<RecipeInput['steps']['train']>;

/** `undefined` where nothing is said. */
export function classesParams(input: Input): ClassesParams | undefined {
  const share = input.resampling_minority_percentage ?? MINORITY_SHARE;
  const params: ClassesParams = {
    ...(input.class_weight !== undefined && { class_weight: input.class_weight as NonNullable<ClassesParams['class_weight']> }),
    ...(input.rebalance_training_data === true && { rebalance: share }),
    ...(input.calibrate_proba !== undefined && { calibrate_proba: input.calibrate_proba }),
    ...(input.threshold !== undefined && { threshold: input.threshold as ThresholdParams }),
  };
  return Object.keys(params).length === 0 ? undefined : params;
}

export function crossValidation(input: NonNullable<Input['cross_validation']>): CrossValidationParams | false {
  if (input === false) return false;
  if (input === true) return { folds: FOLDS, repeats: 1, stratify: true };
  if (typeof input === 'number') return { folds: input, repeats: 1, stratify: true };
  return { folds: input.folds ?? FOLDS, repeats: input.repeats ?? 1, stratify: input.stratify ?? true };
}
