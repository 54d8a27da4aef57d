import { describe, expect, it } from 'vitest';
import { Random } from '../../../../src/ml/random.ts';
import type { BinnedFeature } from '../../../../src/ml/trees/binning.ts';
import { ForestSplitter, type ForestTarget } from '../../../../src/ml/trees/forest-split.ts';

const numeric = (binCount: number): BinnedFeature => ({
  kind: 'numeric',
  binCount,
  cuts: Float64Array.from({ length: binCount - 1 }, (_, i) => i + 0.5),
});
const categorical = (binCount: number): BinnedFeature => ({ kind: 'categorical', binCount, binOfCode: new Uint8Array(binCount) });

function splitter(
  feature: BinnedFeature,
  bins: readonly number[],
  target: ForestTarget,
  weights: Float64Array,
  minSamplesLeaf = 1,
): ForestSplitter {
  const found = new ForestSplitter([feature], [Uint8Array.from(bins)], target, weights, minSamplesLeaf);
  found.enter(Int32Array.from(bins.keys()), 0, bins.length);
  found.tryFeature(0);
  return found;
}

/** Weighted sum of squares around the mean, or Gini impurity times the weight. */
function impurity(rows: readonly number[], target: ForestTarget, weights: Float64Array): number {
  const weight = rows.reduce((sum, row) => sum + (weights[row] as number), 0);
  if (weight === 0) return 0;
  if (target.kind === 'values') {
    const mean = rows.reduce((sum, row) => sum + (weights[row] as number) * (target.values[row] as number), 0) / weight;
    return rows.reduce((sum, row) => sum + (weights[row] as number) * ((target.values[row] as number) - mean) ** 2, 0);
  }
  const shares = Array.from(
    { length: target.classCount },
    (_, k) => rows.filter((row) => target.codes[row] === k).reduce((sum, row) => sum + (weights[row] as number), 0) / weight,
  );
  return weight * (1 - shares.reduce((sum, share) => sum + share * share, 0));
}

describe('ForestSplitter', () => {
  const random = new Random(11);
  const weights = Float64Array.from({ length: 60 }, () => 1 + random.integer(3));
  const targets: { [name: string]: ForestTarget } = {
    numbers: { kind: 'values', values: Float64Array.from({ length: 60 }, () => random.normal()) },
    classes: { kind: 'classes', codes: Int32Array.from({ length: 60 }, () => random.integer(3)), classCount: 3 },
  };

  for (const [name, target] of Object.entries(targets)) {
    // Few bins and many: they are put in order in two ways.
    it.each([4, 50])(`finds the cut that leaves the least impurity of ${name} in %i bins`, (binCount) => {
      const bins = Array.from({ length: 60 }, () => random.integer(binCount + 1));
      const rows = [...bins.keys()];
      const whole = impurity(rows, target, weights);
      let best = 0;
      for (let cut = 0; cut < binCount; cut++) {
        for (const missingLeft of [false, true]) {
          const isLeft = (row: number): boolean => (bins[row] === binCount ? missingLeft : (bins[row] as number) <= cut);
          const left = rows.filter(isLeft);
          const right = rows.filter((row) => !isLeft(row));
          best = Math.max(best, whole - impurity(left, target, weights) - impurity(right, target, weights));
        }
      }
      expect(splitter(numeric(binCount), bins, target, weights).gain).toBeCloseTo(best, 9);
    });
  }

  it('finds the best subset of categories for numbers', () => {
    const target = targets['numbers'] as ForestTarget;
    const bins = Array.from({ length: 60 }, () => random.integer(6));
    const rows = [...bins.keys()];
    const gains = Array.from({ length: 64 }, (_, subset) => {
      const left = rows.filter((row) => ((subset >> (bins[row] as number)) & 1) === 1);
      const right = rows.filter((row) => !left.includes(row));
      return impurity(rows, target, weights) - impurity(left, target, weights) - impurity(right, target, weights);
    });
    expect(splitter(categorical(6), bins, target, weights).gain).toBeCloseTo(Math.max(...gains), 9);
  });

  it('says when a feature or a target does not vary', () => {
    const flat: ForestTarget = { kind: 'values', values: new Float64Array(3).fill(4) };
    const found = new ForestSplitter([numeric(2)], [Uint8Array.of(1, 1, 1)], flat, new Float64Array(3).fill(1), 1);
    expect(found.enter(Int32Array.of(0, 1, 2), 0, 3)).toBe(false);
    expect(found.tryFeature(0)).toBe(false);
    expect(found.best).toBeUndefined();
  });

  it('leaves enough rows on both sides', () => {
    const target: ForestTarget = { kind: 'values', values: Float64Array.of(-9, 1, 1, 1) };
    const ones = new Float64Array(4).fill(1);
    expect(splitter(numeric(4), [0, 1, 2, 3], target, ones).best?.bin).toBe(0);
    expect(splitter(numeric(4), [0, 1, 2, 3], target, ones, 2).best?.bin).toBe(1);
    expect(splitter(numeric(4), [0, 1, 2, 3], target, ones, 3).best).toBeUndefined();
  });
});
