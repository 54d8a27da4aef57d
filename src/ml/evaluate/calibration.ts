/**
 * Do predicted probabilities come true? One binning serves the plot and the expected calibration
 * error, so that they cannot disagree.
 */
import { argsort } from '../metrics/argsort.ts';
import { ones } from '../metrics/measurable.ts';
import type { MetricValue } from '../metrics/outcome.ts';
import { equalRuns } from './quantile.ts';
import { wilsonInterval } from './wilson.ts';

export interface CalibrationBin {
  /** Mean probability of the bin's rows. */
  readonly predicted: number;
  /** Share of them that is positive, with its Wilson interval. */
  readonly observed: number;
  readonly low: number;
  readonly high: number;
  /** Rows. */
  readonly count: number;
}

export interface Calibration {
  /** By growing probability; bins without rows are left out. */
  readonly bins: readonly CalibrationBin[];
  /**
   * Mean |observed − predicted| over bins, weighted by their rows (Naeini, Cooper and Hauskrecht, AAAI
   * 2015). It depends on the bins and is biased upward in small data.
   */
  readonly expectedCalibrationError: MetricValue;
}

export interface CalibrationOptions {
  readonly bins?: number | undefined;
  /** `width`: equal parts of 0 … 1, as scikit-learn's default. `count`: about equally many rows each. */
  readonly by?: 'width' | 'count' | undefined;
  readonly weight?: Float64Array | undefined;
}

/** `scores` are probabilities of the positive class, 0 … 1; `isPositive[row]` is 1 or 0. */
export function calibration(scores: Float64Array, isPositive: Uint8Array, options: CalibrationOptions = {}): Calibration {
  const { bins = 10, by = 'width', weight = ones(scores.length) } = options;
  const order = argsort(scores);
  const ends = by === 'count' ? equalRuns(scores, order, bins) : widthEnds(scores, order, bins);
  const found: (CalibrationBin & { readonly weight: number })[] = [];
  let start = 0;
  for (const end of ends) {
    let total = 0;
    let squares = 0;
    let score = 0;
    let positive = 0;
    for (let place = start; place < end; place++) {
      const row = order[place] as number;
      const w = weight[row] as number;
      total += w;
      squares += w * w;
      score += w * (scores[row] as number);
      positive += w * (isPositive[row] as number);
    }
    if (total > 0) {
      const observed = positive / total;
      // Kish's effective number of rows; equals the number of rows without weights.
      const { low, high } = wilsonInterval(observed, (total * total) / squares);
      found.push({ predicted: score / total, observed, low, high, count: end - start, weight: total });
    }
    start = end;
  }
  const total = found.reduce((sum, bin) => sum + bin.weight, 0);
  const gap = found.reduce((sum, bin) => sum + bin.weight * Math.abs(bin.observed - bin.predicted), 0);
  return {
    bins: found.map(({ weight: _, ...bin }) => bin),
    expectedCalibrationError: total > 0 ? { value: gap / total } : { missing: 'there are no rows' },
  };
}

/** Places where the bins (k−1)/bins < score ≤ k/bins end; the first bin includes 0. */
function widthEnds(scores: Float64Array, order: Int32Array, bins: number): readonly number[] {
  const ends: number[] = [];
  let place = 0;
  for (let bin = 1; bin <= bins; bin++) {
    while (place < order.length && (bin === bins || (scores[order[place] as number] as number) <= bin / bins)) place++;
    ends.push(place);
  }
  return ends;
}

/**
 * The highest probability of each row and whether that class is the true one: the calibration of the
 * top class, for more than two classes. `scores` is row-major `rows × classCount`.
 */
export function topClass(
  scores: Float64Array,
  truth: Int32Array,
  classCount: number,
): { readonly scores: Float64Array; readonly isCorrect: Uint8Array } {
  const top = new Float64Array(truth.length);
  const isCorrect = new Uint8Array(truth.length);
  for (let row = 0; row < truth.length; row++) {
    let best = 0;
    for (let code = 1; code < classCount; code++) {
      if ((scores[row * classCount + code] as number) > (scores[row * classCount + best] as number)) best = code;
    }
    top[row] = scores[row * classCount + best] as number;
    isCorrect[row] = best === truth[row] ? 1 : 0;
  }
  return { scores: top, isCorrect };
}
