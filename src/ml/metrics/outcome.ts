/**
 * What measuring a metric gives: a finite number, or why there is none. An undefined metric is never
 * 0 and never NaN, because both would be compared with a limit as if they said something.
 */
export type MetricValue = Measured | Unmeasured;

export interface Measured {
  /** Finite. */
  readonly value: number;
  readonly missing?: undefined;
}
export interface Unmeasured {
  /** Half a sentence, such as `only one class occurs`. */
  readonly missing: string;
  readonly value?: undefined;
}

/** By metric name, in the order of the registry. */
export type MetricValues = ReadonlyMap<string, MetricValue>;

/** The number, or the reason for none where the number is not finite. */
export function outcome(value: number): MetricValue {
  return Number.isFinite(value) ? { value } : { missing: 'the result is too large for a number' };
}

/** `numerator / denominator`; where the denominator is 0, the reason given. */
export function ratio(numerator: number, denominator: number, reason: string): MetricValue {
  return denominator > 0 ? outcome(numerator / denominator) : { missing: reason };
}
