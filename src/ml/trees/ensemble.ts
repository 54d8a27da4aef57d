/**
 * Applies trees to raw values. A model's columns are opened once into arrays that a walk reads fast;
 * thresholds are the cuts of the bins, so a walk takes the way that the row's bin took in training.
 */
import type { FeatureMatrix } from '../estimator.ts';
import { threadCount } from '../kernels/threads.ts';
import { type BinnedFeature, SLOTS } from './binning.ts';
import { fitsMasks, MAX_LEAVES, type MaskNode, MaskPredictor, type MaskTree } from './mask-predictor.ts';
import { LEAF, MISSING_LEFT, SET_BYTES, type TreeColumns } from './tree.ts';

/** Rows walked through one tree before the next tree: their values and sums stay in the cache. */
const BLOCK_ROWS = 512;

/** Fewer rows are walked before tables for more are made. */
const MASK_ROWS = 8192;

export class Ensemble {
  readonly features: readonly BinnedFeature[];
  readonly columns: TreeColumns;
  readonly treeCount: number;
  /** Whether the training weights of the leaves are known; in models of older versions row counts stand for them. */
  readonly hasCovers: boolean;
  /** Root node of each tree. */
  readonly #roots: Int32Array;
  /** Per node: the feature, or −1 in a leaf. */
  readonly #feature: Int32Array;
  /** Per node: the threshold, values up to it go left; for categories the number of the set. */
  readonly #threshold: Float64Array;
  readonly #way: Uint8Array;
  /** Per node: the right child, or in a leaf the index of its first value. */
  readonly #next: Int32Array;

  constructor(features: readonly BinnedFeature[], columns: TreeColumns, hasCovers = true) {
    this.features = features;
    this.columns = columns;
    this.hasCovers = hasCovers;
    const nodes = columns.split.length;
    this.#feature = new Int32Array(nodes);
    this.#threshold = new Float64Array(nodes);
    this.#way = new Uint8Array(nodes);
    this.#next = new Int32Array(nodes);
    this.#roots = this.#open();
    this.treeCount = this.#roots.length;
  }

  #predictor: { readonly groups: number; readonly predictor: MaskPredictor | undefined } | undefined;

  get leafCount(): number {
    return this.columns.counts.length;
  }

  /**
   * Add to `sums[row × groups × outputs + …]` the leaf values of every tree. Tree `t` belongs to
   * group `t mod groups`: the class that it votes for in boosting, otherwise there is one group.
   */
  addTo(x: FeatureMatrix, sums: Float64Array, groups: number): void {
    const predictor = x.rowCount >= MASK_ROWS ? this.#predictorFor(groups) : undefined;
    if (predictor === undefined) this.walkTo(x, sums, groups);
    else predictor.addTo(x, sums);
  }

  /** What `addTo` gives, tree by tree and row by row. */
  walkTo(x: FeatureMatrix, sums: Float64Array, groups: number): void {
    const { outputs, values, sets } = this.columns;
    const width = this.features.length;
    const feature = this.#feature;
    const threshold = this.#threshold;
    const way = this.#way;
    const next = this.#next;
    const rowSums = groups * outputs;
    const block = new Float64Array(Math.min(BLOCK_ROWS, x.rowCount) * width);
    for (let begin = 0; begin < x.rowCount; begin += BLOCK_ROWS) {
      const rows = Math.min(BLOCK_ROWS, x.rowCount - begin);
      this.gather(x, begin, rows, block);
      for (let tree = 0; tree < this.#roots.length; tree++) {
        const root = this.#roots[tree] as number;
        const group = (tree % groups) * outputs;
        for (let row = 0; row < rows; row++) {
          const base = row * width;
          let node = root;
          let f = feature[node] as number;
          while (f >= 0) {
            const value = block[base + f] as number;
            const t = threshold[node] as number;
            const kind = way[node] as number;
            // Comparisons with NaN are false, which sends missing values right in the first form and left in the second.
            const left = kind === VALUE_LEFT ? value <= t : kind === VALUE_OR_MISSING_LEFT ? !(value > t) : inSet(sets, t, value);
            node = left ? node + 1 : (next[node] as number);
            f = feature[node] as number;
          }
          const from = next[node] as number;
          const to = (begin + row) * rowSums + group;
          for (let k = 0; k < outputs; k++) sums[to + k] = (sums[to + k] as number) + (values[from + k] as number);
        }
      }
    }
  }

  /** The nodes as walks see them. */
  get opened(): OpenedTrees {
    return { roots: this.#roots, feature: this.#feature, threshold: this.#threshold, way: this.#way, next: this.#next };
  }

  /** Tables for many rows, made once; `undefined` when the trees are too large for them. */
  #predictorFor(groups: number): MaskPredictor | undefined {
    if (this.#predictor?.groups === groups) return this.#predictor.predictor;
    const trees = fitsMasks(this.treeCount, this.features.length) && this.columns.outputs === 1 ? this.#maskTrees() : undefined;
    const predictor = trees && new MaskPredictor(this.features, trees, groups, { threads: threadCount() });
    this.#predictor = { groups, predictor };
    return predictor;
  }

  #maskTrees(): readonly MaskTree[] | undefined {
    const { bin, sets, values } = this.columns;
    const trees: MaskTree[] = [];
    for (const root of this.#roots) {
      const nodes: MaskNode[] = [];
      const own: number[] = [];
      const visit = (node: number): number => {
        const f = this.#feature[node] as number;
        if (f < 0) return ~(own.push(values[this.#next[node] as number] as number) - 1);
        const place = nodes.length;
        const { binCount } = this.features[f] as BinnedFeature;
        const way = this.#way[node] as number;
        const goesLeft = new Uint8Array(SLOTS);
        if (way === IN_SET) for (let b = 0; b < SLOTS; b++) goesLeft[b] = inSet(sets, this.#threshold[node] as number, b) ? 1 : 0;
        else {
          goesLeft.fill(1, 0, (bin[node] as number) + 1);
          goesLeft[binCount] = way === VALUE_OR_MISSING_LEFT ? 1 : 0;
        }
        nodes.push({ feature: f, goesLeft, left: 0, right: 0 });
        nodes[place] = { feature: f, goesLeft, left: visit(node + 1), right: visit(this.#next[node] as number) };
        return place;
      };
      visit(root);
      if (own.length > MAX_LEAVES) return undefined;
      trees.push({ nodes, values: Float64Array.from(own) });
    }
    return trees;
  }

  /** Copy a block of rows, row by row, with categories replaced by their bins. */
  gather(x: FeatureMatrix, begin: number, rows: number, block: Float64Array): void {
    const width = this.features.length;
    for (let f = 0; f < width; f++) {
      const column = x.columns[f] as Float64Array;
      const feature = this.features[f] as BinnedFeature;
      if (feature.kind === 'numeric') {
        for (let row = 0; row < rows; row++) block[row * width + f] = column[begin + row] as number;
        continue;
      }
      const { binOfCode, binCount } = feature;
      for (let row = 0; row < rows; row++) {
        const bin = binOfCode[column[begin + row] as number];
        block[row * width + f] = bin === undefined ? binCount : bin;
      }
    }
  }

  #open(): Int32Array {
    const { split, bin, outputs } = this.columns;
    const roots: number[] = [];
    /** Nodes whose right child is still to come. */
    const open: number[] = [];
    let leaf = 0;
    let set = 0;
    let complete = true;
    for (let node = 0; node < split.length; node++) {
      if (complete) roots.push(node);
      complete = false;
      const code = split[node] as number;
      if (code === LEAF) {
        this.#feature[node] = -1;
        this.#next[node] = leaf++ * outputs;
        // A leaf ends the left side of the last node that waits, or the tree when none does.
        const parent = open.pop();
        if (parent === undefined) complete = true;
        else this.#next[parent] = node + 1;
        continue;
      }
      const f = code & ~MISSING_LEFT;
      const feature = this.features[f] as BinnedFeature;
      this.#feature[node] = f;
      if (feature.kind === 'categorical') {
        this.#way[node] = IN_SET;
        this.#threshold[node] = SET_BYTES * set++;
      } else {
        this.#way[node] = (code & MISSING_LEFT) === 0 ? VALUE_LEFT : VALUE_OR_MISSING_LEFT;
        // The bin after the last cut means that all values go left and only missing ones right.
        this.#threshold[node] = feature.cuts[bin[node] as number] ?? Number.POSITIVE_INFINITY;
      }
      open.push(node);
    }
    return Int32Array.from(roots);
  }
}

/** Nodes of all trees in preorder: a left child is the next node. */
export interface OpenedTrees {
  /** First node of each tree. */
  readonly roots: Int32Array;
  /** The feature, or −1 in a leaf. */
  readonly feature: Int32Array;
  /** Values up to it go left; for categories where the set begins. */
  readonly threshold: Float64Array;
  readonly way: Uint8Array;
  /** The right child, or in a leaf the index of its first value. */
  readonly next: Int32Array;
}

export const VALUE_LEFT = 0;
export const VALUE_OR_MISSING_LEFT = 1;
const IN_SET = 2;

export function inSet(sets: Uint8Array, begin: number, bin: number): boolean {
  return (((sets[begin + (bin >> 3)] as number) >> (bin & 7)) & 1) === 1;
}
