import { describe, expect, it } from 'vitest';
import { Random } from '../../../../src/ml/random.ts';
import { type BinnedFeature, SLOTS } from '../../../../src/ml/trees/binning.ts';
import { findSplit } from '../../../../src/ml/trees/find-split.ts';
import { accumulateCounted } from '../../../../src/ml/trees/histogram.ts';
import { packGradients } from '../../../../src/ml/trees/quantise.ts';
import type { Split, SplitLimits } from '../../../../src/ml/trees/split.ts';

const LIMITS: SplitLimits = { minSamplesLeaf: 1, l2: 0, categorical: { smoothing: 0, l2: 0, minRows: 1 } };

function search(
  feature: BinnedFeature,
  bins: readonly number[],
  gradients: readonly number[],
  limits: Partial<SplitLimits> = {},
): Split | undefined {
  const rows = Int32Array.from(bins.keys());
  const packed = new Float64Array(bins.length);
  const packing = { ...packGradients(rows, Float64Array.from(gradients), 1, packed), hessianUnit: 1 };
  const histogram = new Float64Array(SLOTS);
  accumulateCounted(Uint8Array.from(bins), 1, rows, 0, bins.length, packed, histogram);
  const total = packed.reduce((sum, value) => sum + value, 0);
  const sums = { count: bins.length, gradient: Math.floor(total / packing.shift), hessian: bins.length };
  return findSplit(
    { features: [feature], allowed: Uint8Array.of(1), stride: 1, packing, limits: { ...LIMITS, ...limits } },
    histogram,
    sums,
  );
}

const numeric = (binCount: number): BinnedFeature => ({
  kind: 'numeric',
  binCount,
  cuts: Float64Array.from({ length: binCount - 1 }, (_, i) => i + 0.5),
});
const categorical = (binCount: number): BinnedFeature => ({
  kind: 'categorical',
  binCount,
  binOfCode: Uint8Array.from({ length: binCount }, (_, code) => code),
});

/** The gain of sending the rows with `left` to one side, with unit hessians. */
function gainOf(left: readonly boolean[], gradients: readonly number[], l2 = 0): number {
  const score = (side: boolean | undefined): number => {
    const own = gradients.filter((_, row) => side === undefined || left[row] === side);
    return own.reduce((sum, g) => sum + g, 0) ** 2 / (own.length + l2);
  };
  return score(true) + score(false) - score(undefined);
}

describe('numeric split', () => {
  it('finds where the gradient changes', () => {
    const split = search(numeric(4), [0, 1, 2, 3], [-1, -1, 1, 1]);
    expect(split).toMatchObject({ feature: 0, bin: 1, left: { count: 2 }, right: { count: 2 } });
    expect(split?.gain).toBeCloseTo(4, 9);
  });

  it.each([
    ['left', [0, 1, 2, 2], [-1, 1, -1, -1], true],
    ['right', [0, 1, 2, 2], [-1, 1, 1, 1], false],
  ])('sends missing values %s when that gains more', (_, bins, gradients, missingLeft) => {
    expect(search(numeric(2), bins, gradients)).toMatchObject({ bin: 0, missingLeft });
  });

  it('can part missing values from all others', () => {
    expect(search(numeric(2), [0, 1, 2, 2], [1, 1, -1, -1])).toMatchObject({ bin: 1, missingLeft: false, left: { count: 2 } });
  });

  it('sends missing values to the larger side when it has seen none', () => {
    expect(search(numeric(3), [0, 0, 1, 2], [-1, -1, -1, 1])?.missingLeft).toBe(true);
    expect(search(numeric(3), [0, 1, 1, 2], [-1, 1, 1, 1])?.missingLeft).toBe(false);
  });

  it('leaves at least `minSamplesLeaf` rows on each side', () => {
    expect(search(numeric(4), [0, 1, 2, 3], [-9, 1, 1, 1], { minSamplesLeaf: 2 })).toMatchObject({ bin: 1 });
    expect(search(numeric(4), [0, 1, 2, 3], [-9, 1, 1, 1], { minSamplesLeaf: 3 })).toBeUndefined();
  });

  it('finds nothing where nothing differs', () => {
    expect(search(numeric(4), [0, 1, 2, 3], [0.1, 0.1, 0.1, 0.1])).toBeUndefined();
    expect(search(numeric(4), [2, 2, 2, 2], [-1, 1, -1, 1])).toBeUndefined();
  });

  it('is as good as trying every cut, missing values either way', () => {
    const random = new Random(3);
    for (let round = 0; round < 50; round++) {
      const bins = Array.from({ length: 12 }, () => random.integer(6));
      const gradients = bins.map(() => random.normal());
      const gains = Array.from({ length: 5 }, (_, cut) => cut).flatMap((cut) => [
        gainOf(
          bins.map((bin) => bin <= cut && bin !== 5),
          gradients,
          1,
        ),
        gainOf(
          bins.map((bin) => bin <= cut || bin === 5),
          gradients,
          1,
        ),
      ]);
      // An empty side gives NaN with no penalty and a loss with one.
      expect(search(numeric(5), bins, gradients, { l2: 1 })?.gain ?? 0).toBeCloseTo(Math.max(0, ...gains), 6);
    }
  });
});

describe('categorical split', () => {
  it('is as good as trying every subset', () => {
    const random = new Random(4);
    for (let round = 0; round < 50; round++) {
      const bins = Array.from({ length: 14 }, () => random.integer(5));
      const gradients = bins.map(() => random.normal());
      const gains = Array.from({ length: 32 }, (_, subset) =>
        gainOf(
          bins.map((bin) => ((subset >> bin) & 1) === 1),
          gradients,
        ),
      ).filter(Number.isFinite);
      expect(search(categorical(5), bins, gradients)?.gain ?? 0).toBeCloseTo(Math.max(0, ...gains), 6);
    }
  });

  it('keeps rare categories and unseen ones out of the choice', () => {
    const bins = [...Array<number>(6).fill(0), ...Array<number>(4).fill(1), 2];
    const gradients = bins.map((bin) => (bin === 0 ? -1 : bin === 1 ? 1 : -50));
    const split = search(categorical(5), bins, gradients, { categorical: { smoothing: 0, l2: 0, minRows: 2 } });
    // Category 2 stays on the right with category 1 or 0, whichever was not chosen; 3, 4 and missing have no row.
    const [larger, smaller] = split?.leftBins?.[0] === 1 ? [1, 0] : [0, 1];
    expect(Array.from(split?.leftBins?.subarray(0, 6) ?? [])).toEqual([larger, smaller, 0, larger, larger, larger]);
    expect(split?.missingLeft).toBe(larger === 1);
  });
});
