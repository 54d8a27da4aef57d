/** The confusion matrix and the rates that follow from it alone. */
import { type MetricValue, ratio } from './outcome.ts';

/** Weights of rows by true class (row) and predicted class (column), row-major `size × size`. */
export interface Confusion {
  readonly size: number;
  readonly counts: Float64Array;
}

/** Both arrays hold class codes 0 … size − 1. Without weights every row counts 1. */
export function confusionMatrix(truth: Int32Array, predicted: Int32Array, size: number, weight?: Float64Array): Confusion {
  const counts = new Float64Array(size * size);
  for (let row = 0; row < truth.length; row++) {
    const cell = (truth[row] as number) * size + (predicted[row] as number);
    counts[cell] = (counts[cell] as number) + (weight === undefined ? 1 : (weight[row] as number));
  }
  return { size, counts };
}

/** One class against the rest. */
export interface ClassCounts {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  readonly trueNegatives: number;
}

export function countsOf({ size, counts }: Confusion, code: number): ClassCounts {
  let support = 0;
  let predicted = 0;
  let total = 0;
  for (let cell = 0; cell < counts.length; cell++) total += counts[cell] as number;
  for (let other = 0; other < size; other++) {
    support += counts[code * size + other] as number;
    predicted += counts[other * size + code] as number;
  }
  const truePositives = counts[code * size + code] as number;
  return {
    truePositives,
    falsePositives: predicted - truePositives,
    falseNegatives: support - truePositives,
    trueNegatives: total - support - predicted + truePositives,
  };
}

export function precisionOf(c: ClassCounts): MetricValue {
  return ratio(c.truePositives, c.truePositives + c.falsePositives, 'no row is predicted positive');
}

export function recallOf(c: ClassCounts): MetricValue {
  return ratio(c.truePositives, c.truePositives + c.falseNegatives, 'no row is positive');
}

/** 2·TP / (2·TP + FP + FN), which equals the harmonic mean and is 0 where nothing is found. */
export function f1Of(c: ClassCounts): MetricValue {
  const denominator = 2 * c.truePositives + c.falsePositives + c.falseNegatives;
  return ratio(2 * c.truePositives, denominator, 'no row is positive or predicted positive');
}

export function accuracyOf({ size, counts }: Confusion): MetricValue {
  let total = 0;
  for (const count of counts) total += count;
  let correct = 0;
  for (let code = 0; code < size; code++) correct += counts[code * size + code] as number;
  return ratio(correct, total, 'there are no rows');
}

/** Unweighted mean F1 of the classes that occur or are predicted. */
export function macroF1Of(confusion: Confusion): MetricValue {
  let sum = 0;
  let classes = 0;
  for (let code = 0; code < confusion.size; code++) {
    const f1 = f1Of(countsOf(confusion, code));
    if (f1.value === undefined) continue;
    sum += f1.value;
    classes++;
  }
  return ratio(sum, classes, 'there are no rows');
}
