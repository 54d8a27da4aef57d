/**
 * Puts the rows of a fit in the order of a tree's leaves. Later trees split where earlier ones did, so the
 * rows of their leaves then lie close to each other and are read faster. Nothing of a model hangs on who did the work.
 */
import type { Offset } from '../kernels/layout.ts';
import { Kernel, type Task } from '../kernels/machine.ts';
import { ranges } from '../kernels/threads.ts';
import type { GrownTree } from './grown-tree.ts';
import type { Workshop } from './workshop.ts';

/** Reordering costs about as much as a tree. It pays most after the first of them, whose splits later trees come back to. */
const AFTER_TREES: readonly number[] = [1, 3, 8, 20, 50, 120, 300];
/** Bins of a smaller table stay in a core's cache, however rows are ordered. */
const BYTES_TO_REORDER = 2 ** 20;

export function reordersAfter({ shape, width }: Workshop, iteration: number): boolean {
  return AFTER_TREES.includes(iteration) && shape.rowCount * width >= BYTES_TO_REORDER;
}

/**
 * Reorder bins, scores, target and weights by the leaves of a tree: of the rows that it was grown on, and of `others`
 * that are listed in `rest`. Returns, for each place, which place its row came from; a view of memory that the next tree takes.
 */
export function reorderByLeaves(workshop: Workshop, tree: GrownTree, others: number): Int32Array {
  const { machine, shape, bins, columns, width, packed, orders, scores, target, weights, rest, stage } = workshop;
  const { rowCount, featureCount } = shape;
  const order = orders[0];
  const eachRange = (task: (from: number, to: number) => Task, count = rowCount): void => {
    machine.round(ranges(count, machine.threads).map(([from, to]) => task(from, to)));
  };

  // Packed gradients are free between two trees.
  const leaves = packed;
  const leafNumbers = tree.places;
  machine.numbers(leaves, rowCount).fill(0);
  tree.addTo(leaves, leafNumbers);
  tree.walk(rest, others, bins, leaves, leafNumbers);
  machine.round([[Kernel.orderByLeaf, rowCount, leaves, tree.leafCount, stage, order]]);

  const moved = packed;
  for (let f = 0; f < featureCount; f++) {
    const column = columns + f * rowCount;
    eachRange((from, to) => [Kernel.gatherBytes, from, to, order, column, moved]);
    eachRange((from, to) => [Kernel.copyBytes, from, to, moved, column]);
  }
  eachRange((from, to) => [Kernel.interleave, from, to, columns, rowCount, featureCount, bins, width]);
  const numbers: readonly Offset[] = [scores, target, ...(weights === 0 ? [] : [weights])];
  for (const values of numbers) {
    eachRange((from, to) => [Kernel.gatherNumbers, from, to, order, values, moved]);
    eachRange((from, to) => [Kernel.copyBytes, from, to, moved, values], 8 * rowCount);
  }
  return machine.integers(order, rowCount);
}
