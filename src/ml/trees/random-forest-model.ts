/**
 * What a random forest learned: trees whose votes are averaged. Predicts, explains and is kept; knows
 * nothing of training.
 */
import type { Json, JsonObject } from '../../schema/json.ts';
import type { FeatureMatrix, FittedModel } from '../estimator.ts';
import type { Ensemble } from './ensemble.ts';
import { ensembleFromJson, ensembleToJson } from './ensemble-json.ts';
import { COVERS_UNKNOWN, mostLikely, shares } from './predictions.ts';
import { checkFeatures } from './training-rows.ts';
import { shapWork, treeShap } from './tree-shap.ts';

export const RANDOM_FOREST = 'random_forest';

export interface RandomForestParts {
  readonly ensemble: Ensemble;
  /** What was taken off the target before training. */
  readonly centre: number;
  /** Classes of the task; `undefined` for regression. */
  readonly classCount: number | undefined;
  /** Total gain of each feature's splits. */
  readonly gains: Float64Array;
  /** Shown on the card. */
  readonly summary: JsonObject;
}

export function randomForestModel(parts: RandomForestParts): FittedModel {
  const { ensemble, centre, classCount, gains, summary } = parts;

  const average = (x: FeatureMatrix): Float64Array => {
    checkFeatures(x, ensemble.features.length);
    const sums = new Float64Array(x.rowCount * ensemble.columns.outputs);
    ensemble.addTo(x, sums, 1);
    for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) / ensemble.treeCount + centre;
    return sums;
  };

  return {
    estimator: RANDOM_FOREST,
    predict: (x) => (classCount === undefined ? average(x) : mostLikely(average(x), classCount)),
    ...(classCount !== undefined && { predictProba: average }),
    featureImportance: () => shares(gains),
    contributionWork: shapWork(ensemble),
    contributions(x) {
      checkFeatures(x, ensemble.features.length);
      // Of two classes the second says all.
      const first = classCount === 2 ? 1 : 0;
      const { expected, values } = treeShap(ensemble, x, 1, first);
      const trees = ensemble.treeCount;
      for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) / trees;
      return {
        outputs: ensemble.columns.outputs - first,
        expected: expected.map((sum) => sum / trees + centre),
        values,
        space: classCount === undefined ? 'value' : 'probability',
        ...(!ensemble.hasCovers && { note: COVERS_UNKNOWN }),
      };
    },
    toJSON: () => ({
      version: 1,
      centre,
      classCount: classCount ?? null,
      gains: Array.from(gains),
      summary,
      trees: ensembleToJson(ensemble),
    }),
    describe: () => summary,
  };
}

/** Throws a `TypeError` when the value is not what the model's `toJSON` writes. */
export function restoreRandomForest(json: Json): FittedModel {
  const source = json as { readonly [key: string]: Json };
  if (source?.['version'] !== 1) throw new TypeError('not a random forest that this version can read');
  const ensemble = ensembleFromJson(source['trees']);
  const classCount = (source['classCount'] as number | null) ?? undefined;
  if (ensemble.treeCount === 0 || ensemble.columns.outputs !== (classCount ?? 1))
    throw new TypeError('the trees of the model do not fit its outputs');
  return randomForestModel({
    ensemble,
    centre: source['centre'] as number,
    classCount,
    gains: Float64Array.from(source['gains'] as readonly number[]),
    summary: source['summary'] as JsonObject,
  });
}
