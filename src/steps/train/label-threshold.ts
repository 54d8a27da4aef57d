/** From which probability on a row is called positive: as the recipe says, or chosen on the validation rows where the smaller class is rare. */
import {
  type ChosenThreshold,
  chooseThreshold,
  isThresholdMetric,
  type ThresholdGoal,
  valueAt,
} from '../../ml/classification/threshold.ts';
import type { FittedModel, Target } from '../../ml/estimator.ts';
import { scoreSteps } from '../../ml/evaluate/score-steps.ts';
import { columnOf, membership } from '../../ml/metrics/classification.ts';
import { ones } from '../../ml/metrics/measurable.ts';
import { rankByScore, rankingAreas } from '../../ml/metrics/ranking.ts';
import type { ThresholdParams } from './params.ts';
import type { Part } from './parts.ts';

/** Below this share of the training rows the smaller class is rare: at 0.5 it would hardly be predicted. */
export const RARE = 0.2;

export interface LabelThreshold {
  /** Absent: there was nothing to choose it on, and the likelier class is predicted. */
  readonly value?: number;
  readonly by: 'recipe' | 'metric' | 'cost';
  /** `metric` only. */
  readonly metric?: string;
  /** The recipe is judged by this one, which says nothing of labels. */
  readonly instead?: string;
  /** Nobody asked for it. */
  readonly isOwn: boolean;
  /** Share of the positive class in the training rows. */
  readonly baseRate: number;
  /** Rows of the positive class in validation. */
  readonly positives: number;
  /** Area under the precision-recall curve on validation. */
  readonly areaUnderPrecisionRecall?: number;
  /** The metric, or the mean cost of a row, at the threshold and at 0.5 on validation. */
  readonly reached?: Pick<ChosenThreshold, 'value' | 'atHalf'>;
}

export interface ThresholdQuestion {
  readonly training: Extract<Target, { readonly kind: 'classification' }>;
  readonly validation: Part;
  readonly wanted: ThresholdParams | undefined;
  readonly primaryMetric: string | undefined;
}

/** `undefined` where nobody asked and no class is rare. `fitted` gives probabilities of two classes. */
export function labelThreshold(
  fitted: FittedModel,
  { training, validation, wanted, primaryMetric }: ThresholdQuestion,
): LabelThreshold | undefined {
  if (training.classes.length !== 2) return undefined;
  const baseRate = training.codes.length === 0 ? 0 : training.codes.reduce((sum, code) => sum + code, 0) / training.codes.length;
  const smaller = Math.min(baseRate, 1 - baseRate);
  if (wanted === undefined && !(smaller > 0 && smaller < RARE)) return undefined;
  const { goal, ...by } = goalOf(wanted, primaryMetric);
  const y = validation.y as typeof training;
  const scores = fitted.predictProba?.(validation.x) as Float64Array;
  const probability = columnOf(scores, 2, 1);
  const isPositive = membership(y.codes, 1);
  const weight = validation.sampleWeight ?? ones(y.codes.length);
  const steps = scoreSteps(probability, isPositive, weight);
  const chosen = chooseThreshold(steps, goal);
  const area = rankingAreas(rankByScore(probability), isPositive, weight).precisionRecall.value;
  const value = typeof wanted === 'number' ? wanted : chosen?.threshold;
  return {
    ...by,
    ...(value !== undefined && { value }),
    isOwn: wanted === undefined,
    baseRate,
    positives: isPositive.reduce((sum, one) => sum + one, 0),
    ...(area !== undefined && { areaUnderPrecisionRecall: area }),
    ...(chosen !== undefined && value !== undefined && { reached: { value: valueAt(steps, goal, value), atHalf: chosen.atHalf } }),
  };
}

function goalOf(
  wanted: ThresholdParams | undefined,
  primaryMetric: string | undefined,
): Pick<LabelThreshold, 'by' | 'metric' | 'instead'> & { readonly goal: ThresholdGoal } {
  if (typeof wanted === 'object' && 'cost' in wanted) return { by: 'cost', goal: { cost: wanted.cost } };
  const named = typeof wanted === 'object' ? wanted.metric : primaryMetric === 'score' ? 'accuracy_score' : (primaryMetric ?? 'f1_score');
  const metric = isThresholdMetric(named) ? named : 'f1_score';
  const by = typeof wanted === 'number' ? 'recipe' : 'metric';
  return { by, metric, ...(metric !== named && { instead: named }), goal: { metric } };
}
