/**
 * Means and medians of weighted numbers. Without weights every row counts once.
 */

export function weightedMean(values: Float64Array | Int32Array, weight: Float64Array | undefined): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    const w = weight === undefined ? 1 : (weight[i] as number);
    sum += w * (values[i] as number);
    total += w;
  }
  return sum / total;
}

/** A value with half of the weight on each side; the middle between two when the half falls between them. */
export function weightedMedian(values: Float64Array, weight: Float64Array | undefined): number {
  if (weight === undefined) {
    const sorted = Float64Array.from(values).sort();
    const upper = sorted.length >> 1;
    return sorted.length % 2 === 1 ? (sorted[upper] as number) : ((sorted[upper - 1] as number) + (sorted[upper] as number)) / 2;
  }
  // Ties by index: equal values may carry different weights and a sum has one order.
  const order = Array.from(values.keys()).sort((a, b) => (values[a] as number) - (values[b] as number) || a - b);
  let total = 0;
  for (const i of order) total += weight[i] as number;
  let below = 0;
  for (let at = 0; at < order.length; at++) {
    const i = order[at] as number;
    below += weight[i] as number;
    if (2 * below === total && at + 1 < order.length) return ((values[i] as number) + (values[order[at + 1] as number] as number)) / 2;
    if (2 * below >= total) return values[i] as number;
  }
  return Number.NaN;
}
