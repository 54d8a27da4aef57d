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
  const relative = new Float64Array(rowCount);
  let centre = 0;
  for (let row = 0; row < rowCount; row++) {
    absolute[row] = Math.abs((prediction[row] as number) - (target[row] as number));
    relative[row] = target[row] === 0 ? 0 : (absolute[row] as number) / Math.abs(target[row] as number);
    centre += ((target[row] as number) - centre) / (row + 1);
  }
  const byError = argsort(absolute);
  const columns: Columns = { target, absolute, relative, centre };

  function measure(weight: Float64Array): MetricValues {
    const sums = sumsOf(columns, weight);
    const { total, deviation } = sums;
    const none = 'there are no rows';
    const meanSquared = ratio(sums.squared, total, none);
    const determination = (): MetricValue => {
      if (!(total > 0)) return { missing: none };
      if (sums.lowest === sums.highest) return { missing: 'the target is the same in every row' };
      return outcome(1 - sums.squared / (sums.squaredDeviation - (deviation * deviation) / total));
    };
    const percentage = (): MetricValue =>
      sums.zeroTargets === 0
        ? ratio(sums.relative, total, none)
        : { missing: `the target is 0 in ${sums.zeroTargets} ${sums.zeroTargets === 1 ? 'row' : 'rows'}` };
    const r2 = determination();
    return new Map<string, MetricValue>([
      ['root_mean_squared_error', meanSquared.value === undefined ? meanSquared : { value: Math.sqrt(meanSquared.value) }],
      ['mean_absolute_error', ratio(sums.absolute, total, none)],
      ['median_absolute_error', total > 0 ? outcome(weightedMedian(absolute, byError, weight, total)) : { missing: none }],
      ['r2_score', r2],
      ['mean_absolute_percentage_error', percentage()],
      ['mean_squared_error', meanSquared],
      ['max_error', total > 0 ? outcome(largestError(weight)) : { missing: none }],
      ['score', r2],
      ['example_count', { value: rowCount }],
      ['sum_on_target', outcome(sums.target)],
      ['mean_on_target', ratio(sums.target, total, none)],
    ]);
  }

  function largestError(weight: Float64Array): number {
    let place = rowCount - 1;
    while (weight[byError[place] as number] === 0) place--;
    return absolute[byError[place] as number] as number;
  }

  return {
    rowCount,
    costPerRow: 2,
    order: byError,
    measure,
    take: (rows) => regressionRows(gather(target, rows), gather(prediction, rows)),
  };
}

interface Columns {
  readonly target: Float64Array;
  readonly absolute: Float64Array;
  readonly relative: Float64Array;
  readonly centre: number;
}

interface Sums {
  readonly total: number;
  readonly target: number;
  readonly absolute: number;
  readonly squared: number;
  readonly relative: number;
  readonly zeroTargets: number;
  /** From the mean over all rows, so that the squared deviation does not cancel. */
  readonly deviation: number;
  readonly squaredDeviation: number;
  readonly lowest: number;
  readonly highest: number;
}

/** Weighted sums over the rows; the inner loop of the bootstrap. */
function sumsOf({ target, absolute, relative, centre }: Columns, weight: Float64Array): Sums {
  let total = 0;
  let sum = 0;
  let sumAbsolute = 0;
  let sumSquared = 0;
  let sumRelative = 0;
  let zeroTargets = 0;
  let deviation = 0;
  let squaredDeviation = 0;
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < target.length; row++) {
    const w = weight[row] as number;
    const y = target[row] as number;
    const error = absolute[row] as number;
    const weighted = w * error;
    const away = y - centre;
    total += w;
    sum += w * y;
    sumAbsolute += weighted;
    sumSquared += weighted * error;
    sumRelative += w * (relative[row] as number);
    deviation += w * away;
    squaredDeviation += w * away * away;
    // Whether a row was drawn cannot be predicted by the processor, so it is asked last and seldom.
    if (y === 0 && w > 0) zeroTargets++;
    if (y < lowest && w > 0) lowest = y;
    if (y > highest && w > 0) highest = y;
  }
  return {
    total,
    target: sum,
    absolute: sumAbsolute,
    squared: sumSquared,
    relative: sumRelative,
    zeroTargets,
    deviation,
    squaredDeviation,
    lowest,
    highest,
  };
}

/**
 * The value below and above which half of the weight lies; the mean of the two middle values where
 * the half falls exactly between them (the averaged inverse of the distribution function: Hyndman
 * and Fan, The American Statistician 50 (1996), definition 2). `order` sorts `values`.
 */
export function weightedMedian(values: Float64Array, order: Int32Array, weight: Float64Array, total: number): number {
  const half = total / 2;
  let reached = 0;
  let place = 0;
  while (place < order.length) {
    reached += weight[order[place] as number] as number;
    if (reached >= half) break;
    place++;
  }
  // Rounding of the running sum can leave the last row just short of half.
  const middle = values[order[Math.min(place, order.length - 1)] as number] as number;
  if (reached !== half) return middle;
  for (place++; place < order.length; place++) {
    if ((weight[order[place] as number] as number) > 0) return (middle + (values[order[place] as number] as number)) / 2;
  }
  return middle;
}
