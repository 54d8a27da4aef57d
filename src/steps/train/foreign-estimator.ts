/**
 * Estimators that are not ours, accepted as they are: objects in the style of ml-random-forest and
 * the mljs family (`train` or `fit`, `predict`, `toJSON`, a static `load`). They see plain arrays
 * of numbers; classes are their codes.
 */
import type { Estimator, FeatureMatrix, FittedModel, Target } from '../../ml/estimator.ts';
import type { Json, JsonObject } from '../../schema/json.ts';

/** What is asked of such an object. */
export interface ForeignEstimator {
  train?(x: number[][], y: number[]): unknown;
  fit?(x: number[][], y: number[]): unknown;
  predict(x: number[][]): ArrayLike<number> | Promise<ArrayLike<number>>;
  predictProba?(x: number[][]): ArrayLike<ArrayLike<number>>;
  toJSON?(): unknown;
}

export const FOREIGN = 'custom';

export function isOwnEstimator(value: unknown): value is Estimator {
  const candidate = value as Partial<Estimator> | null | undefined;
  return typeof candidate?.fit === 'function' && typeof candidate.name === 'string' && typeof candidate.accepts === 'object';
}

export function isForeignEstimator(value: unknown): value is ForeignEstimator {
  const candidate = value as Partial<ForeignEstimator> | null | undefined;
  return typeof candidate?.predict === 'function' && (typeof candidate.train === 'function' || typeof candidate.fit === 'function');
}

/** The object as an estimator of ours. A missing value reaches it as NaN: the transform step fills them unless told not to. */
export function adaptForeign(foreign: ForeignEstimator, params: JsonObject): Estimator {
  return {
    name: FOREIGN,
    params,
    accepts: { missing: false, categorical: false },
    async fit(x: FeatureMatrix, y: Target): Promise<FittedModel> {
      const labels = y.kind === 'regression' ? Array.from(y.values) : Array.from(y.codes);
      const fit = (foreign.train ?? foreign.fit) as (x: number[][], y: number[]) => unknown;
      const returned = await fit.call(foreign, rowsOf(x), labels);
      const fitted = isForeignFitted(returned) ? returned : foreign;
      return fittedForeign(fitted, y.kind === 'classification' ? y.classes.length : undefined);
    },
  };
}

/** Make the fitted object again from what its `toJSON` gave, through its class's static `load`. */
export function restoreForeign(foreign: ForeignEstimator, state: Json, classCount: number | undefined): FittedModel {
  const { load } = foreign.constructor as { load?: (state: Json) => unknown };
  const loaded = typeof load === 'function' ? load.call(foreign.constructor, state) : undefined;
  if (!isForeignFitted(loaded)) throw new TypeError('the estimator has no static `load` that gives back a model with `predict`, so it cannot be used after training');
  return fittedForeign(loaded, classCount);
}

function isForeignFitted(value: unknown): value is ForeignEstimator {
  return typeof (value as Partial<ForeignEstimator> | null | undefined)?.predict === 'function';
}

function fittedForeign(fitted: ForeignEstimator, classCount: number | undefined): FittedModel {
  const model: FittedModel = {
    estimator: FOREIGN,
    predict: (x) => Float64Array.from(fitted.predict(rowsOf(x)) as ArrayLike<number>, Number),
    toJSON() {
      if (typeof fitted.toJSON !== 'function') throw new TypeError('the estimator has no `toJSON`, so the trained model cannot be saved');
      // A plain copy: what is kept must be data.
      return JSON.parse(JSON.stringify(fitted.toJSON())) as Json;
    },
    describe: () => ({}),
  };
  const { predictProba } = fitted;
  if (classCount === undefined || typeof predictProba !== 'function') return model;
  return {
    ...model,
    predictProba(x) {
      const scores = predictProba.call(fitted, rowsOf(x));
      const flat = new Float64Array(x.rowCount * classCount);
      for (let row = 0; row < x.rowCount; row++) for (let code = 0; code < classCount; code++) flat[row * classCount + code] = scores[row]?.[code] ?? 0;
      return flat;
    },
  };
}

function rowsOf({ rowCount, columns }: FeatureMatrix): number[][] {
  return Array.from({ length: rowCount }, (_, row) => columns.map((column) => column[row] as number));
}
