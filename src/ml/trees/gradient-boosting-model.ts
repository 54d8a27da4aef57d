/**
 * What gradient boosting learned: a start score and trees. Predicts, explains and is kept; knows
 * nothing of training.
 */
import type { Json, JsonObject } from '../../schema/json.ts';
import type { FeatureMatrix, FittedModel } from '../estimator.ts';
import type { Ensemble } from './ensemble.ts';
import { ensembleFromJson, ensembleToJson } from './ensemble-json.ts';
import { applyLink, type Link } from './objective.ts';
import { binaryProbabilities, COVERS_UNKNOWN, mostLikely, shares } from './predictions.ts';
import { checkFeatures } from './training-rows.ts';
import { shapWork, treeShap } from './tree-shap.ts';

export const GRADIENT_BOOSTING = 'gradient_boosting';

export interface GradientBoostingParts {
  readonly ensemble: Ensemble;
  /** Start score of each output. */
  readonly start: Float64Array;
  readonly link: Link;
  readonly logTarget: boolean;
  /** Classes of the task; `undefined` for regression. */
  readonly classCount: number | undefined;
  /** Total gain of each feature's splits. */
  readonly gains: Float64Array;
  /** Shown on the card. */
  readonly summary: JsonObject;
}

export function gradientBoostingModel(parts: GradientBoostingParts): FittedModel {
  const { ensemble, start, link, logTarget, classCount, gains, summary } = parts;
  const outputs = start.length;

  const scores = (x: FeatureMatrix): Float64Array => {
    checkFeatures(x, ensemble.features.length);
    const sums = new Float64Array(x.rowCount * outputs);
    for (let i = 0; i < sums.length; i++) sums[i] = start[i % outputs] as number;
    ensemble.addTo(x, sums, outputs);
    return sums;
  };

  const predictProba = (x: FeatureMatrix): Float64Array => {
    const raw = scores(x);
    applyLink(link, raw, outputs);
    return link === 'logistic' ? binaryProbabilities(raw) : raw;
  };

  return {
    estimator: GRADIENT_BOOSTING,
    predict(x) {
      if (classCount !== undefined) return mostLikely(predictProba(x), classCount);
      const values = scores(x);
      applyLink(link, values, outputs);
      if (logTarget) for (let row = 0; row < values.length; row++) values[row] = Math.expm1(values[row] as number);
      return values;
    },
    ...(classCount !== undefined && { predictProba }),
    featureImportance: () => shares(gains),
    contributionWork: shapWork(ensemble.columns.split.length, 1),
    contributions(x) {
      checkFeatures(x, ensemble.features.length);
      const { expected, values } = treeShap(ensemble, x, outputs);
      return {
        outputs,
        expected: expected.map((score, output) => score + (start[output] as number)),
        values,
        // Under a log link of its own, a logarithm of the target is more than one function deep.
        space: link === 'identity' ? (logTarget ? 'log1p' : 'value') : link === 'exp' ? (logTarget ? 'raw' : 'log') : 'log_odds',
        ...(!ensemble.hasCovers && { note: COVERS_UNKNOWN }),
      };
    },
    toJSON: () => ({
      version: 1,
      start: Array.from(start),
      link,
      logTarget,
      classCount: classCount ?? null,
      gains: Array.from(gains),
      summary,
      trees: ensembleToJson(ensemble),
    }),
    describe: () => summary,
  };
}

/** Throws a `TypeError` when the value is not what the model's `toJSON` writes. */
export function restoreGradientBoosting(json: Json): FittedModel {
  const source = json as { readonly [key: string]: Json };
  if (source?.['version'] !== 1) throw new TypeError('not a gradient boosting model that this version can read');
  const ensemble = ensembleFromJson(source['trees']);
  const start = Float64Array.from(source['start'] as readonly number[]);
  if (start.length === 0 || ensemble.treeCount % start.length !== 0) throw new TypeError('the trees of the model do not fit its outputs');
  return gradientBoostingModel({
    ensemble,
    start,
    link: source['link'] as Link,
    logTarget: source['logTarget'] === true,
    classCount: (source['classCount'] as number | null) ?? undefined,
    gains: Float64Array.from(source['gains'] as readonly number[]),
    summary: source['summary'] as JsonObject,
  });
}
