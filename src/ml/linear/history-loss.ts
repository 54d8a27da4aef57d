/** The loss of a fitted linear model on some rows, for the history of a training. */
import type { FeatureMatrix, Target } from '../estimator.ts';
import type { LinearModel } from './linear-model.ts';

/** Mean squared error or mean log loss. */
export function meanLoss(model: LinearModel, x: FeatureMatrix, y: Target, weight?: Float64Array): number {
  const probabilities = y.kind === 'classification' ? (model.predictProba?.(x) as Float64Array) : undefined;
  const prediction = probabilities === undefined ? model.predict(x) : undefined;
  let sum = 0;
  let total = 0;
  for (let row = 0; row < x.rowCount; row++) {
    const w = weight === undefined ? 1 : (weight[row] as number);
    total += w;
    if (y.kind === 'regression') sum += w * ((prediction?.[row] as number) - (y.values[row] as number)) ** 2;
    else {
      const p = probabilities?.[row * y.classes.length + (y.codes[row] as number)] as number;
      sum -= w * Math.log(Math.max(p, Number.MIN_VALUE));
    }
  }
  return sum / total;
}
