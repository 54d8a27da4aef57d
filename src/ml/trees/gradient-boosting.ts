/**
 * Gradient-boosted trees over binned columns (Friedman, "Greedy Function Approximation", Annals of
 * Statistics 2001; histograms as in Ke et al., "LightGBM", NIPS 2017). The same seed and rows give the
 * same model, byte for byte.
 */
import type { JsonObject } from '../../schema/json.ts';
import type { ParamInput, ParamValues } from '../../schema/param.ts';
import type { Estimator, FeatureMatrix, FitContext, FittedModel, Target } from '../estimator.ts';
import { threadCount } from '../kernels/threads.ts';
import { derive } from '../random.ts';
import { requiredParams } from '../required-params.ts';
import { cutIn } from './bin-table.ts';
import { type BinnedFeature, planBins } from './binning.ts';
import { Booster, type BoosterSetup, type Iteration } from './booster.ts';
import { checkObjective, chooseObjective } from './choose-objective.ts';
import { Ensemble } from './ensemble.ts';
import { GRADIENT_BOOSTING, gradientBoostingModel } from './gradient-boosting-model.ts';
import { gradientBoostingParams } from './gradient-boosting-params.ts';
import type { GrowLimits } from './grow.ts';
import { signsOf } from './monotone.ts';
import type { Objective } from './objective.ts';
import { trainingRows } from './training-rows.ts';
import { joinTrees } from './tree.ts';
import { checkMetric, type ValidationMetric, validationMetric } from './validation-metric.ts';
import { decides, ValidationWatch } from './validation-watch.ts';
import { Workshop } from './workshop.ts';

/** Iterations unless given. On small tables, where nothing can say when to stop, more of them overfit. */
const ITERATIONS = 200;
const ITERATIONS_WHEN_DECIDED = 500;

type Params = ParamValues<typeof gradientBoostingParams>;

/** Throws a `RangeError` that names every bad parameter. */
export function gradientBoosting(params: ParamInput<typeof gradientBoostingParams> = {}): Estimator {
  const values = requiredParams(GRADIENT_BOOSTING, gradientBoostingParams, params);
  checkObjective(values);
  return {
    name: GRADIENT_BOOSTING,
    params: values as JsonObject,
    accepts: { missing: true, categorical: true },
    fit: (x, y, context) => train(values, x, y, context),
  };
}

async function train(params: Params, x: FeatureMatrix, y: Target, context: FitContext): Promise<FittedModel> {
  const { seed, sampleWeight, onIteration, signal } = context;
  const validation = context.validation !== undefined && context.validation.x.rowCount > 0 ? context.validation : undefined;
  const rows = trainingRows(x, y, sampleWeight);
  if (validation !== undefined) trainingRows(validation.x, validation.y, validation.sampleWeight);
  const objective = chooseObjective(params, y, sampleWeight);
  const start = objective.start();
  if (params.eval_metric !== 'loss') checkMetric(params.eval_metric, y);
  const limits = limitsFor(params, rows.length, signsOf(params.monotone_constraints ?? {}, x.features, y));
  const isDecided = decides(validation, params.early_stopping_rounds);
  // Scored only when somebody reads the loss.
  const watched = validation !== undefined && (isDecided || onIteration !== undefined) ? validation : undefined;
  const workshop = new Workshop(
    {
      rowCount: x.rowCount,
      featureCount: x.features.length,
      outputs: objective.outputs,
      maxLeaves: Math.max(1, Math.min(limits.maxLeaves, 2 ** limits.maxDepth, Math.floor(rows.length / limits.minSamplesLeaf))),
      hasHessians: !objective.hasUnitHessian || sampleWeight !== undefined,
      impliesHessians: objective.kernel.loss === 'logistic' && sampleWeight === undefined,
      hasWeights: sampleWeight !== undefined,
      drawsRows: params.subsample < 1,
      drawsFeatures: params.colsample_bynode < 1,
      packsInPlace: objective.kernel.loss === 'squared' && sampleWeight === undefined,
      validationRows: watched?.x.rowCount ?? 0,
    },
    { threads: context.threads ?? threadCount() },
  );
  try {
    const features = planBins(x, rows, params.max_bins, derive(seed, 'bins'), cutIn(workshop));
    const patience = isDecided ? params.early_stopping_rounds : Number.POSITIVE_INFINITY;
    const watch = watched && new ValidationWatch(workshop, features, watched.x, metricOf(params, watched), start, patience);
    const onTree: BoosterSetup['onTree'] = (tree, values, output) => watch?.addTree(tree, values, output);
    const asksForLoss = onIteration !== undefined;
    const booster = new Booster({ params, workshop, features, x, rows, objective, sampleWeight, limits, seed, asksForLoss, onTree }, start);
    // With one class there is nothing to learn.
    const hasOneClass = y.kind === 'classification' && y.classes.length < 2;
    const most = hasOneClass ? 0 : (params.n_estimators ?? (isDecided ? ITERATIONS_WHEN_DECIDED : ITERATIONS));
    const iterations: Iteration[] = [];
    while (iterations.length < most) {
      iterations.push(booster.step(iterations.length + 1));
      const verdict = watch?.judge(iterations.length);
      onIteration?.(iterations.length, {
        training_loss: booster.trainingLoss(),
        ...verdict?.metrics,
      });
      if (verdict?.shouldStop) break;
      if (signal !== undefined) {
        // Lets the event loop deliver an abort; nothing else can while trees grow.
        await new Promise((resume) => setImmediate(resume));
        signal.throwIfAborted();
      }
    }
    const kept = iterations.slice(0, watch?.keep(iterations.length));
    return modelOf({ params, y, objective, start, features, limits, kept, trained: iterations.length, most });
  } finally {
    workshop.machine.close();
  }
}

function modelOf(fit: {
  readonly params: Params;
  readonly y: Target;
  readonly objective: Objective;
  readonly start: Float64Array;
  readonly features: readonly BinnedFeature[];
  readonly limits: GrowLimits;
  readonly kept: readonly Iteration[];
  readonly trained: number;
  readonly most: number;
}): FittedModel {
  const { params, y, objective, start, features, limits, kept, trained, most } = fit;
  const trees = kept.flatMap((iteration) => iteration.trees);
  const ensemble = new Ensemble(features, joinTrees(trees, 1));
  return gradientBoostingModel({
    ensemble,
    start,
    link: objective.link,
    logTarget: params.log_target,
    classCount: y.kind === 'classification' ? y.classes.length : undefined,
    gains: Float64Array.from(features, (_, f) => kept.reduce((sum, { gains }) => sum + (gains[f] as number), 0)),
    summary: {
      iterations: kept.length,
      iterations_trained: trained,
      stopped_early: trained < most,
      trees: ensemble.treeCount,
      leaves: ensemble.leafCount,
      min_samples_leaf: limits.minSamplesLeaf,
    },
  });
}

function metricOf(params: Params, { y, sampleWeight }: NonNullable<FitContext['validation']>): ValidationMetric {
  const objective = chooseObjective(params, y, sampleWeight);
  return validationMetric(params.eval_metric, {
    y,
    ...(sampleWeight !== undefined && { sampleWeight }),
    objective,
    logTarget: params.log_target,
  });
}

/** Limits for so many rows: what suits thousands would leave a table of a hundred rows without a split. */
function limitsFor(params: Params, rows: number, signs: Int8Array | undefined): GrowLimits {
  const minSamplesLeaf = params.min_samples_leaf ?? Math.min(20, Math.max(1, Math.floor(rows / 20)));
  const isConstrained = params.reg_alpha > 0 || signs !== undefined;
  const fewest = Math.min(10, minSamplesLeaf);
  return {
    maxLeaves: params.max_leaves,
    maxDepth: params.max_depth ?? Number.POSITIVE_INFINITY,
    policy: params.grow_policy,
    minSamplesLeaf,
    minGain: params.min_split_gain,
    nodeShare: params.colsample_bynode,
    l2: params.l2_regularization,
    ...(isConstrained && { constraints: { l1: params.reg_alpha, signs } }),
    categorical: { smoothing: 10, l2: 5, minRows: fewest, minRowsOfMany: Math.max(fewest, Math.min(100, Math.floor(rows / 1000))) },
  };
}
