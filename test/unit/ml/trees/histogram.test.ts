import { describe, expect, it } from 'vitest';
import { Random } from '../../../../src/ml/random.ts';
import { SLOTS } from '../../../../src/ml/trees/binning.ts';
import { accumulateCounted, accumulatePaired, clearHistogram, subtractHistogram } from '../../../../src/ml/trees/histogram.ts';
import { packGradients, packHessians } from '../../../../src/ml/trees/quantise.ts';

const ROWS = 500;
const ALL = Int32Array.from({ length: ROWS }, (_, row) => row);

function table(features: number): { bins: Uint8Array; gradients: Float64Array; slotsUsed: Int32Array } {
  const random = new Random(features);
  const bins = Uint8Array.from({ length: ROWS * features }, () => random.integer(256));
  const gradients = Float64Array.from({ length: ROWS }, () => random.normal());
  return { bins, gradients, slotsUsed: new Int32Array(features).fill(SLOTS) };
}

describe('histograms', () => {
  // Both sides of the kernel that takes four features at a time.
  it.each([1, 3, 4, 5, 9])('count rows and add gradients of %i features', (features) => {
    const { bins, gradients } = table(features);
    const packed = new Float64Array(ROWS);
    const { shift, gradientUnit } = packGradients(ALL, gradients, 1, packed);
    const histogram = new Float64Array(features * SLOTS);
    accumulateCounted(bins, features, ALL, 100, 400, packed, histogram);
    for (let f = 0; f < features; f++) {
      const counts = new Float64Array(SLOTS);
      const sums = new Float64Array(SLOTS);
      for (let row = 100; row < 400; row++) {
        const bin = bins[row * features + f] as number;
        counts[bin] = (counts[bin] as number) + 1;
        sums[bin] = (sums[bin] as number) + (gradients[row] as number);
      }
      for (let bin = 0; bin < SLOTS; bin++) {
        const sum = histogram[f * SLOTS + bin] as number;
        const gradient = Math.floor(sum / shift);
        expect(sum - gradient * shift).toBe(counts[bin]);
        expect(gradient * gradientUnit).toBeCloseTo(sums[bin] as number, 7);
      }
    }
  });

  it('do not depend on the order of the rows, and a child is its parent minus its sibling', () => {
    const { bins, gradients, slotsUsed } = table(6);
    const packed = new Float64Array(ROWS);
    const hessians = new Float64Array(ROWS);
    packGradients(ALL, gradients, 1, packed);
    packHessians(ALL, gradients.map(Math.abs), hessians);
    const mixed = Int32Array.from(ALL);
    new Random(8).shuffle(mixed);
    // The last slot in use has to be subtracted too.
    bins[(mixed[0] as number) * 6 + 5] = SLOTS - 1;
    const [whole, other, part, rest] = Array.from({ length: 4 }, () => new Float64Array(6 * SLOTS * 2)) as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    accumulatePaired(bins, 6, ALL, 0, ROWS, packed, hessians, whole);
    accumulatePaired(bins, 6, mixed, 0, ROWS, packed, hessians, other);
    expect(other).toEqual(whole);
    accumulatePaired(bins, 6, mixed, 0, 123, packed, hessians, part);
    accumulatePaired(bins, 6, mixed, 123, ROWS, packed, hessians, rest);
    subtractHistogram(whole, part, slotsUsed, 2);
    expect(whole).toEqual(rest);
    clearHistogram(whole, slotsUsed, 2);
    expect(whole.every((value) => value === 0)).toBe(true);
  });
});

describe('packGradients', () => {
  it('keeps every sum an exact integer, however many rows', () => {
    const rows = Int32Array.from({ length: 100_000 }, (_, row) => row);
    const packed = new Float64Array(rows.length);
    const { shift } = packGradients(rows, new Float64Array(rows.length).fill(-3), 1, packed);
    const total = packed.reduce((sum, value) => sum + value, 0);
    expect(Number.isSafeInteger(total)).toBe(true);
    expect(total - Math.floor(total / shift) * shift).toBe(rows.length);
  });

  it('is right on average for gradients far below one unit', () => {
    // A single large gradient leaves the others a fraction of a unit: rounding to the nearest would lose them all.
    const rows = Int32Array.from({ length: 100_000 }, (_, row) => row);
    const gradients = new Float64Array(rows.length).fill(1e-7);
    gradients[0] = 1;
    const packed = new Float64Array(rows.length);
    const { shift, gradientUnit } = packGradients(rows, gradients, 5, packed);
    expect(gradientUnit).toBeGreaterThan(1e-7);
    const small = packed.subarray(1).reduce((sum, value) => sum + Math.floor(value / shift), 0) * gradientUnit;
    expect(small / (99_999 * 1e-7)).toBeCloseTo(1, 1);
  });

  it('stands gradients that are all 0', () => {
    const packed = new Float64Array(ROWS);
    expect(packGradients(ALL, new Float64Array(ROWS), 1, packed).gradientUnit).toBe(0);
    expect(packed.every((value) => value === 1)).toBe(true);
  });
});
