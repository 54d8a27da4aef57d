/**
 * Estimators that are not ours, accepted as they are: objects in the style of ml-random-forest and
 * the mljs family (`train` or `fit`, `predict`, `toJSON`, and `load`, mostly a static method). They
 * see plain arrays of numbers; classes are their codes.
 */
import { describeValue } from '../../data/to-table.ts';
import type { Estimator, FeatureMatrix, FitContext, FittedModel, Target } from '../../ml/estimator.ts';
import { derive } from '../../ml/random.ts';
import type { Json, JsonObject } from '../../schema/json.ts';
import { problem } from '../problem.ts';
import { type ForeignClass, isForeignClass, isOfOneFeature, ofOneFeature, unfitted } from './foreign-class.ts';
import { type MatrixModule, wantsMatrix } from './foreign-matrix.ts';
import { checkedPredictions, checkedProbabilities } from './foreign-predictions.ts';
import { foreignRows } from './foreign-rows.ts';
import type { ForeignEstimator } from './foreign-shape.ts';
import { withSeededRandom } from './seeded-random.ts';

export type { ForeignEstimator } from './foreign-shape.ts';

export const FOREIGN = 'custom';

export function isForeignEstimator(value: unknown): value is ForeignEstimator {
  const candidate = value as Partial<ForeignEstimator> | null | undefined;
  return typeof candidate?.predict === 'function' && (typeof candidate.train === 'function' || typeof candidate.fit === 'function');
}

/**
 * The object as an estimator of ours. A missing number reaches it as NaN: the transform step fills them
 * unless told not to. `where` is the user's function, for messages.
 */
export function adaptForeign(
  returned: ForeignEstimator | ForeignClass,
  params: JsonObject,
  where: string,
  matrix?: MatrixModule,
): Estimator {
  const foreign = isForeignClass(returned) ? unfitted(returned, params, where) : returned;
  return {
    name: FOREIGN,
    params,
    accepts: { missing: false, categorical: false, sampleWeight: takesWeights(foreign) },
    async fit(x: FeatureMatrix, y: Target, { sampleWeight, signal, seed }: FitContext): Promise<FittedModel> {
      if (x.rowCount === 0) throw new RangeError('an estimator needs at least one row');
      signal?.throwIfAborted();
      const labels = y.kind === 'regression' ? Array.from(y.values) : Array.from(y.codes);
      const fit = (foreign.train ?? foreign.fit) as (x: number[][], y: number[], weight?: number[]) => unknown;
      const weight = sampleWeight === undefined || !takesWeights(foreign) ? [] : [Array.from(sampleWeight)];
      const trained = await withSeededRandom(derive(seed, 'foreign'), () =>
        withMatrix(
          matrix,
          () => fit.call(foreign, foreignRows(x), labels, ...weight),
          ({ Matrix }) => fit.call(foreign, new Matrix(foreignRows(x)) as never, Matrix.columnVector(labels) as never, ...weight),
        ),
      );
      const fitted = isForeignFitted(trained) ? trained : foreign;
      // Told here and not by the step that would need them: after a long training, but before a longer run.
      if (typeof fitted.toJSON !== 'function') {
        throw problem(
          'step-failed',
          `the estimator of ${where} has no \`toJSON\`, so the trained model cannot be kept`,
          'add a method `toJSON` that returns the trained model as data',
        );
      }
      if (loaderOf(foreign) === undefined) throw noLoad(where, 'has no `load`');
      return fittedForeign(fitted, y.kind === 'classification' ? y.classes.length : undefined, where, matrix);
    },
  };
}

/** A third parameter, without a default, is the weight of each row. */
function takesWeights(foreign: ForeignEstimator): boolean {
  return (foreign.train ?? foreign.fit)?.length === 3;
}

/** Make the fitted object again from what its `toJSON` gave. `foreign` is what the user's function returns now. */
export function restoreForeign(
  returned: ForeignEstimator | ForeignClass,
  state: Json,
  classCount: number | undefined,
  where: string,
  matrix?: MatrixModule,
): FittedModel {
  const foreign = isForeignClass(returned) ? unfitted(returned, {}, where) : returned;
  const load = loaderOf(foreign);
  if (load === undefined) throw noLoad(where, 'has no `load`');
  // A copy: some libraries go on building in what they are given.
  const loaded = load(structuredClone(state));
  if (!isForeignFitted(loaded)) throw noLoad(where, `has a \`load\` that returned ${describeValue(loaded)}`);
  return fittedForeign(
    isForeignClass(returned) && isOfOneFeature(returned) ? ofOneFeature(loaded) : loaded,
    classCount,
    where,
    matrix,
    state,
  );
}

function isForeignFitted(value: unknown): value is ForeignEstimator {
  return typeof (value as Partial<ForeignEstimator> | null | undefined)?.predict === 'function';
}

/** A method of the object wins over one of its class. */
function loaderOf(foreign: ForeignEstimator): ((state: Json) => unknown) | undefined {
  for (const owner of [foreign, foreign.constructor as { load?: unknown } | undefined]) {
    const load = owner?.load;
    if (typeof load === 'function') return (state) => (load as (state: Json) => unknown).call(owner, state);
  }
  return undefined;
}

function noLoad(where: string, found: string): Error {
  return problem(
    'step-failed',
    `the estimator of ${where} ${found}, so the trained model cannot be used again`,
    'give its class a static method `load` that makes the trained model from what `toJSON` returned',
  );
}

/** A library that calls a matrix's method on rows is asked again with a matrix. Its own fault is told as it was. */
function withMatrix<T>(matrix: MatrixModule | undefined, plain: () => T, wrapped: (module: MatrixModule) => T): T {
  try {
    return plain();
  } catch (error) {
    if (matrix === undefined || !wantsMatrix(error)) throw error;
    try {
      return wrapped(matrix);
    } catch {
      throw error;
    }
  }
}

/** `state` is what the model was restored from: not every library says the same of itself afterwards. */
function fittedForeign(
  fitted: ForeignEstimator,
  classCount: number | undefined,
  where: string,
  matrix?: MatrixModule,
  state?: Json,
): FittedModel {
  const ask = <T>(call: (x: number[][]) => T, x: FeatureMatrix): T =>
    withMatrix(
      matrix,
      () => call(foreignRows(x)),
      ({ Matrix }) => call(new Matrix(foreignRows(x)) as never),
    );
  const model: FittedModel = {
    estimator: FOREIGN,
    // Nothing is asked about no rows: few libraries take an empty matrix.
    predict: (x) =>
      x.rowCount === 0
        ? new Float64Array(0)
        : checkedPredictions(
            ask((rows) => fitted.predict(rows), x),
            x.rowCount,
            classCount,
            where,
          ),
    toJSON() {
      if (state !== undefined) return state;
      const text = JSON.stringify(fitted.toJSON?.()) as string | undefined;
      if (text === undefined)
        throw problem('step-failed', `\`toJSON\` of the estimator of ${where} returned nothing`, 'return the trained model as data');
      // A plain copy: what is kept must be data.
      return JSON.parse(text) as Json;
    },
    describe: () => ({}),
  };
  const { predictProba } = fitted;
  if (classCount === undefined || typeof predictProba !== 'function') return model;
  return {
    ...model,
    predictProba: (x) =>
      x.rowCount === 0
        ? new Float64Array(0)
        : checkedProbabilities(
            ask((rows) => predictProba.call(fitted, rows), x),
            x.rowCount,
            classCount,
            where,
          ),
  };
}
