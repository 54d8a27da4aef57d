import { describe, expect, it } from 'vitest';
import { Random } from '../../../../src/ml/random.ts';
import type { BinnedFeature } from '../../../../src/ml/trees/binning.ts';
import { type GrowLimits, type GrowRequest, TreeGrower } from '../../../../src/ml/trees/grow.ts';
import type { GrownTree } from '../../../../src/ml/trees/grown-tree.ts';
import type { Workshop } from '../../../../src/ml/trees/workshop.ts';
import { type WorkshopContents, workshopOf } from '../../../support/workshop.ts';

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
const rows = Int32Array.from({ length: ROWS }, (_, row) => row);
const gradients = Float64Array.from(rows, (row) => (columns[0]?.[row] ?? 0) / 5 - ((columns[2]?.[row] ?? 0) % 2) * 3 + random.normal());
const unevenHessians = Float64Array.from(rows, () => 0.1 + random.uniform());
const allowed = Uint8Array.of(1, 1, 1);

interface Grower {
  readonly workshop: Workshop;
  grow(request?: Partial<GrowRequest>): GrownTree;
}

function growerOf(limits: Partial<GrowLimits> = {}, contents: Partial<WorkshopContents> = {}): Grower {
  const all = { ...LIMITS, ...limits };
  const workshop = workshopOf({ features, columns, gradients, maxLeaves: all.maxLeaves, ...contents });
  const grower = new TreeGrower(workshop, features, all);
  return { workshop, grow: (request = {}) => grower.grow({ rowCount: ROWS, output: 0, allowed, seed: 1, ...request }) };
}
const scoreOf = (own: Int32Array, hessians: Float64Array | undefined): number =>
  own.reduce((sum, row) => sum + (gradients[row] as number), 0) ** 2 / own.reduce((sum, row) => sum + (hessians?.[row] ?? 1), 0);

describe('TreeGrower', () => {
  it.each([undefined, unevenHessians])('gains what its leaves show, from histograms that it never counted', (hessians) => {
    const tree = growerOf({}, { hessians }).grow();
    const gains = new Float64Array(3);
    tree.addGains(gains);
    const leaves = Array.from({ length: tree.leafCount }, (_, leaf) => tree.rowsOf(leaf));
    const gained = leaves.reduce((sum, own) => sum + scoreOf(own, hessians), 0) - scoreOf(rows, hessians);
    expect(tree.leafCount).toBe(12);
    // Hessians share an integer with gradients and counts, which leaves them seven digits.
    expect(gains.reduce((sum, gain) => sum + gain, 0)).toBeCloseTo(gained, 2);
    // Every row is in one leaf, and none is too small.
    expect(leaves.flatMap((own) => Array.from(own)).sort((a, b) => a - b)).toEqual(Array.from(rows));
    for (const own of leaves) expect(own.length).toBeGreaterThanOrEqual(5);
  });

  it('walks rows to the leaves that they were grown in', () => {
    const { workshop, grow } = growerOf();
    const tree = grow();
    const { machine, rest, bins, scores } = workshop;
    const values = Float64Array.from({ length: tree.leafCount }, (_, leaf) => leaf);
    machine.integers(rest, ROWS - 1).set(rows.filter((row) => row !== 7));
    tree.walk(rest, ROWS - 1, bins, scores, values);
    const walked = machine.numbers(scores, ROWS).slice();
    tree.addTo(scores, values);
    for (let leaf = 0; leaf < tree.leafCount; leaf++) {
      for (const row of tree.rowsOf(leaf)) {
        expect(walked[row]).toBe(row === 7 ? 0 : leaf);
        expect(machine.numbers(scores, ROWS)[row]).toBe(row === 7 ? leaf : 2 * leaf);
      }
    }
  });

  it.each([undefined, unevenHessians])('grows the same tree when histograms are dropped for want of room', (hessians) => {
    const values = Float64Array.from({ length: 12 }, (_, leaf) => leaf);
    const short = workshopOf({ features, columns, gradients, hessians, maxLeaves: 12 });
    (short as { histograms: readonly number[] }).histograms = short.histograms.slice(0, 3);
    const tree = new TreeGrower(short, features, LIMITS).grow({ rowCount: ROWS, output: 0, allowed, seed: 1 });
    expect(tree.toColumns(values)).toEqual(growerOf({}, { hessians }).grow().toColumns(values));
  });

  it.each([undefined, unevenHessians])('sums up its leaves exactly', (hessians) => {
    const { workshop, grow } = growerOf({}, { hessians: hessians ?? rows.map(() => 1) });
    const tree = grow();
    const sums = tree.addUp(workshop.gradients, workshop.hessians);
    for (let leaf = 0; leaf < tree.leafCount; leaf++) {
      const own = tree.rowsOf(leaf);
      expect(sums[2 * leaf]).toBeCloseTo(
        own.reduce((sum, row) => sum + (gradients[row] as number), 0),
        9,
      );
      expect(sums[2 * leaf + 1]).toBeCloseTo(
        own.reduce((sum, row) => sum + (hessians?.[row] ?? 1), 0),
        9,
      );
    }
  });

  it('splits the leaf with the largest gain next', () => {
    const totals = [2, 4, 8, 12].map((maxLeaves) => {
      const gains = new Float64Array(3);
      growerOf({ maxLeaves }).grow().addGains(gains);
      return gains.reduce((sum, gain) => sum + gain, 0);
    });
    // Gains shrink: the first half of the leaves takes more than the second.
    expect((totals[1] as number) - (totals[0] as number)).toBeGreaterThan(((totals[2] as number) - (totals[1] as number)) / 2);
    expect((totals[2] as number) - (totals[1] as number)).toBeGreaterThan((totals[3] as number) - (totals[2] as number));
  });

  it('grows the same tree whatever grew before it', () => {
    const used = growerOf({}, { hessians: unevenHessians });
    used.grow({ rowCount: 100, seed: 3 });
    const values = Float64Array.from({ length: 12 }, (_, leaf) => leaf);
    expect(used.grow().toColumns(values)).toEqual(growerOf({}, { hessians: unevenHessians }).grow().toColumns(values));
  });

  it('leaves features alone that are not allowed', () => {
    const gains = new Float64Array(3);
    growerOf()
      .grow({ allowed: Uint8Array.of(0, 1, 0) })
      .addGains(gains);
    expect([gains[0], gains[2]]).toEqual([0, 0]);
    expect(gains[1]).toBeGreaterThan(0);
  });
});
