/** Precision, recall and F1 of every class against the rest, and which classes are taken for which. */
import { columnOf, membership } from '../metrics/classification.ts';
import { type Confusion, countsOf, f1Of, precisionOf, recallOf } from '../metrics/confusion.ts';
import { ones } from '../metrics/measurable.ts';
import type { MetricValue } from '../metrics/outcome.ts';
import { rankByScore, rankingAreas } from '../metrics/ranking.ts';
import { type Interval, wilsonInterval } from './wilson.ts';

export interface ClassReport {
  readonly label: string;
  /** Weight of the rows of this class, and of those predicted as it. */
  readonly support: number;
  readonly predicted: number;
  readonly precision: MetricValue;
  readonly recall: MetricValue;
  readonly f1: MetricValue;
  /** Wilson intervals; sound for unweighted counts. */
  readonly precisionInterval: Interval;
  readonly recallInterval: Interval;
}

/** One report a class, in the order of `classes`. */
export function perClassReport(confusion: Confusion, classes: readonly string[]): readonly ClassReport[] {
  return classes.map((label, code) => {
    const counts = countsOf(confusion, code);
    const support = counts.truePositives + counts.falseNegatives;
    const predicted = counts.truePositives + counts.falsePositives;
    const precision = precisionOf(counts);
    const recall = recallOf(counts);
    return {
      label,
      support,
      predicted,
      precision,
      recall,
      f1: f1Of(counts),
      precisionInterval: wilsonInterval(precision.value ?? 0, predicted),
      recallInterval: wilsonInterval(recall.value ?? 0, support),
    };
  });
}

export interface ClassAreas {
  readonly rocAuc: MetricValue;
  readonly precisionRecallAuc: MetricValue;
}

/** Areas of each class against the rest. `scores` is row-major `rows × classCount`. */
export function perClassAreas(truth: Int32Array, scores: Float64Array, classCount: number): readonly ClassAreas[] {
  const weight = ones(truth.length);
  return Array.from({ length: classCount }, (_, code) => {
    const { roc, precisionRecall } = rankingAreas(rankByScore(columnOf(scores, classCount, code)), membership(truth, code), weight);
    return { rocAuc: roc, precisionRecallAuc: precisionRecall };
  });
}

export interface TopConfusion {
  /** Codes. */
  readonly truth: number;
  readonly predicted: number;
  readonly count: number;
  /** Share of the rows of the true class. */
  readonly share: number;
}

/** The largest cells off the diagonal, largest first, then by true and predicted code. */
export function topConfusions({ size, counts }: Confusion, limit = 10): readonly TopConfusion[] {
  const found: TopConfusion[] = [];
  for (let truth = 0; truth < size; truth++) {
    const line = counts.subarray(truth * size, (truth + 1) * size);
    const support = line.reduce((sum, count) => sum + count, 0);
    line.forEach((count, predicted) => {
      if (predicted !== truth && count > 0) found.push({ truth, predicted, count, share: count / support });
    });
  }
  return found.sort((a, b) => b.count - a.count).slice(0, limit);
}
