/**
 * What a decision threshold on the score gives. Choose one on validation rows: the best threshold of
 * the test rows is flattered by having been chosen there.
 */
import { type ClassCounts, f1Of, precisionOf, recallOf } from '../metrics/confusion.ts';
import type { MetricValue } from '../metrics/outcome.ts';
import { type ScoreSteps, thin } from './score-steps.ts';

export interface ThresholdRow extends ClassCounts {
  /** Rows that score at least this are called positive. */
  readonly threshold: number;
  readonly precision: MetricValue;
  readonly recall: MetricValue;
  readonly f1: MetricValue;
  /** Share of all rows called positive. */
  readonly flagged: number;
}

/** At most `limit` thresholds among the scores that occur, from the highest, evenly spread over the flagged share. */
export function thresholdTable(steps: ScoreSteps, limit = 101): readonly ThresholdRow[] {
  const { truePositives, falsePositives } = steps;
  const flagged = (index: number): number => (truePositives[index] as number) + (falsePositives[index] as number);
  return thin(truePositives.length, flagged, limit).map((index) => rowAt(steps, index));
}

export type ThresholdGoal = 'f1_score' | 'accuracy_score' | 'youden';

/**
 * The threshold with the best F1, accuracy, or recall + specificity − 1 (Youden, Cancer 3 (1950) 32);
 * of equal ones the highest. `undefined` without positive or without negative rows.
 */
export function bestThreshold(steps: ScoreSteps, goal: ThresholdGoal): ThresholdRow | undefined {
  const { truePositives, falsePositives, positives, negatives } = steps;
  if (!(positives > 0 && negatives > 0)) return undefined;
  let best = 0;
  let bestValue = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < truePositives.length; index++) {
    const found = truePositives[index] as number;
    const alarms = falsePositives[index] as number;
    const value =
      goal === 'f1_score'
        ? (2 * found) / (found + alarms + positives)
        : goal === 'accuracy_score'
          ? found - alarms
          : found / positives - alarms / negatives;
    if (value > bestValue) {
      best = index;
      bestValue = value;
    }
  }
  return rowAt(steps, best);
}

function rowAt({ thresholds, truePositives, falsePositives, positives, negatives }: ScoreSteps, index: number): ThresholdRow {
  const found = truePositives[index] as number;
  const falseAlarms = falsePositives[index] as number;
  const counts = {
    truePositives: found,
    falsePositives: falseAlarms,
    falseNegatives: positives - found,
    trueNegatives: negatives - falseAlarms,
  };
  return {
    threshold: thresholds[index] as number,
    ...counts,
    precision: precisionOf(counts),
    recall: recallOf(counts),
    f1: f1Of(counts),
    flagged: (found + falseAlarms) / (positives + negatives),
  };
}
