import { describe, expect, it } from 'vitest';
import { Random } from '../../../../src/ml/random.ts';
import { type BinnedFeature, rowMajor } from '../../../../src/ml/trees/binning.ts';
import { type GrowLimits, TreeGrower } from '../../../../src/ml/trees/grow.ts';

const ROWS = 400;
const LIMITS: GrowLimits = {
  maxLeaves: 12,
  maxDepth: Number.POSITIVE_INFINITY,
  minSamplesLeaf: 5,
  l2: 0,
  categorical: { smoothing: 0, l2: 0, minRows: 1 },
};
const features: readonly BinnedFeature[] = [
  { kind: 'numeric', binCount: 20, cuts: Float64Array.from({ length: 19 }, (_, i) => i + 0.5) },
  { kind: 'numeric', binCount: 3, cuts: Float64Array.of(0.5, 1.5) },
  { kind: 'categorical', binCount: 6, binOfCode: Uint8Array.of(0, 1, 2, 3, 4, 5) },
];
const random = new Random(21);
const columns = features.map(({ binCount }) => Uint8Array.from({ length: ROWS }, () => random.integer(binCount + 1)));
const bins = rowMajor(columns, ROWS);
const rows = Int32Array.from({ length: ROWS }, (_, row) => row);
const gradients = Float64Array.from(rows, (row) => (columns[0]?.[row] ?? 0) / 5 - ((columns[2]?.[row] ?? 0) % 2) * 3 + random.normal());
const unevenHessians = Float64Array.from(rows, () => 0.1 + random.uniform());
const allowed = Uint8Array.of(1, 1, 1);

const growerOf = (limits: Partial<GrowLimits> = {}): TreeGrower => new TreeGrower(features, columns, bins, ROWS, { ...LIMITS, ...limits });
const scoreOf = (own: Int32Array, hessians: Float64Array | undefined): number =>
  own.reduce((sum, row) => sum + (gradients[row] as number), 0) ** 2 / own.reduce((sum, row) => sum + (hessians?.[row] ?? 1), 0);

describe('TreeGrower', () => {
  it.each([undefined, unevenHessians])('gains what its leaves show, from histograms that it never counted', (hessians) => {
    const tree = growerOf().grow({ rows, gradients, hessians, allowed, seed: 1 });
    const gains = new Float64Array(3);
    tree.addGains(gains);
    const leaves = Array.from({ length: tree.leafCount }, (_, leaf) => tree.rowsOf(leaf));
    const gained = leaves.reduce((sum, own) => sum + scoreOf(own, hessians), 0) - scoreOf(rows, hessians);
    expect(tree.leafCount).toBe(12);
    expect(gains.reduce((sum, gain) => sum + gain, 0)).toBeCloseTo(gained, 4);
    // Every row is in one leaf, and none is too small.
    expect(leaves.flatMap((own) => Array.from(own)).sort((a, b) => a - b)).toEqual(Array.from(rows));
    for (const own of leaves) expect(own.length).toBeGreaterThanOrEqual(5);
  });

  it('walks rows to the leaves that they were grown in', () => {
    const tree = growerOf().grow({ rows, gradients, hessians: undefined, allowed, seed: 1 });
    const scores = new Float64Array(ROWS);
    tree.walk(
      bins,
      Float64Array.from({ length: tree.leafCount }, (_, leaf) => leaf),
      scores,
      Int32Array.of(7),
    );
    for (let leaf = 0; leaf < tree.leafCount; leaf++) {
      for (const row of tree.rowsOf(leaf)) expect(scores[row]).toBe(row === 7 ? 0 : leaf);
    }
  });

  it('splits the leaf with the largest gain next', () => {
    const totals = [2, 4, 8, 12].map((maxLeaves) => {
      const gains = new Float64Array(3);
      growerOf({ maxLeaves }).grow({ rows, gradients, hessians: undefined, allowed, seed: 1 }).addGains(gains);
      return gains.reduce((sum, gain) => sum + gain, 0);
    });
    // Gains shrink: the first half of the leaves takes more than the second.
    expect((totals[1] as number) - (totals[0] as number)).toBeGreaterThan(((totals[2] as number) - (totals[1] as number)) / 2);
    expect((totals[2] as number) - (totals[1] as number)).toBeGreaterThan((totals[3] as number) - (totals[2] as number));
  });

  it('grows the same tree whatever grew before it', () => {
    const used = growerOf();
    used.grow({ rows: rows.subarray(0, 100), gradients: gradients.map((g) => -g * g), hessians: undefined, allowed, seed: 3 });
    const request = { rows, gradients, hessians: unevenHessians, allowed, seed: 1 };
    const values = Float64Array.from({ length: 12 }, (_, leaf) => leaf);
    expect(used.grow(request).toColumns(values)).toEqual(growerOf().grow(request).toColumns(values));
  });

  it('leaves features alone that are not allowed', () => {
    const gains = new Float64Array(3);
    growerOf()
      .grow({ rows, gradients, hessians: undefined, allowed: Uint8Array.of(0, 1, 0), seed: 1 })
      .addGains(gains);
    expect([gains[0], gains[2]]).toEqual([0, 0]);
    expect(gains[1]).toBeGreaterThan(0);
  });
});
