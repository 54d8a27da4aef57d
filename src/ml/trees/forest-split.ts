/**
 * The best split of a forest's node: the one that leaves the least variance. Classes are one 0/1
 * output each, for which that is the Gini criterion of Breiman et al., "Classification and Regression
 * Trees" (1984), so numbers and classes share one search. Nodes are small and look at few features,
 * so histograms are made for one feature at a time and only the bins in use are read and cleared.
 */
import type { BinnedFeature } from './binning.ts';
import { SLOTS } from './binning.ts';

/** One number a row, or one of several classes. */
export type ForestTarget =
  | { readonly kind: 'values'; readonly values: Float64Array }
  | { readonly kind: 'classes'; readonly codes: Int32Array; readonly classCount: number };

export interface ForestSplit {
  readonly feature: number;
  /** Numeric: the last bin that goes left. */
  readonly bin: number;
  readonly missingLeft: boolean;
  /** Categorical: the bins that go left. */
  readonly leftBins: Uint8Array | undefined;
}

/** Up to so many bins in use are sorted as they were met; more are read in order from the histogram. */
const FEW_BINS = 32;
/**
 * A score larger by less than this share is the same score, added up in another order: many splits of
 * small nodes tie, and the first must win whatever the order of the rows.
 */
const NOISE = 1e-12;

export class ForestSplitter {
  /** Sums of the target in the node, one for each output. */
  readonly sums: Float64Array;
  readonly #features: readonly BinnedFeature[];
  readonly #columns: readonly Uint8Array[];
  readonly #target: ForestTarget;
  readonly #minSamplesLeaf: number;
  readonly #weights: Float64Array;
  /** A bin is: rows, weight, then a sum for each output. All 0 between calls. */
  readonly #histogram: Float64Array;
  readonly #stride: number;
  readonly #used = new Int32Array(SLOTS);
  readonly #means = new Float64Array(SLOTS);
  readonly #left: Float64Array;
  #rows: Int32Array = new Int32Array(0);
  #begin = 0;
  #end = 0;
  #weight = 0;
  #bestScore = 0;
  #best: ForestSplit | undefined;

  /** `weights` are read anew at each node: the caller changes them from tree to tree. */
  constructor(
    features: readonly BinnedFeature[],
    columns: readonly Uint8Array[],
    target: ForestTarget,
    weights: Float64Array,
    minSamplesLeaf: number,
  ) {
    this.#features = features;
    this.#columns = columns;
    this.#target = target;
    this.#weights = weights;
    this.#minSamplesLeaf = minSamplesLeaf;
    const outputs = target.kind === 'values' ? 1 : target.classCount;
    this.sums = new Float64Array(outputs);
    this.#left = new Float64Array(outputs);
    this.#stride = outputs + 2;
    this.#histogram = new Float64Array(SLOTS * this.#stride);
  }

  /** Weight of the node's rows. */
  get weight(): number {
    return this.#weight;
  }

  get best(): ForestSplit | undefined {
    return this.#best;
  }

  /** Turn to the rows `rows[begin … end − 1]`. Returns whether their targets differ. */
  enter(rows: Int32Array, begin: number, end: number): boolean {
    this.#rows = rows;
    this.#begin = begin;
    this.#end = end;
    this.#best = undefined;
    this.sums.fill(0);
    this.#weight = 0;
    const target = this.#target;
    const y = target.kind === 'values' ? target.values : target.codes;
    const first = y[rows[begin] as number];
    let differs = false;
    for (let i = begin; i < end; i++) {
      const row = rows[i] as number;
      const weight = this.#weights[row] as number;
      const value = y[row] as number;
      if (value !== first) differs = true;
      this.#weight += weight;
      if (target.kind === 'values') this.sums[0] = (this.sums[0] as number) + weight * value;
      else this.sums[value] = (this.sums[value] as number) + weight;
    }
    this.#bestScore = scoreOf(this.sums, this.#weight);
    return differs;
  }

  /** Look for a better split by this feature. Returns `false` when it is the same in all rows of the node. */
  tryFeature(f: number): boolean {
    const feature = this.#features[f] as BinnedFeature;
    const bins = this.#count(this.#columns[f] as Uint8Array, feature.binCount);
    if (bins > 1) {
      if (feature.kind === 'numeric') this.#scanNumbers(f, bins, feature.binCount);
      else this.#scanCategories(f, bins, feature.binCount);
    }
    const stride = this.#stride;
    for (let i = 0; i < bins; i++) {
      const at = (this.#used[i] as number) * stride;
      for (let k = at; k < at + stride; k++) this.#histogram[k] = 0;
    }
    return bins > 1;
  }

  /** Fill the histogram; `used` then holds the bins with rows in ascending order. Returns how many. */
  #count(column: Uint8Array, binCount: number): number {
    const rows = this.#rows;
    const weights = this.#weights;
    const histogram = this.#histogram;
    const used = this.#used;
    const stride = this.#stride;
    const target = this.#target;
    let bins = 0;
    if (target.kind === 'values') {
      const { values } = target;
      for (let i = this.#begin; i < this.#end; i++) {
        const row = rows[i] as number;
        const bin = column[row] as number;
        const at = bin * 3;
        const weight = weights[row] as number;
        if (histogram[at] === 0) used[bins++] = bin;
        histogram[at] = (histogram[at] as number) + 1;
        histogram[at + 1] = (histogram[at + 1] as number) + weight;
        histogram[at + 2] = (histogram[at + 2] as number) + weight * (values[row] as number);
      }
    } else {
      const { codes } = target;
      for (let i = this.#begin; i < this.#end; i++) {
        const row = rows[i] as number;
        const bin = column[row] as number;
        const at = bin * stride;
        const weight = weights[row] as number;
        if (histogram[at] === 0) used[bins++] = bin;
        const own = at + 2 + (codes[row] as number);
        histogram[at] = (histogram[at] as number) + 1;
        histogram[at + 1] = (histogram[at + 1] as number) + weight;
        histogram[own] = (histogram[own] as number) + weight;
      }
    }
    if (bins > FEW_BINS) {
      bins = 0;
      for (let bin = 0; bin <= binCount; bin++) if (histogram[bin * stride] !== 0) used[bins++] = bin;
    } else {
      for (let i = 1; i < bins; i++) {
        const bin = used[i] as number;
        let j = i - 1;
        for (; j >= 0 && (used[j] as number) > bin; j--) used[j + 1] = used[j] as number;
        used[j + 1] = bin;
      }
    }
    return bins;
  }

  #scanNumbers(f: number, bins: number, missingBin: number): void {
    const hasMissing = this.#used[bins - 1] === missingBin;
    const values = hasMissing ? bins - 1 : bins;
    const majority = (this.#end - this.#begin) / 2;
    // Values before missing ones; then, when there are any, missing values first.
    for (let missingFirst = 0; missingFirst <= (hasMissing ? 1 : 0); missingFirst++) {
      this.#left.fill(0);
      let count = 0;
      let weight = 0;
      if (missingFirst === 1) {
        const at = missingBin * this.#stride;
        count = this.#histogram[at] as number;
        weight = this.#histogram[at + 1] as number;
        this.#addLeft(at);
      }
      const last = hasMissing && missingFirst === 0 ? values : values - 1;
      for (let i = 0; i < last; i++) {
        const bin = this.#used[i] as number;
        const at = bin * this.#stride;
        count += this.#histogram[at] as number;
        weight += this.#histogram[at + 1] as number;
        this.#addLeft(at);
        if (!this.#improves(count, weight)) continue;
        const missingLeft = hasMissing ? missingFirst === 1 : count > majority;
        this.#best = { feature: f, bin, missingLeft, leftBins: undefined };
      }
    }
  }

  #scanCategories(f: number, bins: number, missingBin: number): void {
    const sorted = this.#sortCategories(bins);
    this.#left.fill(0);
    let count = 0;
    let weight = 0;
    let bestTaken = -1;
    let bestCount = 0;
    for (let i = 0; i + 1 < bins; i++) {
      const at = (sorted[i] as number) * this.#stride;
      count += this.#histogram[at] as number;
      weight += this.#histogram[at + 1] as number;
      this.#addLeft(at);
      if (!this.#improves(count, weight)) continue;
      bestTaken = i;
      bestCount = count;
    }
    if (bestTaken < 0) return;
    const leftBins = new Uint8Array(SLOTS);
    // Categories without a row here go with the majority.
    if (2 * bestCount > this.#end - this.#begin) {
      for (let bin = 0; bin <= missingBin; bin++) if (this.#histogram[bin * this.#stride] === 0) leftBins[bin] = 1;
    }
    for (let i = 0; i <= bestTaken; i++) leftBins[sorted[i] as number] = 1;
    this.#best = { feature: f, bin: 0, missingLeft: leftBins[missingBin] === 1, leftBins };
  }

  /**
   * Categories by their mean. With several classes no order is sure to hold the best subset; the share of the
   * class that differs most between the categories is a good one.
   */
  #sortCategories(bins: number): number[] {
    const { sums } = this;
    const histogram = this.#histogram;
    let output = 0;
    let widest = -1;
    for (let k = 0; k < sums.length; k++) {
      const mean = (sums[k] as number) / this.#weight;
      let spread = 0;
      for (let i = 0; i < bins; i++) {
        const at = (this.#used[i] as number) * this.#stride;
        const weight = histogram[at + 1] as number;
        spread += weight * ((histogram[at + 2 + k] as number) / weight - mean) ** 2;
      }
      if (spread > widest) {
        widest = spread;
        output = k;
      }
    }
    const means = this.#means;
    const sorted = Array.from(this.#used.subarray(0, bins));
    for (const bin of sorted)
      means[bin] = (histogram[bin * this.#stride + 2 + output] as number) / (histogram[bin * this.#stride + 1] as number);
    return sorted.sort((a, b) => (means[a] as number) - (means[b] as number) || a - b);
  }

  #addLeft(at: number): void {
    for (let k = 0; k < this.#left.length; k++) this.#left[k] = (this.#left[k] as number) + (this.#histogram[at + 2 + k] as number);
  }

  /** Whether the rows in `left` against the others are the best split so far; remembers the score if so. */
  #improves(count: number, weight: number): boolean {
    if (count < this.#minSamplesLeaf || this.#end - this.#begin - count < this.#minSamplesLeaf) return false;
    let left = 0;
    let right = 0;
    for (let k = 0; k < this.#left.length; k++) {
      const l = this.#left[k] as number;
      const r = (this.sums[k] as number) - l;
      left += l * l;
      right += r * r;
    }
    const score = left / weight + right / (this.#weight - weight);
    if (!(score > this.#bestScore * (1 + NOISE) + Number.MIN_VALUE)) return false;
    this.#bestScore = score;
    return true;
  }

  /** What the best split gains over leaving the node whole. */
  get gain(): number {
    return this.#best === undefined ? 0 : this.#bestScore - scoreOf(this.sums, this.#weight);
  }
}

function scoreOf(sums: Float64Array, weight: number): number {
  let squares = 0;
  for (let k = 0; k < sums.length; k++) squares += (sums[k] as number) * (sums[k] as number);
  return squares / weight;
}
