/**
 * Percentile bootstrap intervals of metrics (Efron and Tibshirani, "An Introduction to the Bootstrap"
 * (1993), chapter 13). An interval tells how much the choice of test rows matters; it does not cover
 * fitting the model again on other rows.
 */

import { gather, type Measurable, ones } from '../metrics/measurable.ts';
import { derive, Random } from '../random.ts';
import { quantileSorted } from './quantile.ts';
import { resample } from './resample.ts';
import type { Interval } from './wilson.ts';

export interface BootstrapOptions {
  readonly seed: number;
  /** Wished for; large data get fewer, told in the result. Default 1000. */
  readonly resamples?: number | undefined;
  /** Share of repetitions in which such intervals cover the truth. Default 0.95. */
  readonly level?: number | undefined;
  readonly sampleWeight?: Float64Array | undefined;
  /** See `ResampleOptions`. */
  readonly groups?: Int32Array | undefined;
  readonly strata?: Int32Array | undefined;
}

export type IntervalOutcome = (Interval & { readonly missing?: undefined }) | { readonly missing: string };

export interface Bootstrap {
  /** For the card: `percentile bootstrap, stratified by class`. */
  readonly method: string;
  readonly level: number;
  readonly resamples: number;
  /** Rows that were resampled: fewer than all above about a quarter of a million. */
  readonly rowsUsed: number;
  readonly intervals: ReadonlyMap<string, IntervalOutcome>;
  /** How many resamples had no value, for the metrics where any had none. */
  readonly undefinedResamples: ReadonlyMap<string, number>;
}

/** Additions that the resampling may cost: about a second. */
const BUDGET = 1e8;
/** Percentiles at 2.5 % need this many resamples to be steady. */
const FEWEST_RESAMPLES = 200;
/** The bootstrap of fewer rows says more about the bootstrap than about the metric. */
const FEWEST_ROWS = 10;
/** Where more resamples than this share have no value, the rest is a selected sample. */
const MOST_UNDEFINED = 0.1;

/** Intervals for these metrics of the rows. */
export function bootstrapIntervals(rows: Measurable, names: readonly string[], options: BootstrapOptions): Bootstrap {
  return run([rows], names, options, ([value]) => value as number);
}

/**
 * Intervals of the difference `first − second` of two models on the same rows, from the same resamples:
 * overlapping intervals of the two by themselves decide nothing.
 */
export function pairedIntervals(first: Measurable, second: Measurable, names: readonly string[], options: BootstrapOptions): Bootstrap {
  if (first.rowCount !== second.rowCount) throw new RangeError('a paired comparison needs the same rows on both sides');
  return run([first, second], names, options, ([a, b]) => (a as number) - (b as number));
}

function run(
  sides: readonly Measurable[],
  names: readonly string[],
  options: BootstrapOptions,
  combine: (values: readonly number[]) => number,
): Bootstrap {
  const { level = 0.95, groups, strata } = options;
  const rowCount = (sides[0] as Measurable).rowCount;
  const cost = sides.reduce((sum, side) => sum + Math.max(side.costPerRow, 1), 0);
  const resamples = Math.min(options.resamples ?? 1000, Math.max(FEWEST_RESAMPLES, Math.floor(BUDGET / (rowCount * cost || 1))));
  const most = Math.floor(BUDGET / FEWEST_RESAMPLES / cost);
  // Whole groups are resampled together, so their rows are not thinned.
  const sample =
    rowCount > most && groups === undefined ? new Random(derive(options.seed, 'bootstrap rows')).sample(rowCount, most) : undefined;
  const sampled = sample === undefined ? sides : sides.map((side) => side.take(sample));
  const order = sampled.length === 1 ? sampled[0]?.order : undefined;
  const used = order === undefined ? sampled : sampled.map((side) => side.take(order));
  const arrange = <A extends Float64Array | Int32Array>(values: A | undefined): A | undefined => {
    const kept = values && sample ? gather(values, sample) : values;
    return kept && order ? gather(kept, order) : kept;
  };
  const rowsUsed = sample?.length ?? rowCount;
  const sampleWeight = sample ? thinnedWeight(arrange(options.sampleWeight), rowsUsed, rowCount) : arrange(options.sampleWeight);

  const found = new Map(names.map((name) => [name, new Float64Array(resamples)]));
  const measureAll = (measurables: readonly Measurable[], weight: Float64Array, keep: (name: string, value: number) => void): void => {
    const values = measurables.map((side) => side.measure(weight));
    for (const name of names) keep(name, combine(values.map((side) => side.get(name)?.value ?? Number.NaN)));
  };
  resample(rowsUsed, { seed: options.seed, resamples, sampleWeight, groups: arrange(groups), strata: arrange(strata) }, (weight, index) =>
    measureAll(used, weight, (name, value) => {
      (found.get(name) as Float64Array)[index] = value;
    }),
  );

  // m of n rows are more uncertain than all n: deviations shrink by √(m/n) and move to the full value
  // (Bickel, Götze and van Zwet, Statistica Sinica 7 (1997), section 4).
  const full = new Map<string, number>();
  const part = new Map<string, number>();
  if (sample !== undefined) {
    measureAll(sides, options.sampleWeight ?? ones(rowCount), (name, value) => full.set(name, value));
    measureAll(used, sampleWeight as Float64Array, (name, value) => part.set(name, value));
  }
  const shrink = Math.sqrt(rowsUsed / rowCount);
  const place = (name: string, quantile: number): number =>
    sample === undefined ? quantile : (full.get(name) as number) + shrink * (quantile - (part.get(name) as number));

  const intervals = new Map<string, IntervalOutcome>();
  const undefinedResamples = new Map<string, number>();
  for (const [name, values] of found) {
    const defined = values.filter((value) => !Number.isNaN(value)).sort();
    const lost = resamples - defined.length;
    if (lost > 0) undefinedResamples.set(name, lost);
    if (rowCount < FEWEST_ROWS) intervals.set(name, { missing: `fewer than ${FEWEST_ROWS} rows` });
    else if (lost > MOST_UNDEFINED * resamples) intervals.set(name, { missing: `undefined in ${lost} of ${resamples} resamples` });
    else {
      const tail = (1 - level) / 2;
      intervals.set(name, { low: place(name, quantileSorted(defined, tail)), high: place(name, quantileSorted(defined, 1 - tail)) });
    }
  }
  const method = [
    'percentile bootstrap',
    groups ? 'by group' : strata ? 'stratified by class' : undefined,
    sample ? `of ${rowsUsed} sampled rows, rescaled` : undefined,
  ];
  return { method: method.filter((part) => part !== undefined).join(', '), level, resamples, rowsUsed, intervals, undefinedResamples };
}

/** Sampled rows stand for the others too, so that counts keep the scale of all rows. */
function thinnedWeight(weight: Float64Array | undefined, rowsUsed: number, rowCount: number): Float64Array {
  return (weight ?? ones(rowsUsed)).map((value) => (value * rowCount) / rowsUsed);
}
