/**
 * Rows whose metrics can be measured again and again under other weights. One preparation (errors,
 * sorting by score) serves the point estimate and each of a thousand bootstrap resamples, so both
 * come from the same arithmetic.
 */
import type { MetricValues } from './outcome.ts';

export interface Measurable {
  readonly rowCount: number;
  /** About how many additions one `measure` takes for each row; the bootstrap plans with it. */
  readonly costPerRow: number;
  /** Rows taken in this order are measured faster, because memory is then read from end to end. */
  readonly order?: Int32Array | undefined;
  /** `weight[row]` is non-negative and finite; a row of weight 2 counts as two rows, one of 0 as none. */
  measure(weight: Float64Array): MetricValues;
  /** The same for some of the rows only. */
  take(rows: Int32Array): Measurable;
}

/** Weight 1 for every row. */
export function ones(rowCount: number): Float64Array {
  return new Float64Array(rowCount).fill(1);
}

/** `values[rows[0]], values[rows[1]], …`, in an array of the same kind. */
export function gather<A extends Float64Array | Int32Array>(values: A, rows: Int32Array): A {
  const taken = (values instanceof Float64Array ? new Float64Array(rows.length) : new Int32Array(rows.length)) as A;
  for (let place = 0; place < rows.length; place++) taken[place] = values[rows[place] as number] as number;
  return taken;
}
