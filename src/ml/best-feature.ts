/**
 * The best model of a single feature: means, or class shares, of up to 16 groups of its values. A model of all features
 * that is no better has learned nothing from the others.
 */
import type { Feature, FeatureMatrix, Target } from './estimator.ts';
import { ones } from './metrics/measurable.ts';
import { derive, Random } from './random.ts';
import { equalCuts, placeNumbers } from './statistics/groups.ts';
import { takeRows, takeTarget } from './take-rows.ts';

export interface BestFeature {
  readonly feature: Feature;
  /** Values, or class codes. */
  predict(x: FeatureMatrix): Float64Array;
  /** Row-major `rows × classes`. Absent for a regression. */
  readonly predictProba?: (x: FeatureMatrix) => Float64Array;
}

const GROUPS = 16;
/** Groups are drawn towards the mean of all rows as if they had so many rows more of it. */
const SMOOTHING = 10;
/** More rows, or cells, than this move no mean that matters; a seeded sample of them is looked at. */
const MOST_ROWS = 50_000;
const MOST_CELLS = 2_000_000;

/**
 * Chosen on the training rows by the squared error or log loss of each row under the means of the others, so that a
 * feature with as many values as rows does not win. `undefined` without features or without weight.
 */
export function fitBestFeature(
  x: FeatureMatrix,
  y: Target,
  { seed, sampleWeight = ones(x.rowCount) }: { readonly seed: number; readonly sampleWeight?: Float64Array | undefined },
): BestFeature | undefined {
  const limit = Math.max(1000, Math.min(MOST_ROWS, Math.floor(MOST_CELLS / Math.max(1, x.features.length))));
  if (x.rowCount > limit) {
    const rows = new Random(derive(seed, 'best feature')).sample(x.rowCount, limit);
    const weight = Float64Array.from(rows, (row) => sampleWeight[row] as number);
    return fitBestFeature(takeRows(x, rows), takeTarget(y, rows), { seed, sampleWeight: weight });
  }
  const total = sampleWeight.reduce((sum, w) => sum + w, 0);
  if (!(total > 0)) return undefined;
  // Around a mean weight of 1 the smoothing counts rows.
  const weight = sampleWeight.map((w) => (w * x.rowCount) / total);
  let best: { readonly index: number; readonly loss: number; readonly groups: FittedGroups } | undefined;
  for (let index = 0; index < x.features.length; index++) {
    const groups = fitGroups(x.columns[index] as Float64Array, x.features[index] as Feature, y, weight);
    if (best === undefined || groups.loss < best.loss) best = { index, loss: groups.loss, groups };
  }
  if (best === undefined) return undefined;
  const { index, groups } = best;
  const feature = x.features[index] as Feature;
  const width = y.kind === 'regression' ? 1 : y.classes.length;
  const valuesOf = (matrix: FeatureMatrix): Float64Array => {
    const codes = groups.codesOf(matrix.columns[index] as Float64Array);
    const values = new Float64Array(codes.length * width);
    codes.forEach((code, row) => {
      for (let k = 0; k < width; k++) values[row * width + k] = groups.values[code * width + k] as number;
    });
    return values;
  };
  if (y.kind === 'regression') return { feature, predict: valuesOf };
  return {
    feature,
    predictProba: valuesOf,
    predict(matrix) {
      const shares = valuesOf(matrix);
      return Float64Array.from({ length: matrix.rowCount }, (_, row) => {
        let code = 0;
        for (let k = 1; k < width; k++) if ((shares[row * width + k] as number) > (shares[row * width + code] as number)) code = k;
        return code;
      });
    },
  };
}

interface FittedGroups {
  readonly codesOf: (values: Float64Array) => Int32Array;
  /** Row-major `groups × width`: the smoothed mean, or the smoothed shares of the classes. */
  readonly values: Float64Array;
  readonly loss: number;
}

function fitGroups(values: Float64Array, feature: Feature, y: Target, weight: Float64Array): FittedGroups {
  const { codesOf, count } = grouping(values, feature);
  const codes = codesOf(values);
  const width = y.kind === 'regression' ? 1 : y.classes.length;
  const sums = new Float64Array(count * width);
  const weights = new Float64Array(count);
  const all = new Float64Array(width);
  for (let row = 0; row < codes.length; row++) {
    const group = codes[row] as number;
    const w = weight[row] as number;
    const [k, value] = y.kind === 'regression' ? [0, y.values[row] as number] : [y.codes[row] as number, 1];
    sums[group * width + k] = (sums[group * width + k] as number) + w * value;
    all[k] = (all[k] as number) + (w * value) / codes.length;
    weights[group] = (weights[group] as number) + w;
  }
  const mean = (group: number, k: number, without: number, w: number): number =>
    ((sums[group * width + k] as number) - without + SMOOTHING * (all[k] as number)) / ((weights[group] as number) - w + SMOOTHING);
  let loss = 0;
  for (let row = 0; row < codes.length; row++) {
    const group = codes[row] as number;
    const w = weight[row] as number;
    if (y.kind === 'regression') loss += w * (mean(group, 0, w * (y.values[row] as number), w) - (y.values[row] as number)) ** 2;
    else loss -= w * Math.log(Math.max(mean(group, y.codes[row] as number, w, w), Number.MIN_VALUE));
  }
  return { codesOf, loss, values: sums.map((_, at) => mean(Math.floor(at / width), at % width, 0, 0)) };
}

/** Missing values, and categories without a code, are a group of their own, the last. */
function grouping(
  values: Float64Array,
  { kind, levels = 0 }: Feature,
): { readonly codesOf: FittedGroups['codesOf']; readonly count: number } {
  if (kind === 'categorical')
    return { count: levels + 1, codesOf: (some) => Int32Array.from(some, (code) => (code >= 0 && code < levels ? code : levels)) };
  const cuts = equalCuts(values, GROUPS);
  return { count: cuts.length + 2, codesOf: (some) => placeNumbers(some, cuts).codes };
}
