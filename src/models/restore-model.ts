/** From a model folder back to something that predicts. Code of the user is asked for by name, never found in the folder. */
import { withAdjustment } from '../ml/classification/adjusted-model.ts';
import { restoreAdjustment } from '../ml/classification/restore-adjustment.ts';
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

/** Predicts in the units of the target; probabilities and labels are those that the model was judged by. Throws a TypeError for an adjustment that is none. */
export async function restoreSaved(model: SavedModel, restoreCustom: RestoreCustom): Promise<FittedModel> {
  const fitted = inOriginalUnits(await restoreEstimator(model, restoreCustom), model.target_transform);
  const classCount = model.classes?.length;
  return model.adjustment === undefined ? fitted : withAdjustment(fitted, restoreAdjustment(model.adjustment, classCount), classCount);
}

async function restoreEstimator({ estimator, classes }: SavedModel, restoreCustom: RestoreCustom): Promise<FittedModel> {
  if (estimator.custom !== undefined) return restoreCustom(estimator.custom, estimator.state, classes?.length);
  return restoreModel(estimator.name, estimator.state);
}
