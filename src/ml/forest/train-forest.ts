/**
 * What random forest, extra trees and a decision tree share: from parameters and a table to a model. They differ in which
 * rows a tree sees, in whether thresholds are searched or drawn, and in their defaults.
 */

import { forestConflicts, refuseConflicts } from '../../schema/forest-conflicts.ts';
import type { JsonObject } from '../../schema/json.ts';
import type { FeatureMatrix, FitContext, FittedModel, Target } from '../estimator.ts';
import { trainingRows } from '../trees/training-rows.ts';
import { weightedMean } from '../trees/weighted.ts';
import { type CriterionName, criterionFor } from './criterion.ts';
import { type ForestEstimator, forestModel } from './forest-model.ts';
import { forestTarget } from './forest-target.ts';
import { growForest } from './grow-forest.ts';
import { outOfBagScore } from './out-of-bag.ts';

/** The parameters of all of them; one that an estimator does not have is filled in by it. */
export interface ForestSettings {
  readonly n_estimators: number;
  readonly criterion: CriterionName;
  readonly max_depth?: number;
  readonly max_leaf_nodes?: number;
  readonly min_samples_split: number;
  readonly bootstrap: boolean;
  readonly max_samples: number;
  readonly oob_score: boolean;
  readonly max_bins: number;
  readonly isRandom: boolean;
  /** Given so many training rows. */
  readonly minSamplesLeaf: (rows: number) => number;
  /** Share of the features that a split chooses from, given so many. */
  readonly maxFeatures: (features: number, kind: Target['kind']) => number;
}

export async function trainForest(
  estimator: ForestEstimator,
  settings: ForestSettings,
  x: FeatureMatrix,
  y: Target,
  context: FitContext,
): Promise<FittedModel> {
  const { sampleWeight } = context;
  const active = trainingRows(x, y, sampleWeight);
  refuseConflicts(estimator, forestConflicts({ criterion: settings.criterion }, true, y.kind));
  const criterion = criterionFor(estimator, settings.criterion, y);
  const drawn = Math.max(1, Math.round(settings.max_samples * active.length));
  const featureCount = x.features.length;
  const limits = {
    minSamplesLeaf: settings.minSamplesLeaf(active.length),
    minSamplesSplit: settings.min_samples_split,
    maxDepth: settings.max_depth ?? Number.POSITIVE_INFINITY,
    maxLeaves: settings.max_leaf_nodes ?? 0,
    featuresPerSplit: Math.max(1, Math.round(settings.maxFeatures(featureCount, y.kind) * featureCount)),
    isRandom: settings.isRandom,
    bootstrap: settings.bootstrap,
    drawn,
    criterion: criterion.code,
  };
  // Around their mean, numbers lose no digits when their squares are compared. A Poisson criterion needs their logarithms.
  const centre = y.kind === 'regression' && criterion.mayCentre ? weightedMean(y.values, sampleWeight) : 0;
  const target = forestTarget(y, { sampleWeight, rows: active, drawn, centre, countsRows: limits.minSamplesLeaf > 1 });
  const fit = {
    x,
    active,
    target,
    limits,
    trees: settings.n_estimators,
    maxBins: settings.max_bins,
    hasWeights: sampleWeight !== undefined,
  };
  const grown = await growForest({ ...fit, keepsInBag: settings.oob_score }, context);
  const { forest, gains, inBag } = grown;
  const summary: JsonObject = {
    trees: forest.treeCount,
    leaves: forest.leafCount,
    min_samples_leaf: limits.minSamplesLeaf,
    features_per_split: limits.featuresPerSplit,
    ...(inBag !== undefined && { oob_score: outOfBagScore(forest, inBag, { x, y, centre, active, sampleWeight }, context) }),
  };
  const classCount = y.kind === 'classification' ? y.classes.length : undefined;
  return forestModel(estimator, { forest, centre, classCount, gains, summary });
}
