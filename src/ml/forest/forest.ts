/**
 * The trees of a forest, in the form that walks read: two words a node, each tree in preorder, so that a left child is
 * the next node. Rows are walked by their bins.
 */
import type { FeatureMatrix } from '../estimator.ts';
import { KIND_SET, LEAF_NODE } from '../kernels/forest-layout.ts';
import { threadCount } from '../kernels/threads.ts';
import { binColumn } from '../trees/binning.ts';
import { type ForestParts, walkFeatures } from './forest-parts.ts';
import { ForestWalker, worthWalker } from './forest-walker.ts';

/** Rows whose bins are made at a time. */
const BLOCK_ROWS = 512;

export class Forest {
  readonly parts: ForestParts;
  #walker: ForestWalker | undefined;

  constructor(parts: ForestParts) {
    this.parts = parts;
  }

  get treeCount(): number {
    return this.parts.trees.length / 2;
  }

  get nodeCount(): number {
    return 2 * this.leafCount - this.treeCount;
  }

  get leafCount(): number {
    return this.parts.counts.length;
  }

  /** Add the leaf values of every tree to `sums[row × outputs + …]`, tree after tree. */
  addTo(x: FeatureMatrix, sums: Float64Array): void {
    if (!worthWalker(x.rowCount, this.treeCount)) return void this.walkTo(x, sums);
    this.#walker ??= new ForestWalker(this.parts, { threads: threadCount() });
    this.#walker.addTo(x, sums);
  }

  /** The same in plain TypeScript. */
  walkTo(x: FeatureMatrix, sums: Float64Array): void {
    const { features, outputs, values, trees } = this.parts;
    const width = features.length;
    const cells = new Uint8Array(BLOCK_ROWS * width);
    for (let begin = 0; begin < x.rowCount; begin += BLOCK_ROWS) {
      const rows = Math.min(BLOCK_ROWS, x.rowCount - begin);
      for (const [f, feature] of walkFeatures(features).entries()) {
        const bins = binColumn(feature, (x.columns[f] as Float64Array).subarray(begin, begin + rows));
        for (let row = 0; row < rows; row++) cells[row * width + f] = bins[row] as number;
      }
      for (let tree = 0; tree < trees.length; tree += 2) {
        const root = 2 * (trees[tree] as number);
        const first = trees[tree + 1] as number;
        for (let row = 0; row < rows; row++) {
          const from = (first + this.#leafOf(root, cells, row * width)) * outputs;
          const to = (begin + row) * outputs;
          for (let k = 0; k < outputs; k++) sums[to + k] = (sums[to + k] as number) + (values[from + k] as number);
        }
      }
    }
  }

  #leafOf(root: number, cells: Uint8Array, begin: number): number {
    const { nodes } = this.parts;
    let at = root;
    for (;;) {
      const word = nodes[at] as number;
      const feature = word & 0xffff;
      if (feature === LEAF_NODE) return nodes[at + 1] as number;
      const bin = cells[begin + feature] as number;
      const kind = word >> 24;
      const isLeft =
        kind === KIND_SET
          ? (((nodes[at + 2 + (bin >> 5)] as number) >> (bin & 31)) & 1) === 1
          : ((bin + kind) & 255) <= ((word >> 16) & 255) + kind;
      if (!isLeft) at = root + 2 * (nodes[at + 1] as number);
      else at += kind === KIND_SET ? 10 : 2;
    }
  }
}
