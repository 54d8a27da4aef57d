/**
 * The value that the rows of some leaves get together: a Newton step from their sums, or what the loss
 * says about the rows themselves.
 */
import { Kernel, type Task } from '../kernels/machine.ts';
import { deriveGradients } from './derive-gradients.ts';
import type { GrownTree } from './grown-tree.ts';
import type { Objective } from './objective.ts';
import { IMPLIED, type Workshop } from './workshop.ts';

export interface LeafValueSetup {
  readonly workshop: Workshop;
  readonly objective: Objective;
  /** Of all rows, for the output that the tree is for. */
  readonly scores: Float64Array;
  readonly output: number;
  readonly l1: number;
  readonly l2: number;
}

/** A function from leaves of a tree, one or several, to their value. */
export function leafValuer(setup: LeafValueSetup, tree: GrownTree): (leaves: readonly number[]) => number {
  const { workshop, objective, scores, output } = setup;
  const { leafValue } = objective;
  if (leafValue !== undefined) {
    const renewed = renewedValues(workshop, tree);
    return (leaves) => (leaves.length === 1 ? (renewed[leaves[0] as number] as number) : leafValue(rowsOf(tree, leaves), scores));
  }
  const step = (leaves: readonly number[], gradientOf: (leaf: number) => number, hessianOf: (leaf: number) => number): number =>
    stepOf(sumOver(leaves, gradientOf), sumOver(leaves, hessianOf), setup);
  if (workshop.hessians === 0 && tree.leafCount > 1) {
    // A gradient that shares its integer with a count alone has bits enough.
    const { gradient: unit } = tree.units;
    return (leaves) =>
      step(
        leaves,
        (leaf) => tree.sumsOf(leaf).gradient * unit,
        (leaf) => tree.sumsOf(leaf).count,
      );
  }
  // A tree of one leaf: what was packed in their place is no longer needed.
  if (workshop.packed === workshop.gradients) deriveGradients(workshop, objective, scores);
  const offset = 8 * workshop.shape.rowCount * output;
  const sums = tree.addUp(workshop.gradients + offset, workshop.hessians <= IMPLIED ? workshop.hessians : workshop.hessians + offset);
  return (leaves) =>
    step(
      leaves,
      (leaf) => sums[2 * leaf] as number,
      (leaf) => (workshop.hessians === 0 ? tree.sumsOf(leaf).count : (sums[2 * leaf + 1] as number)),
    );
}

/** Of each leaf, by the kernel. Packed gradients are free between two trees, and gradients are when no other output follows. */
function renewedValues(workshop: Workshop, tree: GrownTree): Float64Array {
  const { machine, leafList, target, scores, weights, packed, gradients, lossLimits, leafValues } = workshop;
  const ends = tree.listLeaves(leafList);
  machine.round(
    shares(ends, machine.threads).map(
      ([from, to]): Task => [Kernel.renewLeaves, from, to, leafList, target, scores, weights, packed, gradients, lossLimits, leafValues],
    ),
  );
  return machine.numbers(leafValues, tree.leafCount).slice();
}

/** Leaves in runs of about as many rows. `ends` are the rows up to each leaf's end. */
function shares(ends: readonly number[], threads: number): readonly (readonly [number, number])[] {
  const rows = ends.at(-1) ?? 0;
  const found: (readonly [number, number])[] = [];
  let from = 0;
  for (let t = 1; t <= threads; t++) {
    let to = from;
    while (to < ends.length && ((ends[to] as number) * threads <= rows * t || t === threads)) to++;
    if (to > from) found.push([from, to]);
    from = to;
  }
  return found;
}

function stepOf(gradient: number, hessian: number, setup: LeafValueSetup): number {
  return setup.objective.stepOf?.(gradient, hessian) ?? newtonStep(gradient, hessian, setup);
}

/** −G ∕ (H + l2), the size of G lessened by l1, no longer than the largest step of the loss. */
function newtonStep(gradient: number, hessian: number, { l1, l2, objective }: LeafValueSetup): number {
  const { largestStep } = objective;
  const size = Math.abs(gradient) - l1;
  if (!(size > 0)) return 0;
  return Math.max(-largestStep, Math.min(largestStep, (gradient > 0 ? -size : size) / (hessian + l2)));
}

function sumOver(leaves: readonly number[], of: (leaf: number) => number): number {
  let sum = 0;
  for (const leaf of leaves) sum += of(leaf);
  return sum;
}

function rowsOf(tree: GrownTree, leaves: readonly number[]): Int32Array {
  if (leaves.length === 1) return tree.rowsOf(leaves[0] as number);
  const parts = leaves.map((leaf) => tree.rowsOf(leaf));
  const rows = new Int32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    rows.set(part, at);
    at += part.length;
  }
  return rows;
}
