/**
 * A tree as it comes from the grower: it knows the bins that its splits part and the rows of its
 * leaves. Values are given to the leaves by boosting, after which only the columns of `tree.ts` stay.
 */
import { SLOTS } from './binning.ts';
import type { LeafSums, Split } from './split.ts';
import { TreeBuilder, type TreeColumns } from './tree.ts';

export interface GrownNode {
  readonly split: Split;
  readonly goesLeft: Uint8Array;
  /** A node, or ~leaf. */
  left: number;
  right: number;
}

export interface GrowingLeaf {
  readonly begin: number;
  readonly end: number;
  readonly depth: number;
  readonly sums: LeafSums;
  histogram: Float64Array | undefined;
  split: Split | undefined;
  readonly parent: number;
  readonly isLeft: boolean;
}

/** A tree whose leaves have rows and no values yet. */
export class GrownTree {
  readonly leafCount: number;
  readonly #nodes: readonly GrownNode[];
  readonly #leaves: readonly GrowingLeaf[];
  readonly #order: Int32Array;
  readonly #width: number;

  constructor(nodes: readonly GrownNode[], leaves: readonly GrowingLeaf[], order: Int32Array, width: number) {
    this.#nodes = nodes;
    this.#leaves = leaves;
    this.#order = order;
    this.#width = width;
    this.leafCount = leaves.length;
  }

  /** The rows of a leaf, ascending. Valid until the next tree grows. */
  rowsOf(leaf: number): Int32Array {
    const { begin, end } = this.#leaves[leaf] as GrowingLeaf;
    return this.#order.subarray(begin, end);
  }

  /** Add the leaf values to the scores of rows by their row-major bins; all rows but those in `except`, which ascends. */
  walk(bins: Uint8Array, leafValues: Float64Array, scores: Float64Array, except: Int32Array): void {
    const width = this.#width;
    const nodes = this.#nodes.length;
    const feature = new Int32Array(nodes);
    const children = new Int32Array(2 * nodes);
    const goesLeft = new Uint8Array(nodes * SLOTS);
    this.#nodes.forEach((node, at) => {
      feature[at] = node.split.feature;
      children[2 * at] = node.right;
      children[2 * at + 1] = node.left;
      goesLeft.set(node.goesLeft, at * SLOTS);
    });
    let next = 0;
    for (let row = 0; row < scores.length; row++) {
      if (next < except.length && except[next] === row) {
        next++;
        continue;
      }
      const base = row * width;
      let at = nodes === 0 ? ~0 : 0;
      while (at >= 0) {
        const bin = bins[base + (feature[at] as number)] as number;
        at = children[2 * at + (goesLeft[at * SLOTS + bin] as number)] as number;
      }
      scores[row] = (scores[row] as number) + (leafValues[~at] as number);
    }
  }

  addGains(gains: Float64Array): void {
    for (const { split } of this.#nodes) gains[split.feature] = (gains[split.feature] as number) + split.gain;
  }

  toColumns(values: Float64Array): TreeColumns {
    const builder = new TreeBuilder(1);
    const open = [this.#nodes.length === 0 ? ~0 : 0];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (at < 0) {
        const { begin, end } = this.#leaves[~at] as GrowingLeaf;
        builder.addLeaf(values, ~at, end - begin);
        continue;
      }
      const { split, left, right } = this.#nodes[at] as GrownNode;
      builder.addSplit(split.feature, split.bin, split.missingLeft, split.leftBins);
      open.push(right, left);
    }
    return builder.finish();
  }
}
