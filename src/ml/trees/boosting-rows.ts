/**
 * The small pieces of an iteration: which rows and features it sees, their weights, and the value of a leaf.
 */
import type { Random } from '../random.ts';

/** −G ∕ (H + λ), from gradients before they were rounded, in the order of the rows. */
export function newtonStep(
  rows: Int32Array,
  gradients: Float64Array,
  hessians: Float64Array | undefined,
  l2: number,
  largest: number,
): number {
  let g = 0;
  let h = 0;
  for (let i = 0; i < rows.length; i++) g += gradients[rows[i] as number] as number;
  if (hessians === undefined) h = rows.length;
  else for (let i = 0; i < rows.length; i++) h += hessians[rows[i] as number] as number;
  return Math.max(-largest, Math.min(largest, -g / (h + l2)));
}

/** Multiply the derivatives of all outputs by the weights of their rows. */
export function weigh(gradients: Float64Array, hessians: Float64Array, weight: Float64Array): void {
  for (let i = 0, row = 0; i < gradients.length; i++, row = row + 1 === weight.length ? 0 : row + 1) {
    gradients[i] = (gradients[i] as number) * (weight[row] as number);
    hessians[i] = (hessians[i] as number) * (weight[row] as number);
  }
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
