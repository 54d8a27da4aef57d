/**
 * The small pieces of an iteration: which rows and features it sees.
 */
import { Kernel } from '../kernels/machine.ts';
import type { Random } from '../random.ts';
import type { Workshop } from './workshop.ts';

/** Draw a share of `all` without replacement, for the next tree; the rows that were not drawn are at `rest`. Says how many were. */
export function sampleRows(workshop: Workshop, all: Int32Array, share: number, random: Random): number {
  const { machine, orders, rest, shape } = workshop;
  const wanted = Math.max(1, Math.round(share * all.length));
  const state = machine.integers(workshop.random, 4);
  random.saveTo(state);
  // The other orders are free until the tree grows.
  const isListed = all.length < shape.rowCount;
  if (isListed) machine.integers(orders[1], all.length).set(all);
  machine.round([[Kernel.sampleRows, workshop.random, isListed ? orders[1] : 0, all.length, wanted, orders[2], rest]]);
  random.restoreFrom(state);
  return wanted;
}

/** 1 for each feature that a tree may use. */
export function sampleFeatures(count: number, share: number, random: Random): Uint8Array {
  const allowed = new Uint8Array(count);
  if (share === 1) return allowed.fill(1);
  for (const feature of random.sample(count, Math.max(1, Math.round(share * count)))) allowed[feature] = 1;
  return allowed;
}
