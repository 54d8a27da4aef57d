/**
 * A tree as it comes from the grower: it knows the bins that its splits part and the rows of its
 * leaves. Values are given to the leaves by boosting, after which only the columns of `tree.ts` stay.
 */
import * as at from '../kernels/grow-layout.ts';
import type { Offset } from '../kernels/layout.ts';
import { Kernel, type Task } from '../kernels/machine.ts';
import { ranges } from '../kernels/threads.ts';
import { SLOTS } from './binning.ts';
import type { LeafSums, Split, Units } from './split.ts';
import { TreeBuilder, type TreeColumns } from './tree.ts';
import { PIECE_ROWS, type Workshop } from './workshop.ts';

export interface GrownNode {
  readonly split: Split;
  /** A node, or ~leaf. */
  readonly left: number;
  readonly right: number;
}

/**
 * A tree whose leaves have rows and no values yet. It is read from the memory of the kernels, where it stays until the next tree
 * grows: a hundred trees of a short fit would otherwise spend a tenth of its time on objects.
 */
export class GrownTree {
  readonly leafCount: number;
  readonly nodeCount: number;
  /** What the sums of the leaves are counted in. */
  readonly units: Units;
  readonly #workshop: Workshop;
  readonly #words: Int32Array;
  #pieceCount = 0;

  constructor(workshop: Workshop, units: Units) {
    const { machine, plan } = workshop;
    this.#workshop = workshop;
    this.#words = machine.words;
    this.units = units;
    this.leafCount = machine.words[(plan + at.GROW_LEAF_COUNT) / 4] as number;
    this.nodeCount = machine.words[(plan + at.GROW_NODE_COUNT) / 4] as number;
  }

  /** The first is the root, unless the tree is one leaf. In the order in which they were made. */
  get nodes(): readonly GrownNode[] {
    return Array.from({ length: this.nodeCount }, (_, node) => ({
      split: this.#splitAt(node),
      left: this.#ofNode(node, at.NODE_LEFT),
      right: this.#ofNode(node, at.NODE_RIGHT),
    }));
  }

  get splits(): readonly Split[] {
    return this.nodes.map(({ split }) => split);
  }

  /** The place of each leaf from left to right. */
  get places(): Float64Array {
    const begins = Array.from({ length: this.leafCount }, (_, leaf) => this.#ofLeaf(leaf, at.LEAF_BEGIN));
    const fromLeft = Array.from(begins.keys()).sort((a, b) => (begins[a] as number) - (begins[b] as number));
    const places = new Float64Array(fromLeft.length);
    fromLeft.forEach((leaf, place) => {
      places[leaf] = place;
    });
    return places;
  }

  /** The rows of a leaf, ascending. */
  rowsOf(leaf: number): Int32Array {
    const begin = this.#ofLeaf(leaf, at.LEAF_BEGIN);
    return this.#workshop.machine.integers(this.#orderOf(leaf) + 4 * begin, this.#ofLeaf(leaf, at.LEAF_END) - begin);
  }

  /** Writes order, begin and end of each leaf, 16 bytes each. Returns how many rows there are up to the end of each. */
  listLeaves(list: Offset): readonly number[] {
    const words = this.#workshop.machine.integers(list, 4 * this.leafCount);
    const ends: number[] = [];
    let rows = 0;
    for (let leaf = 0; leaf < this.leafCount; leaf++) {
      const begin = this.#ofLeaf(leaf, at.LEAF_BEGIN);
      const end = this.#ofLeaf(leaf, at.LEAF_END);
      words[4 * leaf] = this.#orderOf(leaf);
      words[4 * leaf + 1] = begin;
      words[4 * leaf + 2] = end;
      rows += end - begin;
      ends.push(rows);
    }
    return ends;
  }

  /** Sums of a leaf as its histogram had them: within rounding of those of its rows. */
  sumsOf(leaf: number): LeafSums {
    return this.#sumsAt(this.#workshop.leaves + leaf * at.LEAF_BYTES + at.LEAF_SUMS);
  }

  /** Exact sums of gradients and hessians of each leaf: `2 × leaf` and `2 × leaf + 1`. Pieces are added in their order, whoever summed them. */
  addUp(gradients: Offset, hessians: Offset): Float64Array {
    const { machine, pieces, pieceSums } = this.#workshop;
    const count = this.#cut();
    machine.round(
      ranges(count, machine.threads).map(([from, to]): Task => [Kernel.sumPieces, from, to, pieces, gradients, hessians, pieceSums]),
    );
    const sums = new Float64Array(2 * this.leafCount);
    const parts = machine.numbers(pieceSums, 2 * count);
    const words = machine.integers(pieces, 4 * count);
    for (let piece = 0; piece < count; piece++) {
      const leaf = words[4 * piece + 3] as number;
      sums[2 * leaf] = (sums[2 * leaf] as number) + (parts[2 * piece] as number);
      sums[2 * leaf + 1] = (sums[2 * leaf + 1] as number) + (parts[2 * piece + 1] as number);
    }
    return sums;
  }

  /** Add the leaf values to the scores of the rows that the tree was grown on. */
  addTo(scores: Offset, values: Float64Array): void {
    const { machine, pieces, leafValues } = this.#workshop;
    const count = this.#cut();
    machine.numbers(leafValues, values.length).set(values);
    machine.round(ranges(count, machine.threads).map(([from, to]): Task => [Kernel.addPieces, from, to, pieces, leafValues, scores]));
  }

  /** Add the leaf values to the scores of other rows, listed at `rows`, by their bins. */
  walk(rows: Offset, rowCount: number, bins: Offset, scores: Offset, values: Float64Array): void {
    const { machine, leafValues, nodes, width } = this.#workshop;
    if (rowCount === 0) return;
    if (this.nodeCount === 0) {
      const all = new Float64Array(machine.buffer, scores);
      for (const row of machine.integers(rows, rowCount)) all[row] = (all[row] as number) + (values[0] as number);
      return;
    }
    machine.numbers(leafValues, values.length).set(values);
    machine.round(
      ranges(rowCount, machine.threads).map(
        ([from, to]): Task => [Kernel.walkRows, rows, from, to, bins, width, nodes, leafValues, scores],
      ),
    );
  }

  addGains(gains: Float64Array): void {
    for (let node = 0; node < this.nodeCount; node++) {
      const feature = this.#ofNode(node, at.NODE_FEATURE);
      gains[feature] = (gains[feature] as number) + this.#gainAt(node);
    }
  }

  /** `sampleWeight` is that of all rows of the table; absent, each counts 1. */
  toColumns(values: Float64Array, sampleWeight?: Float64Array): TreeColumns {
    const builder = new TreeBuilder(1);
    const open = [this.nodeCount === 0 ? ~0 : 0];
    for (let place = open.pop(); place !== undefined; place = open.pop()) {
      if (place < 0) {
        const rows = this.#ofLeaf(~place, at.LEAF_END) - this.#ofLeaf(~place, at.LEAF_BEGIN);
        builder.addLeaf(values, ~place, rows, sampleWeight && sumOver(this.rowsOf(~place), sampleWeight));
        continue;
      }
      const isMissingLeft = this.#ofNode(place, at.NODE_MISSING_LEFT) === 1;
      builder.addSplit(this.#ofNode(place, at.NODE_FEATURE), this.#ofNode(place, at.NODE_BIN), isMissingLeft, this.#leftBins(place));
      open.push(this.#ofNode(place, at.NODE_RIGHT), this.#ofNode(place, at.NODE_LEFT));
    }
    return builder.finish();
  }

  /** Cut the leaves into pieces that threads can share out. Says how many there are. */
  #cut(): number {
    if (this.#pieceCount > 0) return this.#pieceCount;
    const words = this.#words;
    let next = this.#workshop.pieces / 4;
    for (let leaf = 0; leaf < this.leafCount; leaf++) {
      const order = this.#orderOf(leaf);
      const end = this.#ofLeaf(leaf, at.LEAF_END);
      for (let from = this.#ofLeaf(leaf, at.LEAF_BEGIN); from < end; from += PIECE_ROWS) {
        words[next++] = order;
        words[next++] = from;
        words[next++] = Math.min(end, from + PIECE_ROWS);
        words[next++] = leaf;
      }
    }
    this.#pieceCount = (next - this.#workshop.pieces / 4) / 4;
    return this.#pieceCount;
  }

  #ofNode(node: number, field: number): number {
    return this.#words[(this.#workshop.nodes + node * at.NODE_BYTES + field) / 4] as number;
  }

  #ofLeaf(leaf: number, field: number): number {
    return this.#words[(this.#workshop.leaves + leaf * at.LEAF_BYTES + field) / 4] as number;
  }

  /** Where the list of rows is that those of a leaf are in. */
  #orderOf(leaf: number): Offset {
    return this.#workshop.orders[this.#ofLeaf(leaf, at.LEAF_ORDER) as 0 | 1 | 2];
  }

  #gainAt(node: number): number {
    return this.#workshop.machine.doubles[(this.#workshop.nodes + node * at.NODE_BYTES + at.NODE_GAIN) / 8] as number;
  }

  #leftBins(node: number): Uint8Array | undefined {
    if (this.#ofNode(node, at.NODE_IS_CATEGORICAL) === 0) return undefined;
    return this.#workshop.machine.bytes(this.#workshop.nodes + node * at.NODE_BYTES + at.NODE_TABLE, SLOTS);
  }

  #splitAt(node: number): Split {
    const leftBins = this.#leftBins(node)?.slice();
    const sums = this.#workshop.nodes + node * at.NODE_BYTES + at.NODE_SUMS;
    return {
      gain: this.#gainAt(node),
      feature: this.#ofNode(node, at.NODE_FEATURE),
      bin: this.#ofNode(node, at.NODE_BIN),
      ...(leftBins !== undefined && { leftBins }),
      missingLeft: this.#ofNode(node, at.NODE_MISSING_LEFT) === 1,
      left: this.#sumsAt(sums),
      right: this.#sumsAt(sums + 24),
    };
  }

  #sumsAt(offset: Offset): LeafSums {
    const { doubles } = this.#workshop.machine;
    const first = offset / 8;
    return { count: doubles[first] as number, gradient: doubles[first + 1] as number, hessian: doubles[first + 2] as number };
  }
}

function sumOver(rows: Int32Array, values: Float64Array): number {
  let sum = 0;
  for (const row of rows) sum += values[row] as number;
  return sum;
}
