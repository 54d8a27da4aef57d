/**
 * Random forest over binned columns: `forest-grow.ts` grows the trees, this draws their rows. The same
 * seed and rows give the same model, byte for byte; a tree's draws hang on its number alone.
 */
import type { JsonObject } from '../../schema/json.ts';
import type { ParamInput, ParamValues } from '../../schema/param.ts';
import type { Estimator, FeatureMatrix, FitContext, FittedModel, Target } from '../estimator.ts';
import { derive, Random } from '../random.ts';
import { requiredParams } from '../required-params.ts';
import { binColumns, planBins } from './binning.ts';
import { Ensemble } from './ensemble.ts';
import { ForestGrower, type ForestLimits } from './forest-grow.ts';
import type { ForestTarget } from './forest-split.ts';
import { RANDOM_FOREST, randomForestModel } from './random-forest-model.ts';
import { randomForestParams } from './random-forest-params.ts';
import { trainingRows } from './training-rows.ts';
import { TreeBuilder } from './tree.ts';
import { weightedMean } from './weighted.ts';

type Params = ParamValues<typeof randomForestParams>;

/** Rows a leaf unless given: single rows make probabilities of 0 and 1 that nothing backs. */
const SMALLEST_LEAF = 2;
/** Long tables get a row a leaf for each so many of theirs: a model has to fit into a file. */
const ROWS_PER_LEAF_ROW = 20_000;

/** Throws a `RangeError` that names every bad parameter. */
export function randomForest(params: ParamInput<typeof randomForestParams> = {}): Estimator {
  const values = requiredParams(RANDOM_FOREST, randomForestParams, params);
  return {
    name: RANDOM_FOREST,
    params: values as JsonObject,
    accepts: { missing: true, categorical: true },
    fit: (x, y, context) => train(values, x, y, context),
  };
}

async function train(params: Params, x: FeatureMatrix, y: Target, context: FitContext): Promise<FittedModel> {
  const { seed, sampleWeight, onIteration, signal } = context;
  const active = trainingRows(x, y, sampleWeight);
  const features = planBins(x, active, params.max_bins, derive(seed, 'bins'));
  // Around their mean, numbers lose no digits when their squares are compared.
  const centre = y.kind === 'regression' ? weightedMean(y.values, sampleWeight) : 0;
  const target: ForestTarget =
    y.kind === 'regression'
      ? { kind: 'values', values: y.values.map((value) => value - centre) }
      : { kind: 'classes', codes: y.codes, classCount: y.classes.length };
  const weights = new Float64Array(x.rowCount);
  const gains = new Float64Array(features.length);
  const limits = limitsFor(params, active.length, features.length, y.kind);
  const grower = new ForestGrower(features, binColumns(features, x), target, weights, limits, gains);
  const builder = new TreeBuilder(target.kind === 'values' ? 1 : target.classCount);

  for (let tree = 1; tree <= params.n_estimators; tree++) {
    // Two streams: the draws of features must not hang on how many rows were drawn.
    const rows = drawRows(params, active, sampleWeight, new Random(derive(seed, `rows of tree ${tree}`)), weights);
    grower.grow(rows, new Random(derive(seed, `splits of tree ${tree}`)), builder);
    onIteration?.(tree, {});
    if (signal !== undefined) {
      // Lets the event loop deliver an abort; nothing else can while trees grow.
      await new Promise((resume) => setImmediate(resume));
      signal.throwIfAborted();
    }
  }

  const ensemble = new Ensemble(features, builder.finish());
  return randomForestModel({
    ensemble,
    centre,
    classCount: y.kind === 'classification' ? y.classes.length : undefined,
    gains,
    summary: {
      trees: ensemble.treeCount,
      leaves: ensemble.leafCount,
      min_samples_leaf: limits.minSamplesLeaf,
      features_per_split: limits.featuresPerSplit,
    },
  });
}

/** The rows of one tree, ascending. Sets their weights: the sample weight times how often a row was drawn. */
function drawRows(
  params: Params,
  active: Int32Array,
  sampleWeight: Float64Array | undefined,
  random: Random,
  weights: Float64Array,
): Int32Array {
  const wanted = Math.max(1, Math.round(params.max_samples * active.length));
  weights.fill(0);
  if (params.bootstrap) {
    for (let i = 0; i < wanted; i++) {
      const row = active[random.integer(active.length)] as number;
      weights[row] = (weights[row] as number) + 1;
    }
  } else {
    for (const i of random.sample(active.length, wanted)) weights[active[i] as number] = 1;
  }
  const rows = active.filter((row) => (weights[row] as number) > 0);
  if (sampleWeight !== undefined) for (const row of rows) weights[row] = (weights[row] as number) * (sampleWeight[row] as number);
  return rows;
}

function limitsFor(params: Params, rows: number, features: number, kind: Target['kind']): ForestLimits {
  const share = params.max_features ?? (kind === 'regression' ? 1 / 3 : 1 / Math.sqrt(Math.max(features, 1)));
  return {
    minSamplesLeaf: params.min_samples_leaf ?? Math.max(SMALLEST_LEAF, Math.floor(rows / ROWS_PER_LEAF_ROW)),
    maxDepth: params.max_depth ?? Number.POSITIVE_INFINITY,
    featuresPerSplit: Math.max(1, Math.round(share * features)),
  };
}
