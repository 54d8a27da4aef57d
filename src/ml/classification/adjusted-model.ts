/**
 * A classifier with what is done to its probabilities before anybody sees them, in this order: back to the base rate
 * after rebalancing, calibration, and the threshold of the label. All of it is data and part of the saved model.
 */
import type { Contributions, FeatureMatrix, FittedModel } from '../estimator.ts';
import { toBaseRate } from './base-rate.ts';
import { type Calibrator, calibrate } from './calibrator.ts';

export interface Adjustment {
  /** By class, the share of its rows that was learned from. Absent: all. */
  readonly kept?: readonly number[];
  readonly calibrator?: Calibrator;
  /** Two classes: from this probability on a row belongs to the second, the positive one. Absent: the likelier class. */
  readonly threshold?: number;
}

/** Says nothing of the probabilities, nor of the labels. */
export function isPlain({ kept, calibrator, threshold }: Adjustment): boolean {
  return kept === undefined && calibrator === undefined && threshold === undefined;
}

/** Row-major `rows × classes`, before the threshold. */
export function adjustScores(scores: Float64Array, { kept, calibrator }: Adjustment): Float64Array {
  const corrected = kept === undefined ? scores : toBaseRate(scores, kept);
  return calibrator === undefined ? corrected : calibrate(calibrator, corrected);
}

/** Class codes. Of equally likely classes the first, unless the threshold says otherwise. */
export function labelsOf(scores: Float64Array, classCount: number, threshold?: number | undefined): Float64Array {
  const labels = new Float64Array(classCount === 0 ? 0 : scores.length / classCount);
  for (let row = 0; row < labels.length; row++) {
    const start = row * classCount;
    if (threshold !== undefined && classCount === 2) {
      labels[row] = (scores[start + 1] as number) >= threshold ? 1 : 0;
      continue;
    }
    let best = 0;
    for (let code = 1; code < classCount; code++) if ((scores[start + code] as number) > (scores[start + best] as number)) best = code;
    labels[row] = best;
  }
  return labels;
}

/**
 * `undefined` leaves the model as it is. What the model says of itself, such as its importance, stays its own. Throws a
 * RangeError for a model without probabilities.
 */
export function withAdjustment(fitted: FittedModel, adjustment: Adjustment | undefined, classCount: number | undefined): FittedModel {
  if (adjustment === undefined || isPlain(adjustment)) return fitted;
  const probabilities = fitted.predictProba?.bind(fitted);
  if (probabilities === undefined || classCount === undefined) throw new RangeError('a model without probabilities has none to adjust');
  const importance = fitted.featureImportance?.bind(fitted);
  const contributions = fitted.contributions?.bind(fitted);
  const predictProba = (x: FeatureMatrix): Float64Array => adjustScores(probabilities(x), adjustment);
  return {
    estimator: fitted.estimator,
    predictProba,
    predict: (x) => labelsOf(predictProba(x), classCount, adjustment.threshold),
    ...(importance !== undefined && { featureImportance: importance }),
    ...(fitted.contributionWork !== undefined && { contributionWork: fitted.contributionWork }),
    ...(contributions !== undefined && { contributions: (x: FeatureMatrix) => adjustContributions(contributions(x), adjustment) }),
    toJSON: () => fitted.toJSON(),
    describe: () => fitted.describe(),
    ...(fitted.modelSummary !== undefined && { modelSummary: fitted.modelSummary }),
  };
}

/** The base rate moves log odds of two classes by a constant; anything else is no sum of features any more but by the raw score. */
function adjustContributions(of: Contributions, { kept, calibrator }: Adjustment): Contributions {
  if (kept === undefined && calibrator === undefined) return of;
  const [negative = 1, positive = 1] = kept ?? [];
  if (calibrator !== undefined || of.outputs !== 1 || of.space !== 'log_odds') return { ...of, space: 'raw' };
  return { ...of, expected: of.expected.map((value) => value + Math.log(negative / positive)) };
}
