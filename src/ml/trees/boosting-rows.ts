/**
 * The small pieces of an iteration: which rows and features it sees.
 */
import { Kernel } from '../kernels/machine.ts';
import type { Random } from '../random.ts';
import type { Workshop } from './workshop.ts';

/** A share of `all` without replacement, ascending: it lies at `drawn`, the rows that were not drawn at `rest`. */
export function sampleRows(workshop: Workshop, all: Int32Array, share: number, random: Random): Int32Array {
  const { machine, orders, drawn, rest, shape } = workshop;
  const wanted = Math.max(1, Math.round(share * all.length));
  const state = machine.integers(workshop.random, 4);
  random.saveTo(state);
  // The orders are free until the tree grows.
  const isListed = all.length < shape.rowCount;
  if (isListed) machine.integers(orders[1], all.length).set(all);
  machine.round([[Kernel.sampleRows, workshop.random, isListed ? orders[1] : 0, all.length, wanted, drawn, rest]]);
  random.restoreFrom(state);
  return machine.integers(drawn, wanted);
}

/** 1 for each feature that a tree may use. */
export function sampleFeatures(count: number, share: number, random: Random): Uint8Array {
  const allowed = new Uint8Array(count);
  if (share === 1) return allowed.fill(1);
  for (const feature of random.sample(count, Math.max(1, Math.round(share * count)))) allowed[feature] = 1;
  return allowed;
}
