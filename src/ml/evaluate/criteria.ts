/**
 * The gate: compare measured metrics with the recipe's limits. A criterion that cannot be checked
 * fails with its reason, because a gate that lets the unknown pass is no gate.
 */
import type { MetricValues } from '../metrics/outcome.ts';
import type { IntervalOutcome } from './bootstrap.ts';

export interface Criterion {
  readonly metric: string;
  /** The worst value that passes; equal passes. */
  readonly threshold: number;
  readonly greaterIsBetter: boolean;
}

export interface CriterionResult extends Criterion {
  /** `null` where the metric is undefined or was not measured; `note` says why. */
  readonly value: number | null;
  /** `close` where the interval holds values on the other side of the limit. */
  readonly result: 'pass' | 'pass-close' | 'fail-close' | 'fail';
  readonly low?: number;
  readonly high?: number;
  readonly note?: string;
}

/** One result a criterion, in their order. */
export function checkCriteria(
  criteria: readonly Criterion[],
  metrics: MetricValues,
  intervals: ReadonlyMap<string, IntervalOutcome> = new Map(),
): readonly CriterionResult[] {
  return criteria.map((criterion) => {
    const measured = metrics.get(criterion.metric);
    const fixed = { metric: criterion.metric, threshold: criterion.threshold, greaterIsBetter: criterion.greaterIsBetter };
    if (measured?.value === undefined || Number.isNaN(measured.value)) {
      return { ...fixed, value: null, result: 'fail', note: measured?.missing ?? 'the metric was not measured' };
    }
    const passes = (value: number): boolean => (criterion.greaterIsBetter ? value >= criterion.threshold : value <= criterion.threshold);
    const verdict = passes(measured.value) ? 'pass' : 'fail';
    const interval = intervals.get(criterion.metric);
    if (interval === undefined || interval.missing !== undefined) return { ...fixed, value: measured.value, result: verdict };
    const { low, high } = interval;
    const isClose = passes(low) !== passes(high);
    return { ...fixed, value: measured.value, result: isClose ? `${verdict}-close` : verdict, low, high };
  });
}

export type Verdict = 'VALIDATED' | 'REJECTED' | 'UNKNOWN';

/** `UNKNOWN` without criteria; `VALIDATED` when all pass, however closely. */
export function verdictOf(results: readonly CriterionResult[]): Verdict {
  if (results.length === 0) return 'UNKNOWN';
  return results.every(({ result }) => result === 'pass' || result === 'pass-close') ? 'VALIDATED' : 'REJECTED';
}
