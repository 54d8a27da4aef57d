/** The classification metrics, from class codes and, where a model gives them, probabilities. */
import { accuracyOf, type Confusion, confusionMatrix, countsOf, f1Of, macroF1Of, precisionOf, recallOf } from './confusion.ts';
import { rowLogLoss } from './log-loss.ts';
import { gather, type Measurable } from './measurable.ts';
import { type MetricValue, type MetricValues, outcome, ratio } from './outcome.ts';
import { type Ranking, rankByScore, rankingAreas } from './ranking.ts';

export interface ClassifiedRows {
  /** True and predicted class codes, 0 … classCount − 1. */
  readonly truth: Int32Array;
  readonly predicted: Int32Array;
  readonly classCount: number;
  /** Row-major `rows × classCount`, finite. */
  readonly scores?: Float64Array | undefined;
}

const NO_PROBABILITIES: MetricValue = { missing: 'the model gives no probabilities' };
/** Kept sort orders stay below 20 MB; above, a class is sorted each time it is measured. */
const KEPT_RANKS = 5_000_000;

/** Two classes; `positive` is the code of the one that precision, recall and the areas speak of. */
export function binaryRows(rows: ClassifiedRows, positive: number): Measurable {
  const { truth, predicted, scores } = rows;
  const loss = scores && rowLogLoss(truth, scores, 2);
  const isPositive = membership(truth, positive);
  const ranking = scores && rankByScore(columnOf(scores, 2, positive));

  function measure(weight: Float64Array): MetricValues {
    const confusion = confusionMatrix(truth, predicted, 2, weight);
    const counts = countsOf(confusion, positive);
    const accuracy = accuracyOf(confusion);
    const areas = ranking && rankingAreas(ranking, isPositive, weight);
    return new Map<string, MetricValue>([
      ['accuracy_score', accuracy],
      ['f1_score', f1Of(counts)],
      ['precision_score', precisionOf(counts)],
      ['recall_score', recallOf(counts)],
      ['roc_auc', areas?.roc ?? NO_PROBABILITIES],
      ['precision_recall_auc', areas?.precisionRecall ?? NO_PROBABILITIES],
      ['log_loss', loss ? weightedMean(loss, weight) : NO_PROBABILITIES],
      ['f1_score_macro', macroF1Of(confusion)],
      ['true_positives', outcome(counts.truePositives)],
      ['true_negatives', outcome(counts.trueNegatives)],
      ['false_positives', outcome(counts.falsePositives)],
      ['false_negatives', outcome(counts.falseNegatives)],
      ['score', accuracy],
      ['example_count', { value: truth.length }],
    ]);
  }

  return {
    rowCount: truth.length,
    costPerRow: 2,
    order: ranking?.order,
    measure,
    take: (some) => binaryRows(takeRows(rows, some), positive),
  };
}

/** Any number of classes. */
export function multiclassRows(rows: ClassifiedRows): Measurable {
  const { truth, predicted, classCount, scores } = rows;
  const loss = scores && rowLogLoss(truth, scores, classCount);
  const members = Array.from({ length: scores ? classCount : 0 }, (_, code) => membership(truth, code));
  const kept = new Map<number, Ranking>();

  function rankingOf(code: number, all: Float64Array): Ranking {
    const known = kept.get(code);
    if (known !== undefined) return known;
    const ranking = rankByScore(columnOf(all, classCount, code));
    if ((kept.size + 1) * truth.length <= KEPT_RANKS) kept.set(code, ranking);
    return ranking;
  }

  /** Classes without rows have weight 0 in the mean, so their undefined areas drop out. */
  function oneAgainstRest(confusion: Confusion, weight: Float64Array, all: Float64Array): MetricValue {
    let sum = 0;
    let total = 0;
    for (let code = 0; code < classCount; code++) {
      const support = supportOf(confusion, code);
      if (support === 0) continue;
      const { roc } = rankingAreas(rankingOf(code, all), members[code] as Uint8Array, weight);
      if (roc.value === undefined) return roc;
      sum += support * roc.value;
      total += support;
    }
    return ratio(sum, total, 'there are no rows');
  }

  function measure(weight: Float64Array): MetricValues {
    const confusion = confusionMatrix(truth, predicted, classCount, weight);
    const accuracy = accuracyOf(confusion);
    return new Map<string, MetricValue>([
      ['accuracy_score', accuracy],
      ['f1_score_macro', macroF1Of(confusion)],
      // Each row is one true or false positive and one true or false negative of the pool.
      ['f1_score_micro', accuracy],
      ['precision_score', weightedPrecision(confusion)],
      // Weighting recalls by support gives Σ TP / Σ support.
      ['recall_score', accuracy],
      ['roc_auc', scores ? oneAgainstRest(confusion, weight, scores) : NO_PROBABILITIES],
      ['log_loss', loss ? weightedMean(loss, weight) : NO_PROBABILITIES],
      ['score', accuracy],
      ['example_count', { value: truth.length }],
    ]);
  }

  return {
    rowCount: truth.length,
    costPerRow: scores ? classCount + 1 : 1,
    measure,
    take: (some) => multiclassRows(takeRows(rows, some)),
  };
}

function supportOf({ size, counts }: Confusion, code: number): number {
  let support = 0;
  for (let other = 0; other < size; other++) support += counts[code * size + other] as number;
  return support;
}

/** A class with rows that is never predicted has precision 0: that is the model's failure, not a gap in the data. */
function weightedPrecision(confusion: Confusion): MetricValue {
  let sum = 0;
  let total = 0;
  for (let code = 0; code < confusion.size; code++) {
    const support = supportOf(confusion, code);
    sum += support * (precisionOf(countsOf(confusion, code)).value ?? 0);
    total += support;
  }
  return ratio(sum, total, 'there are no rows');
}

function weightedMean(values: Float64Array, weight: Float64Array): MetricValue {
  let sum = 0;
  let total = 0;
  for (let row = 0; row < values.length; row++) {
    sum += (weight[row] as number) * (values[row] as number);
    total += weight[row] as number;
  }
  return ratio(sum, total, 'there are no rows');
}

/** 1 for the rows of the class, 0 for the others. */
export function membership(codes: Int32Array, code: number): Uint8Array {
  const member = new Uint8Array(codes.length);
  for (let row = 0; row < codes.length; row++) member[row] = codes[row] === code ? 1 : 0;
  return member;
}

/** One class's column of row-major scores. */
export function columnOf(scores: Float64Array, classCount: number, code: number): Float64Array {
  const column = new Float64Array(scores.length / classCount);
  for (let row = 0; row < column.length; row++) column[row] = scores[row * classCount + code] as number;
  return column;
}

function takeRows({ truth, predicted, classCount, scores }: ClassifiedRows, some: Int32Array): ClassifiedRows {
  const taken = { truth: gather(truth, some), predicted: gather(predicted, some), classCount };
  if (scores === undefined) return taken;
  const part = new Float64Array(some.length * classCount);
  for (let place = 0; place < some.length; place++) {
    const start = (some[place] as number) * classCount;
    part.set(scores.subarray(start, start + classCount), place * classCount);
  }
  return { ...taken, scores: part };
}
