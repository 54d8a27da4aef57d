/**
 * The small pieces of an iteration: which rows and features it sees.
 */
import type { Random } from '../random.ts';

/** The rows of `all` that are not in `some`. Both ascend. */
export function without(all: Int32Array, some: Int32Array): Int32Array {
  const rest = new Int32Array(all.length - some.length);
  let at = 0;
  let next = 0;
  for (let i = 0; i < all.length; i++) {
    const row = all[i] as number;
    if (some[next] === row) next++;
    else rest[at++] = row;
  }
  return rest;
}

/** A share of the rows without replacement, ascending. */
export function sampleRows(rows: Int32Array, share: number, random: Random): Int32Array {
  const chosen = random.sample(rows.length, Math.max(1, Math.round(share * rows.length)));
  for (let i = 0; i < chosen.length; i++) chosen[i] = rows[chosen[i] as number] as number;
  return chosen;
}

/** 1 for each feature that a tree may use. */
export function sampleFeatures(count: number, share: number, random: Random): Uint8Array {
  const allowed = new Uint8Array(count);
  if (share === 1) return allowed.fill(1);
  for (const feature of random.sample(count, Math.max(1, Math.round(share * count)))) allowed[feature] = 1;
  return allowed;
}
