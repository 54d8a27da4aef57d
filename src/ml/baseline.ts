/**
 * Models that look at no feature: what any real model must beat. A card says "below baseline" by
 * measuring one of these on the same rows.
 */
import type { Json } from '../schema/json.ts';
import type { FeatureMatrix, FittedModel, Target } from './estimator.ts';
import { argsort } from './metrics/argsort.ts';
import { ones } from './metrics/measurable.ts';
import { weightedMedian } from './metrics/regression.ts';

/**
 * `mean` is best by squared error, `median` by absolute error. `prior` gives each class its share of the
 * training rows and predicts the most frequent; `majority` gives that one probability 1.
 */
export type BaselineStrategy = 'mean' | 'median' | 'prior' | 'majority';

export const BASELINE = 'baseline';

type BaselineState =
  | { readonly version: 1; readonly strategy: 'mean' | 'median'; readonly value: number }
  | { readonly version: 1; readonly strategy: 'prior' | 'majority'; readonly code: number; readonly probabilities: readonly number[] };

/**
 * Default: `mean` for regression, `prior` for classification. Of equally frequent classes the first is
 * predicted. Throws a RangeError for no rows or a strategy of the other task.
 */
export function fitBaseline(
  y: Target,
  options: { readonly strategy?: BaselineStrategy | undefined; readonly sampleWeight?: Float64Array | undefined } = {},
): FittedModel {
  const rowCount = y.kind === 'regression' ? y.values.length : y.codes.length;
  const weight = options.sampleWeight ?? ones(rowCount);
  const total = weight.reduce((sum, w) => sum + w, 0);
  if (!(total > 0)) throw new RangeError('a baseline needs a row with a positive weight');
  const strategy = options.strategy ?? (y.kind === 'regression' ? 'mean' : 'prior');
  if (y.kind === 'regression') {
    if (strategy !== 'mean' && strategy !== 'median') throw new RangeError(`\`${strategy}\` is no baseline of a regression`);
    const value =
      strategy === 'median'
        ? weightedMedian(y.values, argsort(y.values), weight, total)
        : y.values.reduce((sum, target, row) => sum + (target * (weight[row] as number)) / total, 0);
    return baselineModel({ version: 1, strategy, value: value + 0 });
  }
  if (strategy !== 'prior' && strategy !== 'majority') throw new RangeError(`\`${strategy}\` is no baseline of a classification`);
  const shares = new Array<number>(y.classes.length).fill(0);
  y.codes.forEach((code, row) => {
    shares[code] = (shares[code] as number) + (weight[row] as number) / total;
  });
  const code = shares.indexOf(Math.max(...shares));
  const probabilities = strategy === 'prior' ? shares : shares.map((_, other) => (other === code ? 1 : 0));
  return baselineModel({ version: 1, strategy, code, probabilities });
}

/** Read what `toJSON` gave. Throws a TypeError for anything else. */
export function restoreBaseline(json: Json): FittedModel {
  const state = json as unknown as BaselineState | null;
  const isNumber = typeof state === 'object' && state?.version === 1 && 'value' in state && typeof state.value === 'number';
  const isClass = typeof state === 'object' && state?.version === 1 && 'code' in state && Array.isArray(state.probabilities);
  if (!isNumber && !isClass) throw new TypeError('this is not a saved baseline of version 1');
  return baselineModel(state as BaselineState);
}

function baselineModel(state: BaselineState): FittedModel {
  const saved = { estimator: BASELINE, toJSON: () => state as unknown as Json };
  if ('value' in state) {
    return {
      ...saved,
      predict: (x) => new Float64Array(x.rowCount).fill(state.value),
      describe: () => ({ strategy: state.strategy, prediction: state.value }),
    };
  }
  return {
    ...saved,
    predict: (x) => new Float64Array(x.rowCount).fill(state.code),
    predictProba: (x: FeatureMatrix) =>
      Float64Array.from(
        { length: x.rowCount * state.probabilities.length },
        (_, k) => state.probabilities[k % state.probabilities.length] as number,
      ),
    describe: () => ({ strategy: state.strategy, prediction: state.code, probabilities: state.probabilities }),
  };
}
