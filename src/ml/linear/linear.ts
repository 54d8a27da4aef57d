/**
 * The linear estimator: a weighted sum of the features for numbers, its logistic function for classes. It takes
 * missing values and categories as they are; `prepare-features.ts` tells what becomes of them.
 */
import type { Estimator, FeatureMatrix, FitContext, Target } from '../estimator.ts';
import { Design } from './design.ts';
import { solveElasticNet } from './elastic-net.ts';
import { fitBySgd } from './fit-by-sgd.ts';
import { meanLoss } from './history-loss.ts';
import { solveLeastSquares } from './least-squares.ts';
import type { LinearModel } from './linear-model.ts';
import { checkTask, type LinearInput, type LinearSettings, readSettings, strengthsOf } from './linear-settings.ts';
import type { LinearSolution } from './linear-solution.ts';
import { LINEAR } from './linear-state.ts';
import { solveLogistic } from './logistic.ts';
import { type PreparedFeature, prepareFeatures } from './prepare-features.ts';
import { solveSparseLogistic } from './sparse-logistic.ts';
import { toModel } from './to-model.ts';

export { restoreLinear } from './linear-model.ts';
export { linearParams } from './linear-params.ts';

/** Throws one `RangeError` with all problems of the parameters. */
export function linear(input: LinearInput = {}): Estimator {
  const { settings, params } = readSettings(input);
  return {
    name: LINEAR,
    params,
    accepts: { missing: true, categorical: true },
    fit(x, y, context) {
      checkTask(input, y.kind);
      return fitLinear(settings, x, y, context);
    },
  };
}

/** Throws a RangeError for no rows, a target that is not finite, weights that are all 0, or parameters of the other task. */
function fitLinear(settings: LinearSettings, x: FeatureMatrix, y: Target, context: FitContext): LinearModel {
  if (x.rowCount === 0) throw new RangeError('a linear model needs at least one row');
  const weight = context.sampleWeight ?? new Float64Array(x.rowCount).fill(1);
  if (!weight.some((w) => w > 0)) throw new RangeError('a linear model needs a row with a positive weight');
  if (y.kind === 'regression') {
    const bad = y.values.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) throw new RangeError(`row ${bad}: the target must be a finite number; found ${y.values[bad]}`);
  }
  const total = weight.reduce((sum, w) => sum + w, 0);
  const strengths = strengthsOf(settings, y.kind, total);
  const features = prepareFeatures(x, weight, settings.fitIntercept);
  if (settings.sgd !== undefined) return fitBySgd({ settings, sgd: settings.sgd, features, x, y, weight, context });

  const design = new Design(features, x);
  const { fitIntercept, maxIterations, tolerance } = settings;
  const common = { design, weight, fitIntercept, signal: context.signal };
  const l2 = perColumn(features, strengths.l2, settings.standardize ? 0 : 2);
  const l1 = strengths.l1 > 0 ? perColumn(features, strengths.l1, settings.standardize ? 0 : 1) : undefined;
  const finish = (solution: LinearSolution): LinearModel => toModel({ features, solution, x, y, weight, strengths });
  const { onIteration, validation } = context;

  if (y.kind === 'regression') {
    context.signal?.throwIfAborted();
    const target = y.values;
    const solution =
      l1 === undefined
        ? solveLeastSquares({ ...common, target, penalty: l2 })
        : solveElasticNet({ ...common, target, l1, l2, maxIterations, tolerance });
    const model = finish(solution);
    onIteration?.(1, {
      training_loss: meanLoss(model, x, y, weight),
      ...(validation && { validation_loss: meanLoss(model, validation.x, validation.y, validation.sampleWeight) }),
    });
    return model;
  }
  const problem = {
    ...common,
    penalty: l2,
    codes: y.codes,
    classCount: y.classes.length,
    maxIterations,
    tolerance,
    onIteration:
      onIteration &&
      ((iteration: number, solution: LinearSolution, loss: number) =>
        onIteration(iteration, {
          training_loss: loss,
          ...(validation && { validation_loss: meanLoss(finish(solution), validation.x, validation.y, validation.sampleWeight) }),
        })),
  };
  return finish(l1 === undefined ? solveLogistic(problem) : solveSparseLogistic({ ...problem, l1 }));
}

/**
 * The penalty of each scaled column. Scaling a column by 1/s multiplies its coefficient by s, so a
 * penalty on a power of coefficients in the feature's own units is one of strength / s^power here.
 */
function perColumn(features: readonly PreparedFeature[], strength: number, power: number): Float64Array {
  return Float64Array.from(
    features.flatMap((feature) => {
      if (feature.kind === 'categorical') return new Array<number>(feature.levels).fill(strength);
      return feature.scale === 0 ? strength : strength / feature.scale ** power;
    }),
  );
}
