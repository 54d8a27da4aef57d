/**
 * The hot loops of boosting: sums of gradients for each bin of each feature. Plain arrays in, plain
 * arrays out, no allocation, so that the same signatures fit a WebAssembly kernel.
 *
 * Gradients are integers (after Shi et al., "Quantized Training of Gradient Boosting Decision
 * Trees", NeurIPS 2022), so sums do not depend on the order of the additions and a child's histogram
 * is its parent's minus its sibling's, exactly. A gradient and a row count share one float64: the
 * gradient × 2^countBits + 1, which stays an exact integer below 2^53. The reader gets both back by
 * `floor(sum / 2^countBits)` and the rest. Where hessians differ from row to row they are integers in
 * a second slot.
 */
import { SLOTS } from './binning.ts';

/** Slots a bin: 1 when every hessian is 1, so that the count stands for their sum, otherwise 2. */
export type Stride = 1 | 2;

/** Add the rows `rows[begin … end − 1]` to a histogram with one slot a bin. */
export function accumulateCounted(
  bins: Uint8Array,
  featureCount: number,
  rows: Int32Array,
  begin: number,
  end: number,
  packed: Float64Array,
  histogram: Float64Array,
): void {
  const inFours = featureCount & ~3;
  for (let i = begin; i < end; i++) {
    const row = rows[i] as number;
    const value = packed[row] as number;
    let at = row * featureCount;
    const four = at + inFours;
    const last = at + featureCount;
    let base = 0;
    // Four at a time: the additions are independent and the loop's own cost is shared.
    for (; at < four; at += 4) {
      const a = base + (bins[at] as number);
      const b = base + SLOTS + (bins[at + 1] as number);
      const c = base + 2 * SLOTS + (bins[at + 2] as number);
      const d = base + 3 * SLOTS + (bins[at + 3] as number);
      histogram[a] = (histogram[a] as number) + value;
      histogram[b] = (histogram[b] as number) + value;
      histogram[c] = (histogram[c] as number) + value;
      histogram[d] = (histogram[d] as number) + value;
      base += 4 * SLOTS;
    }
    for (; at < last; at++) {
      const a = base + (bins[at] as number);
      histogram[a] = (histogram[a] as number) + value;
      base += SLOTS;
    }
  }
}

/** Add the rows `rows[begin … end − 1]` to a histogram with two slots a bin. */
export function accumulatePaired(
  bins: Uint8Array,
  featureCount: number,
  rows: Int32Array,
  begin: number,
  end: number,
  packed: Float64Array,
  hessians: Float64Array,
  histogram: Float64Array,
): void {
  for (let i = begin; i < end; i++) {
    const row = rows[i] as number;
    const value = packed[row] as number;
    const hessian = hessians[row] as number;
    let at = row * featureCount;
    const last = at + featureCount;
    let base = 0;
    for (; at < last; at++) {
      const a = base + 2 * (bins[at] as number);
      histogram[a] = (histogram[a] as number) + value;
      histogram[a + 1] = (histogram[a + 1] as number) + hessian;
      base += 2 * SLOTS;
    }
  }
}

/** `from −= part`, over the slots in use: `slotsUsed[f]` of feature `f`. */
export function subtractHistogram(from: Float64Array, part: Float64Array, slotsUsed: Int32Array, stride: Stride): void {
  for (let f = 0; f < slotsUsed.length; f++) {
    const begin = f * SLOTS * stride;
    const end = begin + (slotsUsed[f] as number) * stride;
    for (let i = begin; i < end; i++) from[i] = (from[i] as number) - (part[i] as number);
  }
}

/** Set the slots in use to 0. */
export function clearHistogram(histogram: Float64Array, slotsUsed: Int32Array, stride: Stride): void {
  for (let f = 0; f < slotsUsed.length; f++) {
    const begin = f * SLOTS * stride;
    histogram.fill(0, begin, begin + (slotsUsed[f] as number) * stride);
  }
}
