/**
 * Means and quantiles of weighted numbers. Without weights every value counts once; a value of weight w
 * counts as the value w times, and one of weight 0 is not there.
 */

export function weightedMean(values: Float64Array | Int32Array, weight: Float64Array | undefined): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    const w = weight === undefined ? 1 : (weight[i] as number);
    if (w === 0) continue;
    sum += w * (values[i] as number);
    total += w;
  }
  return sum / total;
}

/** A value with half of the weight on each side; the middle between two when the half falls between them. */
export function weightedMedian(values: Float64Array, weight: Float64Array | undefined): number {
  return weightedQuantile(values, weight, 0.5);
}

/**
 * The smallest value that at least this share of the weight does not exceed, and the middle between it and the next one when the
 * share is met exactly (definition 2 of Hyndman and Fan, "Sample Quantiles in Statistical Packages", The American Statistician
 * 1996). `level` is inside 0 … 1; `NaN` without values. Expected time is linear: the side without the quantile is not sorted.
 */
export function weightedQuantile(values: Float64Array, weight: Float64Array | undefined, level: number): number {
  const counted = weight === undefined ? undefined : weight.filter((w) => w > 0);
  const rest = counted === undefined || counted.length === values.length ? values.slice() : values.filter((_, i) => weight?.[i] !== 0);
  let total = 0;
  if (counted === undefined) total = rest.length;
  else for (const w of counted) total += w;
  return select(rest, counted, level * total);
}

/** Where the weight reaches `wanted`, in ascending order. Orders its arguments anew. Twin of the `select` of `losses.as.ts`. */
export function select(values: Float64Array, weight: Float64Array | undefined, wanted: number): number {
  let [begin, end] = [0, values.length];
  // Weight before the range, and the smallest value behind it.
  let before = 0;
  let next = Number.NaN;
  let pivot = Number.NaN;
  while (begin < end) {
    pivot = middleOf(values[begin] as number, values[(begin + end) >> 1] as number, values[end - 1] as number);
    // Three parts: below the pivot, equal to it, above it (Dijkstra's flag).
    let [low, at, high] = [begin, begin, end];
    let lower = 0;
    let equal = 0;
    while (at < high) {
      const value = values[at] as number;
      const w = weight === undefined ? 1 : (weight[at] as number);
      if (value < pivot) {
        lower += w;
        swap(values, weight, low++, at++);
      } else if (value > pivot) {
        swap(values, weight, at, --high);
      } else {
        equal += w;
        at++;
      }
    }
    if (before + lower > wanted) {
      next = pivot;
      end = low;
      continue;
    }
    if (before + lower === wanted && low > begin) return (largest(values, begin, low) + pivot) / 2;
    if (before + lower + equal > wanted) return pivot;
    if (before + lower + equal === wanted) {
      const above = high < end ? smallest(values, high, end) : next;
      return Number.isNaN(above) ? pivot : (pivot + above) / 2;
    }
    before += lower + equal;
    begin = high;
  }
  // Only rounding of the weights' sums gets here.
  return pivot;
}

function middleOf(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}

function swap(values: Float64Array, weight: Float64Array | undefined, a: number, b: number): void {
  const value = values[a] as number;
  values[a] = values[b] as number;
  values[b] = value;
  if (weight === undefined) return;
  const w = weight[a] as number;
  weight[a] = weight[b] as number;
  weight[b] = w;
}

function largest(values: Float64Array, from: number, to: number): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let i = from; i < to; i++) most = Math.max(most, values[i] as number);
  return most;
}

function smallest(values: Float64Array, from: number, to: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = from; i < to; i++) least = Math.min(least, values[i] as number);
  return least;
}
