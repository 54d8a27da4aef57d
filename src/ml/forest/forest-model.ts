/**
 * What a random forest, extra trees or a decision tree learned: trees whose votes are averaged. Predicts, explains and is
 * kept; knows nothing of training.
 */
import type { Json, JsonObject } from '../../schema/json.ts';
import type { FeatureMatrix, FittedModel } from '../estimator.ts';
import type { Ensemble } from '../trees/ensemble.ts';
import { ensembleFromJson } from '../trees/ensemble-json.ts';
import { COVERS_UNKNOWN, mostLikely, shares } from '../trees/predictions.ts';
import { checkFeatures } from '../trees/training-rows.ts';
import { treeShap } from '../trees/tree-shap.ts';
import type { Forest } from './forest.ts';
import { fromColumns, toEnsemble } from './forest-columns.ts';
import { forestFromJson, forestToJson } from './forest-json.ts';

export type ForestEstimator = 'random_forest' | 'extra_trees' | 'decision_tree';

export interface ForestModelParts {
  readonly forest: Forest;
  /** What was taken off the target before training. */
  readonly centre: number;
  /** Classes of the task; `undefined` for regression. */
  readonly classCount: number | undefined;
  /** Total gain of each feature's splits. */
  readonly gains: Float64Array;
  /** Shown on the card. */
  readonly summary: JsonObject;
}

export function forestModel(estimator: ForestEstimator, parts: ForestModelParts): FittedModel {
  const { forest, centre, classCount, gains, summary } = parts;
  const { features, outputs } = forest.parts;
  let ensemble: Ensemble | undefined;

  const average = (x: FeatureMatrix): Float64Array => {
    checkFeatures(x, features.length);
    const sums = new Float64Array(x.rowCount * outputs);
    forest.addTo(x, sums);
    for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) / forest.treeCount + centre;
    return classCount === undefined ? sums : probabilities(sums, outputs, classCount);
  };

  return {
    estimator,
    predict: (x) => (classCount === undefined ? average(x) : mostLikely(average(x), classCount)),
    ...(classCount !== undefined && { predictProba: average }),
    featureImportance: () => shares(gains),
    // A product and a sum for each node and point of the quadrature.
    contributionWork: 8 * forest.nodeCount * outputs,
    contributions(x) {
      checkFeatures(x, features.length);
      ensemble ??= toEnsemble(forest);
      // Of two classes the second says all; forests of before kept both.
      const first = classCount === 2 && outputs === 2 ? 1 : 0;
      const { expected, values } = treeShap(ensemble, x, 1, first);
      for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) / forest.treeCount;
      return {
        outputs: outputs - first,
        expected: expected.map((sum) => sum / forest.treeCount + centre),
        values,
        space: classCount === undefined ? 'value' : 'probability',
        ...(!ensemble.hasCovers && { note: COVERS_UNKNOWN }),
      };
    },
    toJSON: () => ({
      version: 2,
      centre,
      classCount: classCount ?? null,
      gains: Array.from(gains),
      summary,
      trees: forestToJson(forest),
    }),
    describe: () => summary,
  };
}

/** Row-major `rows × classes`. Of two classes, trees keep the share of the second. */
export function probabilities(means: Float64Array, outputs: number, classCount: number): Float64Array {
  if (outputs === classCount) return means;
  const both = new Float64Array(2 * means.length);
  for (let row = 0; row < means.length; row++) {
    both[2 * row] = 1 - (means[row] as number);
    both[2 * row + 1] = means[row] as number;
  }
  return both;
}

/** Throws a `TypeError` when the value is not what the model's `toJSON` writes, or wrote in version 1. */
export function restoreForest(estimator: ForestEstimator, json: Json): FittedModel {
  const source = json as { readonly [key: string]: Json };
  const version = source?.['version'];
  if (version !== 2 && !(version === 1 && estimator === 'random_forest'))
    throw new TypeError(`not ${ARTICLES[estimator]} that this version can read`);
  const forest = version === 2 ? forestFromJson(source['trees']) : fromColumns(ensembleFromJson(source['trees']));
  const classCount = (source['classCount'] as number | null) ?? undefined;
  const { outputs } = forest.parts;
  if (forest.treeCount === 0 || (outputs !== (classCount ?? 1) && !(classCount === 2 && outputs === 1)))
    throw new TypeError('the trees of the model do not fit its outputs');
  return forestModel(estimator, {
    forest,
    centre: source['centre'] as number,
    classCount,
    gains: Float64Array.from(source['gains'] as readonly number[]),
    summary: source['summary'] as JsonObject,
  });
}

const ARTICLES: Readonly<Record<ForestEstimator, string>> = {
  random_forest: 'a random forest',
  extra_trees: 'extra trees',
  decision_tree: 'a decision tree',
};
