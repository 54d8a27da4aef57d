/** The regression metrics, from a target and a prediction in the target's units. */
import { argsort } from './argsort.ts';
import { gather, type Measurable } from './measurable.ts';
import { type MetricValue, type MetricValues, outcome, ratio } from './outcome.ts';

/**
 * Prepare rows for measuring. Both arrays have one finite number a row.
 *
 * The coefficient of determination is undefined for a constant target, and the percentage error where
 * a target is 0 (dividing by a tiny number instead would let one such row decide the mean).
 */
export function regressionRows(target: Float64Array, prediction: Float64Array): Measurable {
  const rowCount = target.length;
  const absolute = new Float64Array(rowCount);
  let centre = 0;
  for (let row = 0; row < rowCount; row++) {
    absolute[row] = Math.abs((prediction[row] as number) - (target[row] as number));
    centre += ((target[row] as number) - centre) / (row + 1);
  }
  const byError = argsort(absolute);

  function measure(weight: Float64Array): MetricValues {
    let total = 0;
    let sumAbsolute = 0;
    let sumSquared = 0;
    let sumRelative = 0;
    let zeroTargets = 0;
    let sum = 0;
    // Deviations from the mean over all rows, so that the squared deviation does not cancel.
    let deviation = 0;
    let squaredDeviation = 0;
    let lowest = Number.POSITIVE_INFINITY;
    let highest = Number.NEGATIVE_INFINITY;
    let largest = 0;
    for (let row = 0; row < rowCount; row++) {
      const w = weight[row] as number;
      if (w === 0) continue;
      const y = target[row] as number;
      const error = absolute[row] as number;
      total += w;
      sum += w * y;
      sumAbsolute += w * error;
      sumSquared += w * error * error;
      if (y === 0) zeroTargets++;
      else sumRelative += (w * error) / Math.abs(y);
      deviation += w * (y - centre);
      squaredDeviation += w * (y - centre) * (y - centre);
      if (y < lowest) lowest = y;
      if (y > highest) highest = y;
      if (error > largest) largest = error;
    }
    const none = 'there are no rows';
    const meanSquared = ratio(sumSquared, total, none);
    const determination = (): MetricValue => {
      if (!(total > 0)) return { missing: none };
      if (lowest === highest) return { missing: 'the target is the same in every row' };
      return outcome(1 - sumSquared / (squaredDeviation - (deviation * deviation) / total));
    };
    const relative = (): MetricValue =>
      zeroTargets === 0
        ? ratio(sumRelative, total, none)
        : { missing: `the target is 0 in ${zeroTargets} ${zeroTargets === 1 ? 'row' : 'rows'}` };
    const r2 = determination();
    return new Map<string, MetricValue>([
      ['root_mean_squared_error', meanSquared.value === undefined ? meanSquared : { value: Math.sqrt(meanSquared.value) }],
      ['mean_absolute_error', ratio(sumAbsolute, total, none)],
      ['median_absolute_error', total > 0 ? outcome(weightedMedian(absolute, byError, weight, total)) : { missing: none }],
      ['r2_score', r2],
      ['mean_absolute_percentage_error', relative()],
      ['mean_squared_error', meanSquared],
      ['max_error', total > 0 ? outcome(largest) : { missing: none }],
      ['score', r2],
      ['example_count', { value: rowCount }],
      ['sum_on_target', outcome(sum)],
      ['mean_on_target', ratio(sum, total, none)],
    ]);
  }

  return {
    rowCount,
    costPerRow: 2,
    measure,
    take: (rows) => regressionRows(gather(target, rows), gather(prediction, rows)),
  };
}

/**
 * The value below and above which half of the weight lies; the mean of the two middle values where
 * the half falls exactly between them (the averaged inverse of the distribution function: Hyndman
 * and Fan, The American Statistician 50 (1996), definition 2). `order` sorts `values`.
 */
export function weightedMedian(values: Float64Array, order: Int32Array, weight: Float64Array, total: number): number {
  let reached = 0;
  let lower: number | undefined;
  for (let place = 0; place < order.length; place++) {
    const row = order[place] as number;
    const w = weight[row] as number;
    if (w === 0) continue;
    const value = values[row] as number;
    if (lower !== undefined) return (lower + value) / 2;
    reached += w;
    if (reached > total / 2) return value;
    if (reached === total / 2) lower = value;
  }
  // Rounding of the running sum can leave the last row just short of half.
  return lower ?? Number.NaN;
}
