/** Read back a fitted model by the name of the estimator that made it. */
import type { Json } from '../schema/json.ts';
import { restoreAutoml } from './automl/automl-model.ts';
import type { FittedModel } from './estimator.ts';
import { restoreForest } from './forest/forest-model.ts';
import { restoreLinear } from './linear/linear.ts';
import { restoreNeuralNetwork } from './neural/neural-model.ts';
import { restoreGradientBoosting } from './trees/gradient-boosting-model.ts';

const READERS: Readonly<Record<string, (state: Json) => FittedModel>> = {
  gradient_boosting: restoreGradientBoosting,
  random_forest: (state) => restoreForest('random_forest', state),
  extra_trees: (state) => restoreForest('extra_trees', state),
  decision_tree: (state) => restoreForest('decision_tree', state),
  linear: restoreLinear,
  neural_network: restoreNeuralNetwork,
  automl: (state) => restoreAutoml(state, restoreModel),
};

/** The names that `restoreModel` knows. */
export const ESTIMATOR_NAMES: readonly string[] = Object.keys(READERS);

/** Predictions are those of the model that was saved, bit for bit. Throws a RangeError on an unknown name. */
export function restoreModel(name: string, state: Json): FittedModel {
  const read = Object.hasOwn(READERS, name) ? READERS[name] : undefined;
  if (read === undefined) throw new RangeError(`there is no estimator \`${name}\`; known are ${ESTIMATOR_NAMES.join(', ')}`);
  return read(state);
}
