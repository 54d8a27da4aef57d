/**
 * How features become the columns of a linear model. A missing or infinite number becomes the
 * training mean; a category becomes one 0/1 column a level, and an unknown or missing level is 0 in
 * all of them.
 */
import type { FeatureMatrix } from '../estimator.ts';

/** What is learned about a feature before fitting; part of the saved model. */
export type PreparedFeature =
  /** Enters as (value − centre) / scale. `fill` stands for a missing value; scale 0 is a constant feature, which is left out. */
  | { readonly kind: 'numeric'; readonly name: string; readonly fill: number; readonly centre: number; readonly scale: number }
  | { readonly kind: 'categorical'; readonly name: string; readonly levels: number };

/** Columns that the feature takes in the model. */
export function widthOf(feature: PreparedFeature): number {
  return feature.kind === 'numeric' ? 1 : feature.levels;
}

/**
 * Learn means and standard deviations (population, weighted) from the training rows. With `centre`
 * false, columns are scaled only, as a model without intercept needs it.
 */
export function prepareFeatures(x: FeatureMatrix, weight: Float64Array, centre: boolean): readonly PreparedFeature[] {
  return x.features.map((feature, index) => {
    if (feature.kind === 'categorical') return { kind: 'categorical', name: feature.name, levels: feature.levels ?? 0 };
    const { mean, deviation } = momentsOf(x.columns[index] as Float64Array, weight);
    return { kind: 'numeric', name: feature.name, fill: mean, centre: centre ? mean : 0, scale: deviation };
  });
}

/** Mean of the numbers present; standard deviation over all rows with the others filled by that mean. */
function momentsOf(column: Float64Array, weight: Float64Array): { readonly mean: number; readonly deviation: number } {
  let total = 0;
  let present = 0;
  let mean = 0;
  let rows = 0;
  for (let row = 0; row < column.length; row++) {
    const w = weight[row] as number;
    const value = column[row] as number;
    if (w === 0) continue;
    total += w;
    if (!Number.isFinite(value)) continue;
    present += w;
    rows++;
    // A running mean does not overflow and is exact for a constant column.
    mean += (w / present) * (value - mean);
  }
  let squares = 0;
  for (let row = 0; row < column.length; row++) {
    const value = column[row] as number;
    if (Number.isFinite(value)) squares += (weight[row] as number) * (value - mean) ** 2;
  }
  const variance = total > 0 ? squares / total : 0;
  // Below this the spread is rounding of a constant: Chan, Golub and LeVeque, The American Statistician 37 (1983) 242.
  const noise = (rows * mean * Number.EPSILON) ** 2 + rows * variance * Number.EPSILON;
  return { mean: mean + 0, deviation: variance > noise && Number.isFinite(variance) ? Math.sqrt(variance) : 0 };
}

/** Codes outside 0 … levels − 1 become −1. */
export function levelCodes(column: Float64Array, levels: number): Int32Array {
  const codes = new Int32Array(column.length);
  for (let row = 0; row < column.length; row++) {
    const code = column[row] as number;
    codes[row] = code >= 0 && code < levels && Number.isInteger(code) ? code : -1;
  }
  return codes;
}
