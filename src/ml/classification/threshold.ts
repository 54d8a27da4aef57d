/**
 * From which probability on a row of two classes is called positive: where a metric is best, or where mistakes cost
 * least. To be chosen on rows that the model did not learn from.
 */
import type { ScoreSteps } from '../evaluate/score-steps.ts';

/** Metrics that say something of labels and are best at neither end, where everything or nothing is called positive. */
export const THRESHOLD_METRICS = ['f1_score', 'f1_score_macro', 'accuracy_score'] as const;
export type ThresholdMetric = (typeof THRESHOLD_METRICS)[number];

export function isThresholdMetric(name: string): name is ThresholdMetric {
  return (THRESHOLD_METRICS as readonly string[]).includes(name);
}

export interface MistakeCost {
  /** Of a negative row that is called positive, and of a positive row that is not. Not negative; one is above 0. */
  readonly false_positive: number;
  readonly false_negative: number;
}

export type ThresholdGoal = { readonly metric: ThresholdMetric } | { readonly cost: MistakeCost };

export interface ChosenThreshold {
  /** Rows with at least this probability are positive; 0 … 1. */
  readonly threshold: number;
  /** What is reached there and at 0.5, on the rows it was chosen on: the metric, or the mean cost of a row. */
  readonly value: number;
  readonly atHalf: number;
}

/**
 * The best of all cuts between two neighbouring probabilities, in the middle of both; of equal ones that nearest to 0.5.
 * `undefined` without positive or without negative rows.
 */
export function chooseThreshold(steps: ScoreSteps, goal: ThresholdGoal): ChosenThreshold | undefined {
  const { thresholds, truePositives, falsePositives, positives, negatives } = steps;
  if (!(positives > 0 && negatives > 0)) return undefined;
  const value = (found: number, alarms: number): number => measureCut(goal, { found, alarms, positives, negatives });
  const sign = 'cost' in goal ? -1 : 1;
  const at = (index: number): number => (index < 0 ? value(0, 0) : value(truePositives[index] as number, falsePositives[index] as number));
  let best: { readonly threshold: number; readonly value: number } | undefined;
  // Before the first step nothing is called positive, which no threshold up to 1 says where a row has a probability of 1.
  for (let index = (thresholds[0] as number) < 1 ? -1 : 0; index < thresholds.length; index++) {
    const candidate = { threshold: cutAfter(thresholds, index), value: at(index) };
    const gain = best === undefined ? 1 : sign * (candidate.value - best.value);
    if (best === undefined || gain > 0 || (gain === 0 && Math.abs(candidate.threshold - 0.5) < Math.abs(best.threshold - 0.5)))
      best = candidate;
  }
  if (best === undefined) return undefined;
  return { ...best, atHalf: valueAt(steps, goal, 0.5) };
}

/** The metric, or the mean cost of a row, when rows with at least this probability are called positive. */
export function valueAt(steps: ScoreSteps, goal: ThresholdGoal, threshold: number): number {
  const { thresholds, truePositives, falsePositives, positives, negatives } = steps;
  let last = -1;
  while (last + 1 < thresholds.length && (thresholds[last + 1] as number) >= threshold) last++;
  const [found, alarms] = last < 0 ? [0, 0] : [truePositives[last] as number, falsePositives[last] as number];
  return measureCut(goal, { found, alarms, positives, negatives });
}

/** Between the probability of this step and that of the next: what flags this step and no later one. */
function cutAfter(thresholds: Float64Array, index: number): number {
  const above = index < 0 ? 1 : (thresholds[index] as number);
  const below = index + 1 < thresholds.length ? (thresholds[index + 1] as number) : 0;
  const middle = below + (above - below) / 2;
  // The same cut as 0.5 is called 0.5.
  if (below < 0.5 && 0.5 <= above) return 0.5;
  return middle > below ? middle : above;
}

interface Counts {
  readonly found: number;
  readonly alarms: number;
  readonly positives: number;
  readonly negatives: number;
}

function measureCut(goal: ThresholdGoal, { found, alarms, positives, negatives }: Counts): number {
  const missed = positives - found;
  if ('cost' in goal) return (goal.cost.false_positive * alarms + goal.cost.false_negative * missed) / (positives + negatives);
  const rejected = negatives - alarms;
  const f1 = (2 * found) / (2 * found + alarms + missed);
  switch (goal.metric) {
    case 'f1_score':
      return f1;
    case 'accuracy_score':
      return (found + rejected) / (positives + negatives);
    default:
      return (f1 + (2 * rejected) / (2 * rejected + alarms + missed)) / 2;
  }
}
