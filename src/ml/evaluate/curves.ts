/** ROC, precision-recall and gain curves of a score, thinned to what a chart can show. */
import { type ScoreSteps, thin } from './score-steps.ts';

export type Point = readonly [x: number, y: number];

/** Most points a curve has. */
export const CURVE_POINTS = 200;

/**
 * False positive rate against true positive rate, from (0, 0) to (1, 1). Empty where only one class
 * occurs, because then one of the rates does not exist.
 */
export function rocCurve(steps: ScoreSteps, limit: number = CURVE_POINTS): readonly Point[] {
  const { truePositives, falsePositives, positives, negatives } = steps;
  if (!(positives > 0 && negatives > 0)) return [];
  const x = (index: number): number => (index === 0 ? 0 : (falsePositives[index - 1] as number) / negatives);
  const y = (index: number): number => (index === 0 ? 0 : (truePositives[index - 1] as number) / positives);
  return thin(truePositives.length + 1, (index) => x(index) + y(index), limit).map((index) => [x(index), y(index)]);
}

/**
 * Recall against precision, from the highest score to the lowest. There is no made-up point at recall
 * 0. Empty without positive rows. The reference is the share of positive rows.
 */
export function precisionRecallCurve(steps: ScoreSteps, limit: number = CURVE_POINTS): readonly Point[] {
  const { truePositives, falsePositives, positives } = steps;
  if (!(positives > 0)) return [];
  const recall = (index: number): number => (truePositives[index] as number) / positives;
  const precision = (index: number): number =>
    (truePositives[index] as number) / ((truePositives[index] as number) + (falsePositives[index] as number));
  const usable = firstFlagged(steps);
  // Precision also moves while recall stands still, so half of the progress is the share of steps.
  const count = truePositives.length - usable;
  return thin(count, (index) => recall(index + usable) + index / count, limit).map((index) => [
    recall(index + usable),
    precision(index + usable),
  ]);
}

export interface GainPoint {
  /** Share of the rows that are flagged, those with the highest scores. */
  readonly share: number;
  /** Share of the positive rows among them; a random order gives `share`. */
  readonly gain: number;
  /** `gain / share`; 1 for a random order. */
  readonly lift: number;
  /** The lowest flagged score. */
  readonly threshold: number;
}

/** Cumulative gain and lift, by growing share. Empty without positive rows. */
export function gainCurve(steps: ScoreSteps, limit: number = CURVE_POINTS): readonly GainPoint[] {
  const { thresholds, truePositives, falsePositives, positives, negatives } = steps;
  if (!(positives > 0)) return [];
  const share = (index: number): number => ((truePositives[index] as number) + (falsePositives[index] as number)) / (positives + negatives);
  const usable = firstFlagged(steps);
  return thin(truePositives.length - usable, (index) => share(index + usable), limit).map((at) => {
    const index = at + usable;
    const gain = (truePositives[index] as number) / positives;
    return { share: share(index), gain, lift: gain / share(index), threshold: thresholds[index] as number };
  });
}

/** Rows of weight 0 may come first; nothing is flagged there. */
function firstFlagged({ truePositives, falsePositives }: ScoreSteps): number {
  let index = 0;
  while (truePositives[index] === 0 && falsePositives[index] === 0) index++;
  return index;
}
