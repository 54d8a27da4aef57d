/**
 * Grows one tree leaf by leaf: the leaf with the largest gain is split next (Shi, "Best-first
 * Decision Tree Learning", 2007). Only the smaller child is counted; the larger is the parent minus it.
 * Buffers are kept from tree to tree.
 */
import type { BinnedFeature } from './binning.ts';
import { SLOTS } from './binning.ts';
import { findSplit } from './find-split.ts';
import { type GrowingLeaf, type GrownNode, GrownTree } from './grown-tree.ts';
import { accumulateCounted, accumulatePaired, clearHistogram, type Stride, subtractHistogram } from './histogram.ts';
import { partitionRows } from './partition.ts';
import { packGradients, packHessians } from './quantise.ts';
import type { LeafSums, Split, SplitLimits, SplitSearch } from './split.ts';

export interface GrowLimits extends SplitLimits {
  readonly maxLeaves: number;
  /** Edges from the root to a leaf. */
  readonly maxDepth: number;
}

export interface GrowRequest {
  /** Ascending. */
  readonly rows: Int32Array;
  /** Per row of the table. */
  readonly gradients: Float64Array;
  /** Per row of the table; absent when every one is 1. */
  readonly hessians: Float64Array | undefined;
  /** 1 for each feature that may be used. */
  readonly allowed: Uint8Array;
  readonly seed: number;
}

export class TreeGrower {
  readonly #features: readonly BinnedFeature[];
  readonly #columns: readonly Uint8Array[];
  readonly #bins: Uint8Array;
  readonly #limits: GrowLimits;
  readonly #slotsUsed: Int32Array;
  readonly #packed: Float64Array;
  #packedHessians = new Float64Array(0);
  readonly #rows: Int32Array;
  readonly #scratch: Int32Array;
  readonly #pool: Float64Array[] = [];
  #stride: Stride = 1;

  /** `bins` is `columns` in row-major order: rows are parted by one feature and counted by all. */
  constructor(features: readonly BinnedFeature[], columns: readonly Uint8Array[], bins: Uint8Array, rowCount: number, limits: GrowLimits) {
    this.#features = features;
    this.#columns = columns;
    this.#bins = bins;
    this.#limits = limits;
    this.#slotsUsed = Int32Array.from(features, (feature) => feature.binCount + 1);
    this.#packed = new Float64Array(rowCount);
    this.#rows = new Int32Array(rowCount);
    this.#scratch = new Int32Array(rowCount);
  }

  grow(request: GrowRequest): GrownTree {
    const { rows, hessians } = request;
    const stride: Stride = hessians === undefined ? 1 : 2;
    if (stride !== this.#stride) this.#pool.length = 0;
    this.#stride = stride;
    const limits = this.#limits;
    const order = this.#rows.subarray(0, rows.length);
    order.set(rows);

    const packing = packGradients(rows, request.gradients, request.seed, this.#packed);
    if (hessians !== undefined && this.#packedHessians.length === 0) this.#packedHessians = new Float64Array(this.#packed.length);
    const hessianUnit = hessians === undefined ? 1 : packHessians(rows, hessians, this.#packedHessians);
    const search: SplitSearch = {
      features: this.#features,
      allowed: request.allowed,
      stride,
      packing: { ...packing, hessianUnit },
      limits,
    };

    const root = newLeaf(0, rows.length, 0, this.#sumsOf(search, rows), -1, false);
    const leaves: GrowingLeaf[] = [root];
    const nodes: GrownNode[] = [];
    if (this.#mayDivide(root, 1)) {
      root.histogram = this.#count(order, root);
      root.split = findSplit(search, root.histogram, root.sums);
    }

    while (leaves.length < limits.maxLeaves) {
      const chosen = largestGain(leaves);
      if (chosen < 0) break;
      const leaf = leaves[chosen] as GrowingLeaf;
      const split = leaf.split as Split;
      const goesLeft = goesLeftTable(split, this.#features[split.feature] as BinnedFeature);
      const leftCount = partitionRows(order, leaf.begin, leaf.end, this.#columns[split.feature] as Uint8Array, goesLeft, this.#scratch);
      const middle = leaf.begin + leftCount;
      const node = nodes.push({ split, goesLeft, left: 0, right: 0 }) - 1;
      link(nodes, leaf, node);

      const depth = leaf.depth + 1;
      const left = newLeaf(leaf.begin, middle, depth, split.left, node, true);
      const right = newLeaf(middle, leaf.end, depth, split.right, node, false);
      leaves[chosen] = left;
      leaves.push(right);
      this.#prepare(search, order, leaf.histogram as Float64Array, left, right, leaves.length);
      leaf.histogram = undefined;
    }

    for (const leaf of leaves) if (leaf.histogram !== undefined) this.#pool.push(leaf.histogram);
    leaves.forEach((leaf, index) => {
      link(nodes, leaf, ~index);
    });
    return new GrownTree(nodes, leaves, order, this.#features.length);
  }

  /** Histograms and best splits of two new leaves, from their parent's histogram, which is used up. */
  #prepare(search: SplitSearch, order: Int32Array, parent: Float64Array, left: GrowingLeaf, right: GrowingLeaf, leafCount: number): void {
    const smaller = left.end - left.begin <= right.end - right.begin ? left : right;
    const larger = smaller === left ? right : left;
    const smallerMay = this.#mayDivide(smaller, leafCount);
    const largerMay = this.#mayDivide(larger, leafCount);
    if (!smallerMay && !largerMay) {
      this.#pool.push(parent);
      return;
    }
    smaller.histogram = this.#count(order, smaller);
    if (largerMay) {
      subtractHistogram(parent, smaller.histogram, this.#slotsUsed, this.#stride);
      larger.histogram = parent;
      larger.split = findSplit(search, parent, larger.sums);
    } else {
      this.#pool.push(parent);
    }
    if (smallerMay) {
      smaller.split = findSplit(search, smaller.histogram, smaller.sums);
    } else {
      this.#pool.push(smaller.histogram);
      smaller.histogram = undefined;
    }
  }

  #mayDivide(leaf: GrowingLeaf, leafCount: number): boolean {
    const { maxLeaves, maxDepth, minSamplesLeaf } = this.#limits;
    return leafCount < maxLeaves && leaf.depth < maxDepth && leaf.sums.count >= 2 * minSamplesLeaf && this.#features.length > 0;
  }

  #count(order: Int32Array, leaf: GrowingLeaf): Float64Array {
    const histogram = this.#pool.pop() ?? new Float64Array(this.#features.length * SLOTS * this.#stride);
    clearHistogram(histogram, this.#slotsUsed, this.#stride);
    const width = this.#features.length;
    if (this.#stride === 1) accumulateCounted(this.#bins, width, order, leaf.begin, leaf.end, this.#packed, histogram);
    else accumulatePaired(this.#bins, width, order, leaf.begin, leaf.end, this.#packed, this.#packedHessians, histogram);
    return histogram;
  }

  #sumsOf(search: SplitSearch, rows: Int32Array): LeafSums {
    const { shift, hessianUnit } = search.packing;
    let sum = 0;
    let hessian = 0;
    for (let i = 0; i < rows.length; i++) sum += this.#packed[rows[i] as number] as number;
    if (search.stride === 2) for (let i = 0; i < rows.length; i++) hessian += this.#packedHessians[rows[i] as number] as number;
    const gradient = Math.floor(sum / shift);
    return { count: rows.length, gradient, hessian: search.stride === 1 ? rows.length : hessian * hessianUnit };
  }
}

function newLeaf(begin: number, end: number, depth: number, sums: LeafSums, parent: number, isLeft: boolean): GrowingLeaf {
  return { begin, end, depth, sums, histogram: undefined, split: undefined, parent, isLeft };
}

/** Make a leaf's place in its parent point to a node, or to a leaf as ~leaf. */
function link(nodes: readonly GrownNode[], leaf: GrowingLeaf, target: number): void {
  const parent = nodes[leaf.parent];
  if (parent === undefined) return;
  if (leaf.isLeft) parent.left = target;
  else parent.right = target;
}

function largestGain(leaves: readonly GrowingLeaf[]): number {
  let best = -1;
  let bestGain = 0;
  for (let i = 0; i < leaves.length; i++) {
    const gain = leaves[i]?.split?.gain ?? 0;
    if (gain > bestGain) {
      bestGain = gain;
      best = i;
    }
  }
  return best;
}

function goesLeftTable(split: Split, feature: BinnedFeature): Uint8Array {
  if (split.leftBins !== undefined) return split.leftBins;
  const table = new Uint8Array(SLOTS);
  table.fill(1, 0, split.bin + 1);
  // After `fill`: the missing bin is the last and may lie inside the range when all values go left.
  table[feature.binCount] = split.missingLeft ? 1 : 0;
  return table;
}
