/**
 * Gradient-boosted trees over binned columns (Friedman, "Greedy Function Approximation", Annals of
 * Statistics 2001; histograms as in Ke et al., "LightGBM", NIPS 2017). The same seed and rows give the
 * same model, byte for byte.
 */
import type { JsonObject } from '../../schema/json.ts';
import type { ParamInput, ParamValues } from '../../schema/param.ts';
import type { Estimator, FeatureMatrix, FitContext, FittedModel, Target } from '../estimator.ts';
import { derive, Random } from '../random.ts';
import { binColumns, planBins, rowMajor } from './binning.ts';
import { Ensemble } from './ensemble.ts';
import { GRADIENT_BOOSTING, gradientBoostingModel } from './gradient-boosting-model.ts';
import { gradientBoostingParams } from './gradient-boosting-params.ts';
import { type GrowLimits, TreeGrower } from './grow.ts';
import { absoluteError, binaryLogLoss, multiclassLogLoss, type Objective, poisson, squaredError } from './objective.ts';
import { requiredParams } from './required-params.ts';
import { Scores } from './scores.ts';
import { EarlyStopping, MIN_VALIDATION_ROWS } from './stopping.ts';
import { trainingRows } from './training-rows.ts';
import { joinTrees, type TreeColumns } from './tree.ts';

/** Iterations unless given. On small tables, where nothing can say when to stop, more of them overfit. */
const ITERATIONS = 200;
const ITERATIONS_WHEN_JUDGED = 500;

type Params = ParamValues<typeof gradientBoostingParams>;

/** Throws a `RangeError` that names every bad parameter. */
export function gradientBoosting(params: ParamInput<typeof gradientBoostingParams> = {}): Estimator {
  const values = requiredParams(GRADIENT_BOOSTING, gradientBoostingParams, params);
  if (values.log_target && values.objective === 'poisson') {
    throw new RangeError(`\`${GRADIENT_BOOSTING}\`: \`log_target\` cannot be combined with the objective \`poisson\`, which has a log link itself`);
  }
  return {
    name: GRADIENT_BOOSTING,
    params: values as JsonObject,
    accepts: { missing: true, categorical: true },
    fit: (x, y, context) => fit(values, x, y, context),
  };
}

async function fit(params: Params, x: FeatureMatrix, y: Target, context: FitContext): Promise<FittedModel> {
  const { seed, validation, sampleWeight, onIteration, signal } = context;
  const active = trainingRows(x, y, sampleWeight);
  const objective = objectiveFor(params, y, sampleWeight);
  const validationObjective = validation && objectiveFor(params, validation.y, undefined);

  const features = planBins(x, params.max_bins, derive(seed, 'bins'));
  const columns = binColumns(features, x);
  const bins = rowMajor(columns, x.rowCount);
  const limits = limitsFor(params, active.length);
  const grower = new TreeGrower(features, columns, bins, x.rowCount, limits);
  const start = objective.start();
  const scores = new Scores(start, bins, x.rowCount);
  const isJudged = validation !== undefined && validation.x.rowCount >= MIN_VALIDATION_ROWS && params.early_stopping_rounds > 0;
  const stopping = isJudged ? new EarlyStopping(params.early_stopping_rounds) : undefined;
  // Scored only when somebody reads the loss.
  const isScored = validation !== undefined && (isJudged || onIteration !== undefined);
  const validationScores = isScored ? new Scores(start, rowMajor(binColumns(features, validation.x), validation.x.rowCount), validation.x.rowCount) : undefined;

  const { outputs } = objective;
  const gradients = new Float64Array(x.rowCount * outputs);
  const hessians = new Float64Array(x.rowCount * outputs);
  const hasUnitHessian = objective.hasUnitHessian && sampleWeight === undefined;
  const trees: TreeColumns[] = [];
  const gains: Float64Array[] = [];
  // With one class there is nothing to learn.
  const iterations = y.kind === 'classification' && y.classes.length < 2 ? 0 : (params.n_estimators ?? (isJudged ? ITERATIONS_WHEN_JUDGED : ITERATIONS));

  for (let iteration = 1; iteration <= iterations; iteration++) {
    objective.derive(scores.values, gradients, hessians);
    if (sampleWeight !== undefined) weigh(gradients, hessians, sampleWeight);
    const random = new Random(derive(seed, `iteration ${iteration}`));
    const rows = params.subsample < 1 ? sampleOf(active, params.subsample, random) : active;
    const gained = new Float64Array(features.length);

    for (let output = 0; output < outputs; output++) {
      const own = { from: output * x.rowCount, to: (output + 1) * x.rowCount };
      const g = gradients.subarray(own.from, own.to);
      const h = hasUnitHessian ? undefined : hessians.subarray(own.from, own.to);
      const tree = grower.grow({
        rows,
        gradients: g,
        hessians: h,
        allowed: allowedFeatures(features.length, params.colsample, random),
        seed: random.uint32(),
      });
      const outputScores = scores.of(output);
      const values = new Float64Array(tree.leafCount);
      for (let leaf = 0; leaf < tree.leafCount; leaf++) {
        const leafRows = tree.rowsOf(leaf);
        values[leaf] = params.learning_rate * (objective.leafValue?.(leafRows, outputScores) ?? newtonStep(leafRows, g, h, params.l2_regularization, objective.largestStep));
      }
      scores.addTree(tree, values, output, rows);
      validationScores?.addTree(tree, values, output);
      tree.addGains(gained);
      trees.push(tree.toColumns(values));
    }

    gains.push(gained);
    const validationLoss = validationScores && validationObjective?.loss(validationScores.values);
    onIteration?.(iteration, {
      training_loss: objective.loss(scores.values),
      ...(validationLoss !== undefined && { validation_loss: validationLoss }),
    });
    if (stopping !== undefined && validationLoss !== undefined && stopping.shouldStop(iteration, validationLoss)) break;
    if (signal !== undefined) {
      // Lets the event loop deliver an abort; nothing else can while trees grow.
      await new Promise((resume) => setImmediate(resume));
      signal.throwIfAborted();
    }
  }

  const kept = stopping?.bestIteration ?? gains.length;
  const ensemble = new Ensemble(features, joinTrees(trees.slice(0, kept * outputs), 1));
  const total = new Float64Array(features.length);
  for (const gained of gains.slice(0, kept)) gained.forEach((gain, f) => { total[f] = (total[f] as number) + gain; });
  return gradientBoostingModel({
    ensemble,
    start,
    link: objective.link,
    logTarget: params.log_target,
    classCount: y.kind === 'classification' ? y.classes.length : undefined,
    gains: total,
    summary: {
      iterations: kept,
      iterations_trained: gains.length,
      stopped_early: gains.length < iterations,
      trees: ensemble.treeCount,
      leaves: ensemble.leafCount,
      min_samples_leaf: limits.minSamplesLeaf,
    },
  });
}

function objectiveFor(params: Params, y: Target, weight: Float64Array | undefined): Objective {
  const { objective, log_target } = params;
  if (y.kind === 'classification') {
    if (objective !== 'auto' && objective !== 'log_loss') throw new RangeError(`the objective \`${objective}\` is for numbers, and the target has classes`);
    if (log_target) throw new RangeError('`log_target` is for numbers, and the target has classes');
    return y.classes.length === 2 ? binaryLogLoss(y.codes, weight) : multiclassLogLoss(y.codes, y.classes.length, weight);
  }
  if (objective === 'log_loss') throw new RangeError('the objective `log_loss` is for classes, and the target has numbers');
  if (log_target || objective === 'poisson') {
    const lowest = y.values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
    if (lowest < 0) throw new RangeError(`${log_target ? '`log_target`' : 'the objective `poisson`'} needs targets of at least 0; found ${lowest}`);
  }
  const values = log_target ? y.values.map(Math.log1p) : y.values;
  if (objective === 'absolute_error') return absoluteError(values, weight);
  return objective === 'poisson' ? poisson(values, weight) : squaredError(values, weight);
}

/** Limits for so many rows: what suits thousands would leave a table of a hundred rows without a split. */
function limitsFor(params: Params, rows: number): GrowLimits {
  const minSamplesLeaf = params.min_samples_leaf ?? Math.min(20, Math.max(1, Math.floor(rows / 20)));
  return {
    maxLeaves: params.max_leaves,
    maxDepth: params.max_depth ?? Number.POSITIVE_INFINITY,
    minSamplesLeaf,
    l2: params.l2_regularization,
    categorical: { smoothing: 10, l2: 10, maxCategories: 32, minGroup: Math.min(100, 5 * minSamplesLeaf), minRows: Math.min(10, minSamplesLeaf) },
  };
}

/** −G ∕ (H + λ), from gradients before they were rounded, in the order of the rows. */
function newtonStep(rows: Int32Array, gradients: Float64Array, hessians: Float64Array | undefined, l2: number, largest: number): number {
  let g = 0;
  let h = 0;
  for (let i = 0; i < rows.length; i++) g += gradients[rows[i] as number] as number;
  if (hessians === undefined) h = rows.length;
  else for (let i = 0; i < rows.length; i++) h += hessians[rows[i] as number] as number;
  return Math.max(-largest, Math.min(largest, -g / (h + l2)));
}

function weigh(gradients: Float64Array, hessians: Float64Array, weight: Float64Array): void {
  for (let i = 0, row = 0; i < gradients.length; i++, row = row + 1 === weight.length ? 0 : row + 1) {
    gradients[i] = (gradients[i] as number) * (weight[row] as number);
    hessians[i] = (hessians[i] as number) * (weight[row] as number);
  }
}

function sampleOf(rows: Int32Array, share: number, random: Random): Int32Array {
  const chosen = random.sample(rows.length, Math.max(1, Math.round(share * rows.length)));
  for (let i = 0; i < chosen.length; i++) chosen[i] = rows[chosen[i] as number] as number;
  return chosen;
}

function allowedFeatures(count: number, share: number, random: Random): Uint8Array {
  const allowed = new Uint8Array(count);
  if (share === 1) return allowed.fill(1);
  for (const feature of random.sample(count, Math.max(1, Math.round(share * count)))) allowed[feature] = 1;
  return allowed;
}
