import { defineMetric } from 'mlrecipe';

/** Squared errors, each weighted by the inverse of its prediction: a dollar counts more on a short ride. */
export const weightedMeanSquaredError = defineMetric((rows) => {
  const prediction = rows.column('prediction').data as Float64Array;
  const target = rows.column('target').data as Float64Array;
  let [sum, weights] = [0, 0];
  prediction.forEach((predicted, row) => {
    sum += (predicted - (target[row] ?? 0)) ** 2 / predicted;
    weights += 1 / predicted;
  });
  return sum / weights;
});
