/** Numbers of any size made ready for squares. */

/**
 * The values less one of them, divided by the largest of that: between −1 and 1, so that no square overflows or
 * vanishes, and exact near each other far from zero. NaN stays; `undefined` when no two values differ.
 */
export function unitScale(values: Float64Array): Float64Array | undefined {
  const first = values.find((value) => !Number.isNaN(value));
  if (first === undefined) return undefined;
  let [largest, half] = [0, 1];
  for (const value of values) largest = Math.max(largest, Math.abs(Number.isNaN(value) ? 0 : value - first));
  if (largest === Number.POSITIVE_INFINITY) {
    [largest, half] = [0, 2];
    for (const value of values) largest = Math.max(largest, Math.abs(Number.isNaN(value) ? 0 : value / 2 - first / 2));
  }
  return largest === 0 ? undefined : values.map((value) => (value / half - first / half) / largest);
}
