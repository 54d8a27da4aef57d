/**
 * The linear estimator: ridge regression for numbers, logistic regression for classes. It takes
 * missing values and categories as they are; `design.ts` tells what becomes of them.
 */
import type { ParamInput, ParamValues } from '../../schema/param.ts';
import type { Estimator, FeatureMatrix, FitContext, Target } from '../estimator.ts';
import { requiredParams } from '../required-params.ts';
import { Design, levelCodes, type PreparedFeature, prepareFeatures, widthOf } from './design.ts';
import { LINEAR, type LinearFeature, type LinearModel, linearModel } from './linear-model.ts';
import { linearParams } from './linear-params.ts';
import { solveLogistic } from './logistic.ts';
import { type LinearSolution, solveRidge } from './ridge.ts';

export { restoreLinear } from './linear-model.ts';
export { linearParams } from './linear-params.ts';

type Params = ParamValues<typeof linearParams>;

/** Throws one `RangeError` with all problems of the parameters. */
export function linear(input: ParamInput<typeof linearParams> = {}): Estimator {
  const params = requiredParams(LINEAR, linearParams, input);
  return {
    name: LINEAR,
    params,
    accepts: { missing: true, categorical: true },
    fit: (x, y, context) => fitLinear(params, x, y, context),
  };
}

/** Throws a RangeError for no rows, a target that is not finite, or weights that are all 0. */
function fitLinear(params: Params, x: FeatureMatrix, y: Target, context: FitContext): LinearModel {
  if (x.rowCount === 0) throw new RangeError('a linear model needs at least one row');
  const weight = context.sampleWeight ?? new Float64Array(x.rowCount).fill(1);
  if (!weight.some((w) => w > 0)) throw new RangeError('a linear model needs a row with a positive weight');
  const features = prepareFeatures(x, weight, params.fit_intercept);
  const design = new Design(features, x);
  const common = { design, weight, penalty: penaltyOf(features, params), fitIntercept: params.fit_intercept, signal: context.signal };
  const finish = (solution: LinearSolution): LinearModel => toModel(params, features, solution, x, y, weight);
  const { onIteration, validation } = context;

  if (y.kind === 'regression') {
    const bad = y.values.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) throw new RangeError(`row ${bad}: the target must be a finite number; found ${y.values[bad]}`);
    context.signal?.throwIfAborted();
    const model = finish(solveRidge({ ...common, target: y.values }));
    onIteration?.(1, {
      training_loss: lossOf(model, x, y, weight),
      ...(validation && { validation_loss: lossOf(model, validation.x, validation.y, validation.sampleWeight) }),
    });
    return model;
  }
  return finish(
    solveLogistic({
      ...common,
      codes: y.codes,
      classCount: y.classes.length,
      maxIterations: params.max_iter,
      tolerance: params.tolerance,
      onIteration:
        onIteration &&
        ((iteration, solution, loss) =>
          onIteration(iteration, {
            training_loss: loss,
            ...(validation && { validation_loss: lossOf(finish(solution), validation.x, validation.y, validation.sampleWeight) }),
          })),
    }),
  );
}

/**
 * The penalty of each scaled column. Scaling a column by 1/s multiplies its coefficient by s, so a
 * penalty on coefficients in the feature's own units is one of l2 / s² here.
 */
function penaltyOf(features: readonly PreparedFeature[], { l2, standardize }: Params): Float64Array {
  return Float64Array.from(
    features.flatMap((feature) => {
      if (feature.kind === 'categorical') return new Array<number>(feature.levels).fill(l2);
      return standardize || feature.scale === 0 ? l2 : l2 / (feature.scale * feature.scale);
    }),
  );
}

function toModel(
  params: Params,
  features: readonly PreparedFeature[],
  solution: LinearSolution,
  x: FeatureMatrix,
  y: Target,
  weight: Float64Array,
): LinearModel {
  // Adding 0 turns −0 into 0, which is what JSON would make of it.
  const plain = (value: number): number => value + 0;
  const scales = features.flatMap((feature) => (feature.kind === 'numeric' ? feature.scale : new Array<number>(feature.levels).fill(1)));
  return linearModel({
    version: 1,
    task: y.kind,
    classCount: y.kind === 'regression' ? 0 : y.classes.length,
    features: features.map((feature): LinearFeature => {
      if (feature.kind === 'categorical') return feature;
      return { kind: 'numeric', name: feature.name, fill: plain(feature.fill), centre: plain(feature.centre) };
    }),
    coefficients: solution.coefficients.map((row) =>
      Array.from(row, (value, j) => (scales[j] === 0 ? 0 : plain(value / (scales[j] as number)))),
    ),
    intercepts: Array.from(solution.intercepts, plain),
    importance: importanceOf(features, solution, x, weight),
    iterations: solution.iterations,
    converged: solution.converged,
    l2: params.l2,
  });
}

/**
 * The standard deviation of each feature's part of the score over the training rows, averaged over
 * outputs and made to sum to 1. For a numeric feature that is its absolute standardised coefficient.
 */
function importanceOf(
  features: readonly PreparedFeature[],
  solution: LinearSolution,
  x: FeatureMatrix,
  weight: Float64Array,
): readonly number[] {
  const total = weight.reduce((sum, w) => sum + w, 0);
  let at = 0;
  const spreads = features.map((feature, index) => {
    const start = at;
    at += widthOf(feature);
    if (feature.kind === 'numeric') {
      return feature.scale === 0 ? 0 : solution.coefficients.reduce((sum, row) => sum + Math.abs(row[start] as number), 0);
    }
    const shares = new Float64Array(feature.levels);
    levelCodes(x.columns[index] as Float64Array, feature.levels).forEach((code, row) => {
      if (code >= 0) shares[code] = (shares[code] as number) + (weight[row] as number) / total;
    });
    return solution.coefficients.reduce((sum, row) => {
      let mean = 0;
      let square = 0;
      shares.forEach((share, level) => {
        const value = row[start + level] as number;
        mean += share * value;
        square += share * value * value;
      });
      return sum + Math.sqrt(Math.max(0, square - mean * mean));
    }, 0);
  });
  const sum = spreads.reduce((all, spread) => all + spread, 0);
  return spreads.map((spread) => (sum > 0 ? spread / sum : 0));
}

/** Mean squared error or mean log loss. */
function lossOf(model: LinearModel, x: FeatureMatrix, y: Target, weight?: Float64Array): number {
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
