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
  readonly goesLeft: Uint8Array;
  /** A node, or ~leaf. */
  readonly left: number;
  readonly right: number;
}

interface GrownLeaf {
  /** Where the list of rows is that its rows are in. */
  readonly order: Offset;
  readonly begin: number;
  readonly end: number;
  readonly sums: LeafSums;
}

/** A tree whose leaves have rows and no values yet. Valid until the next tree grows. */
export class GrownTree {
  readonly leafCount: number;
  /** What the sums of the leaves are counted in. */
  readonly units: Units;
  readonly #workshop: Workshop;
  /** The first is the root, unless the tree is one leaf. */
  readonly nodes: readonly GrownNode[];
  readonly #leaves: readonly GrownLeaf[];
  #pieceCount = 0;

  /** Reads what the kernel left. */
  constructor(workshop: Workshop, units: Units) {
    const { machine, plan } = workshop;
    this.#workshop = workshop;
    this.units = units;
    this.leafCount = machine.words[(plan + at.GROW_LEAF_COUNT) / 4] as number;
    const nodes: GrownNode[] = [];
    for (let i = 0; i < (machine.words[(plan + at.GROW_NODE_COUNT) / 4] as number); i++) nodes.push(nodeAt(workshop, i));
    this.nodes = nodes;
    const leaves: GrownLeaf[] = [];
    for (let i = 0; i < this.leafCount; i++) leaves.push(leafAt(workshop, i));
    this.#leaves = leaves;
  }

  /** In the order in which they were made. */
  get splits(): readonly Split[] {
    return this.nodes.map(({ split }) => split);
  }

  /** The place of each leaf from left to right. */
  get places(): Float64Array {
    const fromLeft = Array.from(this.#leaves.keys()).sort(
      (a, b) => (this.#leaves[a] as GrownLeaf).begin - (this.#leaves[b] as GrownLeaf).begin,
    );
    const places = new Float64Array(fromLeft.length);
    fromLeft.forEach((leaf, place) => {
      places[leaf] = place;
    });
    return places;
  }

  /** The rows of a leaf, ascending. */
  rowsOf(leaf: number): Int32Array {
    const { order, begin, end } = this.#leaves[leaf] as GrownLeaf;
    return this.#workshop.machine.integers(order + 4 * begin, end - begin);
  }

  /** Writes order, begin and end of each leaf, 16 bytes each. Returns how many rows there are up to the end of each. */
  listLeaves(list: Offset): readonly number[] {
    const words = this.#workshop.machine.integers(list, 4 * this.leafCount);
    let rows = 0;
    return this.#leaves.map(({ order, begin, end }, leaf) => {
      words.set([order, begin, end], 4 * leaf);
      rows += end - begin;
      return rows;
    });
  }

  /** Sums of a leaf as its histogram had them: within rounding of those of its rows. */
  sumsOf(leaf: number): LeafSums {
    return (this.#leaves[leaf] as GrownLeaf).sums;
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
    if (this.nodes.length === 0) {
      const all = new Float64Array(machine.buffer, scores);
      for (const row of machine.integers(rows, rowCount)) all[row] = (all[row] as number) + (values[0] as number);
      return;
    }
    machine.numbers(leafValues, values.length).set(values);
    this.nodes.forEach(({ split, goesLeft, left, right }, node) => {
      const record = nodes + at.NODE_BYTES * node;
      machine.words[(record + at.NODE_FEATURE) / 4] = split.feature;
      machine.words[(record + at.NODE_LEFT) / 4] = left;
      machine.words[(record + at.NODE_RIGHT) / 4] = right;
      machine.bytes(record + at.NODE_TABLE, SLOTS).set(goesLeft);
    });
    machine.round(
      ranges(rowCount, machine.threads).map(
        ([from, to]): Task => [Kernel.walkRows, rows, from, to, bins, width, nodes, leafValues, scores],
      ),
    );
  }

  addGains(gains: Float64Array): void {
    for (const { split } of this.nodes) gains[split.feature] = (gains[split.feature] as number) + split.gain;
  }

  /** `sampleWeight` is that of all rows of the table; absent, each counts 1. */
  toColumns(values: Float64Array, sampleWeight?: Float64Array): TreeColumns {
    const builder = new TreeBuilder(1);
    const open = [this.nodes.length === 0 ? ~0 : 0];
    for (let place = open.pop(); place !== undefined; place = open.pop()) {
      if (place < 0) {
        const { begin, end } = this.#leaves[~place] as GrownLeaf;
        builder.addLeaf(values, ~place, end - begin, sampleWeight && sumOver(this.rowsOf(~place), sampleWeight));
        continue;
      }
      const { split, left, right } = this.nodes[place] as GrownNode;
      builder.addSplit(split.feature, split.bin, split.missingLeft, split.leftBins);
      open.push(right, left);
    }
    return builder.finish();
  }

  /** Cut the leaves into pieces that threads can share out. Says how many there are. */
  #cut(): number {
    if (this.#pieceCount > 0) return this.#pieceCount;
    const { machine, pieces } = this.#workshop;
    const words: number[] = [];
    this.#leaves.forEach(({ order, begin, end }, leaf) => {
      for (let from = begin; from < end; from += PIECE_ROWS) words.push(order, from, Math.min(end, from + PIECE_ROWS), leaf);
    });
    machine.integers(pieces, words.length).set(words);
    this.#pieceCount = words.length / 4;
    return this.#pieceCount;
  }
}

function nodeAt({ machine, nodes }: Workshop, index: number): GrownNode {
  const { words, doubles } = machine;
  const record = nodes + index * at.NODE_BYTES;
  const word = (place: number): number => words[(record + place) / 4] as number;
  const goesLeft = machine.bytes(record + at.NODE_TABLE, SLOTS).slice();
  return {
    split: {
      gain: doubles[(record + at.NODE_GAIN) / 8] as number,
      feature: word(at.NODE_FEATURE),
      bin: word(at.NODE_BIN),
      ...(word(at.NODE_IS_CATEGORICAL) === 1 && { leftBins: goesLeft }),
      missingLeft: word(at.NODE_MISSING_LEFT) === 1,
      left: sumsAt(doubles, record + at.NODE_SUMS),
      right: sumsAt(doubles, record + at.NODE_SUMS + 24),
    },
    goesLeft,
    left: word(at.NODE_LEFT),
    right: word(at.NODE_RIGHT),
  };
}

function leafAt({ machine, leaves, orders }: Workshop, index: number): GrownLeaf {
  const record = leaves + index * at.LEAF_BYTES;
  const word = (place: number): number => machine.words[(record + place) / 4] as number;
  return {
    order: orders[word(at.LEAF_ORDER) as 0 | 1 | 2],
    begin: word(at.LEAF_BEGIN),
    end: word(at.LEAF_END),
    sums: sumsAt(machine.doubles, record + at.LEAF_SUMS),
  };
}

function sumsAt(doubles: Float64Array, offset: Offset): LeafSums {
  const first = offset / 8;
  return { count: doubles[first] as number, gradient: doubles[first + 1] as number, hessian: doubles[first + 2] as number };
}

function sumOver(rows: Int32Array, values: Float64Array): number {
  let sum = 0;
  for (const row of rows) sum += values[row] as number;
  return sum;
}
