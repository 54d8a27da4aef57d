/** From a model folder back to something that predicts. Code of the user is asked for by name, never found in the folder. */
import type { FittedModel } from '../ml/estimator.ts';
import { restoreModel } from '../ml/restore.ts';
import { inOriginalUnits } from '../ml/target-transform.ts';
import type { Json } from '../schema/json.ts';
import type { SavedModel } from './saved-model.ts';

export type RestoreCustom = (
  custom: NonNullable<SavedModel['estimator']['custom']>,
  state: Json,
  classCount: number | undefined,
) => Promise<FittedModel>;

/** Predicts in the units of the target. */
export async function restoreSaved(model: SavedModel, restoreCustom: RestoreCustom): Promise<FittedModel> {
  return inOriginalUnits(await restoreEstimator(model, restoreCustom), model.target_transform);
}

async function restoreEstimator({ estimator, classes }: SavedModel, restoreCustom: RestoreCustom): Promise<FittedModel> {
  if (estimator.custom !== undefined) return restoreCustom(estimator.custom, estimator.state, classes?.length);
  return restoreModel(estimator.name, estimator.state);
}
