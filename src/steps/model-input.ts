/** The model among the inputs of a step: its files come as `model:model.json` and so on, and lie in one folder. */
import { dirname } from 'node:path';
import type { StepContext } from './define.ts';

export const MODEL_ROLE = 'model:';

/** Absolute path of the model's folder, by the file that every model has. */
export function modelFolder({ inputs }: Pick<StepContext, 'inputs'>): string {
  const path = inputs[`${MODEL_ROLE}transformer.json`];
  if (path === undefined) throw new Error('the step is given no model');
  return dirname(path);
}

/** How to call the model to a person: `models:/houses/3`. */
export function modelName({ inputNames }: Pick<StepContext, 'inputNames'>): string {
  return inputNames[`${MODEL_ROLE}transformer.json`] ?? 'the model';
}
