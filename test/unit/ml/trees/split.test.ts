import { describe, expect, it } from 'vitest';
import { Random } from '../../../../src/ml/random.ts';
import type { BinnedFeature } from '../../../../src/ml/trees/binning.ts';
import { TreeGrower } from '../../../../src/ml/trees/grow.ts';
import type { Split, SplitLimits } from '../../../../src/ml/trees/split.ts';
import { workshopOf } from '../../../support/workshop.ts';

const LIMITS: SplitLimits = { minSamplesLeaf: 1, l2: 0, categorical: { smoothing: 0, l2: 0, minRows: 1 } };

function search(
  feature: BinnedFeature,
  bins: readonly number[],
  gradients: readonly number[],
  limits: Partial<SplitLimits> = {},
  hessians?: readonly number[],
): Split | undefined {
  const workshop = workshopOf({ features: [feature], columns: [bins], gradients, hessians, maxLeaves: 2 });
  const all = { ...LIMITS, ...limits, maxLeaves: 2, maxDepth: 1 };
  return new TreeGrower(workshop, [feature], all).grow({ rowCount: bins.length, output: 0, allowed: Uint8Array.of(1), seed: 1 }).splits[0];
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

/** The gain of sending the rows with `left` to one side. */
function gainOf(left: readonly boolean[], gradients: readonly number[], l2: number, hessians: readonly number[]): number {
  const score = (isOwn: (row: number) => boolean): number => {
    const sumOf = (values: readonly number[]): number => values.reduce((sum, value, row) => sum + (isOwn(row) ? value : 0), 0);
    return sumOf(gradients) ** 2 / (sumOf(hessians) + l2);
  };
  return score((row) => left[row] === true) + score((row) => left[row] === false) - score(() => true);
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

  it.each([false, true])('is as good as trying every cut, missing values either way, own hessians: %s', (hasHessians) => {
    const random = new Random(3);
    for (let round = 0; round < 50; round++) {
      const bins = Array.from({ length: 12 }, () => random.integer(6));
      const gradients = bins.map(() => random.normal());
      const hessians = bins.map(() => (hasHessians ? 0.05 + random.uniform() : 1));
      const gains = Array.from({ length: 5 }, (_, cut) => cut).flatMap((cut) =>
        [bins.map((bin) => bin <= cut && bin !== 5), bins.map((bin) => bin <= cut || bin === 5)].map((left) =>
          gainOf(left, gradients, 1, hessians),
        ),
      );
      const found = search(numeric(5), bins, gradients, { l2: 1 }, hasHessians ? hessians : undefined);
      expect(found?.gain ?? 0).toBeCloseTo(Math.max(0, ...gains), 6);
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
          0,
          gradients.map(() => 1),
        ),
      ).filter(Number.isFinite);
      expect(search(categorical(5), bins, gradients)?.gain ?? 0).toBeCloseTo(Math.max(0, ...gains), 6);
    }
  });

  it('tries rare categories on both sides', () => {
    // Category 0 is too rare to be chosen: it is on the side of 1 when 2 is, and on the side of 2 when 1 is.
    const bins = [0, 1, 1, 2, 2];
    const limits = { categorical: { smoothing: 0, l2: 0, minRows: 2 } };
    expect(search(categorical(3), bins, [-9, -1, -1, 1, 1], limits)?.gain).toBeCloseTo(
      gainOf([true, true, true, false, false], [-9, -1, -1, 1, 1], 0, [1, 1, 1, 1, 1]),
      6,
    );
    expect(search(categorical(3), bins, [9, -1, -1, 1, 1], limits)?.gain).toBeCloseTo(
      gainOf([true, false, false, true, true], [9, -1, -1, 1, 1], 0, [1, 1, 1, 1, 1]),
      6,
    );
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
