import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Feature, FeatureMatrix, Target } from '../../src/ml/estimator.ts';
import { Kernel, TooMuchMemory } from '../../src/ml/kernels/machine.ts';
import { exp } from '../../src/ml/kernels/twin-exp.ts';
import { Random } from '../../src/ml/random.ts';
import { binTable, cutIn } from '../../src/ml/trees/bin-table.ts';
import { type BinnedFeature, binColumns, planBins } from '../../src/ml/trees/binning.ts';
import { sampleRows } from '../../src/ml/trees/boosting-rows.ts';
import { ensembleFromJson } from '../../src/ml/trees/ensemble-json.ts';
import { gradientBoosting } from '../../src/ml/trees/gradient-boosting.ts';
import { type GrowLimits, TreeGrower } from '../../src/ml/trees/grow.ts';
import { MaskPredictor } from '../../src/ml/trees/mask-predictor.ts';
import { Workshop } from '../../src/ml/trees/workshop.ts';
import type { Json } from '../../src/schema/json.ts';
import { runs } from '../support/runs.ts';
import { type WorkshopContents, workshopOf } from '../support/workshop.ts';

const number = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: -9, max: 9 }) },
  { weight: 4, arbitrary: fc.double({ noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY) },
);
const code = fc.constantFrom(0, 1, 2, 3, 4, 5, -1, 7, 2.5, Number.NaN);
const score = fc.double({ min: -30, max: 30, noNaN: true });

const fit = fc.integer({ min: 1, max: 90 }).chain((rows) => {
  const column = (value: fc.Arbitrary<number>): fc.Arbitrary<number[]> => fc.array(value, { minLength: rows, maxLength: rows });
  return fc.record({
    numbers: fc.array(column(number), { minLength: 1, maxLength: 4 }),
    categories: fc.array(column(code), { maxLength: 2 }),
    scores: column(score),
    target: column(fc.constantFrom(0, 1)),
    weights: fc.option(column(fc.double({ min: 0, max: 5, noNaN: true })), { nil: undefined }),
    isLogistic: fc.boolean(),
    isWide: fc.boolean(),
    minSamplesLeaf: fc.integer({ min: 1, max: 4 }),
    sampled: fc.integer({ min: 1, max: rows }),
    seed: fc.integer(),
    constraints: fc.option(
      fc.record({
        l1: fc.constantFrom(0, 0.5),
        signs: fc.array(fc.constantFrom(-1, 0, 1), { minLength: 8, maxLength: 8 }).map((signs) => Int8Array.from(signs)),
      }),
      { nil: undefined },
    ),
    policy: fc.constantFrom('lossguide' as const, 'depthwise' as const),
    nodeShare: fc.constantFrom(1, 0.5),
  });
});

type Fit = typeof fit extends fc.Arbitrary<infer T> ? T : never;

/** Everything that a tree takes from raw values to new scores, with the kernels or with their twins. */
function grown(of: Fit, twin: boolean, threads: number): readonly unknown[] {
  const rowCount = of.scores.length;
  const columns = [...of.numbers, ...of.categories].map((column) => Float64Array.from(column));
  const x: FeatureMatrix = {
    rowCount,
    features: columns.map((_, f) =>
      f < of.numbers.length ? { name: `n${f}`, kind: 'numeric' } : { name: `c${f}`, kind: 'categorical', levels: 6 },
    ),
    columns,
  };
  const impliesHessians = of.isLogistic && of.weights === undefined;
  const hasHessians = of.isLogistic || of.weights !== undefined;
  const shape = {
    rowCount,
    featureCount: columns.length,
    outputs: 1,
    maxLeaves: 8,
    hasHessians,
    impliesHessians,
    hasWeights: of.weights !== undefined,
    drawsRows: true,
    drawsFeatures: true,
    validationRows: 0,
  };
  const workshop = new Workshop(shape, {
    threads,
    twin,
    ...(of.isWide && hasHessians && { packing: { countBits: 7, hessianBits: 0, stride: 2 } }),
  });
  const { machine } = workshop;
  const all = Int32Array.from({ length: rowCount }, (_, row) => row);
  const features = planBins(x, all, 255, 1, cutIn(workshop));
  expect(features).toEqual(planBins(x, all, 255, 1));
  binTable(workshop, features, x, { bins: workshop.bins, columns: workshop.columns, columnBytes: rowCount });
  const bins = machine.bytes(workshop.columns, rowCount * columns.length).slice();
  expect(bins).toEqual(Uint8Array.from(binColumns(features, x).flatMap((column) => Array.from(column))));

  machine.numbers(workshop.scores, rowCount).set(of.scores);
  machine.numbers(workshop.target, rowCount).set(of.target);
  if (of.weights !== undefined) machine.numbers(workshop.weights, rowCount).set(of.weights);
  const kernel = of.isLogistic ? Kernel.logisticGradients : Kernel.squaredGradients;
  const { scores, target, weights, gradients, hessians, stats } = workshop;
  machine.round([[kernel, 0, rowCount, scores, target, weights, gradients, hessians, stats]]);
  const measures = machine.numbers(stats, 4).slice();
  machine.round([[Kernel.measure, 0, 1, rowCount, gradients, hessians, stats]]);
  expect(machine.numbers(stats, 4)).toEqual(measures);

  const limits: GrowLimits = {
    maxLeaves: 8,
    maxDepth: 9,
    minSamplesLeaf: of.minSamplesLeaf,
    l2: 0.5,
    constraints: of.constraints,
    policy: of.policy,
    nodeShare: of.nodeShare,
    categorical: { smoothing: 1, l2: 1, minRows: 1 },
  };
  const rows = all.subarray(0, of.sampled);
  machine.integers(workshop.orders[2], rows.length).set(rows);
  const allowed = new Uint8Array(columns.length).fill(1);
  const tree = new TreeGrower(workshop, features, limits).grow({ rowCount: rows.length, output: 0, allowed, seed: of.seed });
  const values = Float64Array.from({ length: tree.leafCount }, (_, leaf) => leaf + 0.1);
  const sums = hasHessians ? tree.addUp(gradients, hessians) : [];
  tree.addTo(scores, values);
  machine.integers(workshop.rest, rowCount - of.sampled).set(all.subarray(of.sampled));
  tree.walk(workshop.rest, rowCount - of.sampled, workshop.bins, scores, values);
  return [
    bins,
    machine.numbers(gradients, rowCount).slice(),
    hasHessians && !impliesHessians ? machine.numbers(hessians, rowCount).slice() : undefined,
    machine.bytes(workshop.packed, 8 * rowCount * workshop.packing.stride).slice(),
    tree.splits,
    Array.from(values, (_, leaf) => Array.from(tree.rowsOf(leaf))),
    sums,
    machine.numbers(scores, rowCount).slice(),
  ];
}

describe('kernels', () => {
  it('leave what their twins leave, for any number of tasks', () => {
    fc.assert(
      fc.property(fit, (of) => {
        const own = grown(of, false, 1);
        expect(own).toEqual(grown(of, true, 1));
        expect(own).toEqual(grown(of, true, 3));
      }),
      { numRuns: runs(100) },
    );
  });
});

describe('a tree of many rows', () => {
  const rowCount = 50_000;
  const random = new Random(17);
  const features: BinnedFeature[] = [
    ...Array.from({ length: 4 }, (): BinnedFeature => ({ kind: 'numeric', binCount: 200, cuts: new Float64Array(199) })),
    { kind: 'categorical', binCount: 40, binOfCode: new Uint8Array(40) },
  ];
  const columns = features.map(({ binCount }) => Uint8Array.from({ length: rowCount }, () => random.integer(binCount + 1)));
  const gradients = Float64Array.from(
    { length: rowCount },
    (_, row) => (columns[0]?.[row] as number) / 60 - ((columns[4]?.[row] as number) % 3) + random.normal(),
  );
  const uneven = Float64Array.from(gradients, () => 0.1 + random.uniform());
  const paired = { countBits: 16, hessianBits: 0, stride: 2 } as const;

  const grownBy = async (threads: number, of: Pick<WorkshopContents, 'hessians' | 'packing'>): Promise<readonly unknown[]> => {
    const workshop = workshopOf({ features, columns, gradients, ...of, threads });
    const { machine } = workshop;
    // Helpers take a moment to come.
    while (machine.threads < threads) await new Promise((resume) => setTimeout(resume, 2));
    const categorical = { smoothing: 1, l2: 1, minRows: 1 };
    const grower = new TreeGrower(workshop, features, { maxLeaves: 31, maxDepth: 9, minSamplesLeaf: 20, l2: 0.5, categorical });
    const trees = [1, 2, 3].map((seed) => {
      const tree = grower.grow({ rowCount, output: 0, allowed: new Uint8Array(5).fill(1), seed });
      return [tree.splits, Array.from({ length: tree.leafCount }, (_, leaf) => tree.rowsOf(leaf).slice())];
    });
    machine.close();
    return trees;
  };

  it.each([
    ['counts', {}],
    ['hessians', { hessians: uneven }],
    ['hessians in integers of their own', { hessians: uneven, packing: paired }],
  ])('is the same whoever takes its pieces, with %s', async (_, of) => {
    const alone = await grownBy(1, of);
    // Two part rows from both ends, more of them by blocks.
    expect(await grownBy(2, of)).toEqual(alone);
    expect(await grownBy(3, of)).toEqual(alone);
  });
});

it('refuses what takes more than can be addressed', () => {
  const shape = { rowCount: 100_000_000, featureCount: 10, outputs: 1, maxLeaves: 31, hasHessians: false, hasWeights: false };
  expect(() => new Workshop({ ...shape, drawsRows: false, validationRows: 0 }, { threads: 2 })).toThrow(
    new TooMuchMemory('this takes 6.1 GiB of memory in one piece, and at most 4 GiB can be addressed; use fewer rows or features'),
  );
  expect(() => new Workshop({ ...shape, drawsRows: false, validationRows: 0 }, { threads: 2 })).toThrow(TooMuchMemory);
});

describe('drawing of rows', () => {
  it('is that of `Random`, and so is the state after it', () => {
    const draw = fc.integer({ min: 1, max: 300 }).chain((rowCount) =>
      fc.record({
        rowCount: fc.constant(rowCount),
        all: fc.uniqueArray(fc.integer({ min: 0, max: rowCount - 1 }), { minLength: 1 }).map((rows) => Int32Array.from(rows).sort()),
        share: fc.double({ min: 0.001, max: 1, noNaN: true }),
        seed: fc.integer(),
      }),
    );
    fc.assert(
      fc.property(draw, ({ rowCount, all, share, seed }) => {
        const plain = new Random(seed);
        const places = plain.sample(all.length, Math.max(1, Math.round(share * all.length)));
        const chosen = places.map((place) => all[place] as number);
        const next = plain.uint32();
        for (const twin of [false, true]) {
          const shape = { rowCount, featureCount: 1, outputs: 1, maxLeaves: 2, hasHessians: false, validationRows: 0 };
          const workshop = new Workshop({ ...shape, hasWeights: false, drawsRows: true }, { threads: 1, twin });
          const random = new Random(seed);
          const count = sampleRows(workshop, all, share, random);
          expect(Array.from(workshop.machine.integers(workshop.orders[2], count))).toEqual(Array.from(chosen));
          const rest = workshop.machine.integers(workshop.rest, all.length - chosen.length);
          expect(Array.from(rest)).toEqual(Array.from(all).filter((row) => !chosen.includes(row)));
          expect(random.uint32()).toBe(next);
        }
      }),
      { numRuns: runs(100) },
    );
  });
});

describe('prediction of many rows', () => {
  const random = new Random(11);
  const rowCount = 9000;
  const columns = Array.from({ length: 5 }, (_, f) =>
    Float64Array.from({ length: rowCount }, () => (random.integer(9) === 0 ? Number.NaN : f < 3 ? random.normal() : random.integer(7))),
  );
  const features = columns.map(
    (_, f): Feature => (f < 3 ? { name: `n${f}`, kind: 'numeric' } : { name: `c${f}`, kind: 'categorical', levels: 6 }),
  );
  const x: FeatureMatrix = { rowCount, features, columns };
  const signal = Float64Array.from(
    { length: rowCount },
    (_, row) => (columns[0]?.[row] || 0) + ((columns[3]?.[row] || 0) % 2) + random.normal(),
  );

  it.each([2, 3, 5])('is the walk of each row to its leaf, bit for bit, with %i classes', async (classes) => {
    const codes = Int32Array.from(signal, (value) => Math.max(0, Math.min(classes - 1, Math.floor(value + classes / 2))));
    const y: Target = { kind: 'classification', codes, classes: Array.from({ length: classes }, (_, k) => String(k)) };
    const model = await gradientBoosting({ n_estimators: 37 }).fit(x, y, { seed: 1 });
    const ensemble = ensembleFromJson((model.toJSON() as { trees: Json }).trees);
    const groups = classes === 2 ? 1 : classes;
    const walked = new Float64Array(rowCount * groups).fill(0.25);
    const together = walked.slice();
    ensemble.walkTo(x, walked, groups);
    ensemble.addTo(x, together, groups);
    expect(together).toEqual(walked);
  });

  it('is the same from the twin', () => {
    const goesLeft = Uint8Array.from({ length: 256 }, (_, bin) => (bin < 2 ? 1 : 0));
    const binned: BinnedFeature[] = [{ kind: 'numeric', binCount: 4, cuts: Float64Array.of(-0.5, 0, 0.5) }];
    const trees = Array.from({ length: 70 }, (_, t) => ({
      nodes: t % 3 === 0 ? [] : [{ feature: 0, goesLeft, left: ~0, right: ~1 }],
      values: Float64Array.of(t + 0.1, -t),
    }));
    const table = { rowCount, features: features.slice(0, 1), columns: columns.slice(0, 1) };
    const [own, twin] = [false, true].map((isTwin) => {
      const sums = new Float64Array(rowCount);
      new MaskPredictor(binned, trees, 1, { threads: isTwin ? 3 : 1, twin: isTwin }).addTo(table, sums);
      return sums;
    });
    expect(own).toEqual(twin);
    expect(new Set(own).size).toBe(2);
  });
});

describe('exp', () => {
  it('is within 1e-11 of the exponential', () => {
    fc.assert(
      fc.property(fc.double({ min: -699, max: 699, noNaN: true }), (x) => {
        expect(Math.abs(exp(x) / Math.exp(x) - 1)).toBeLessThan(1e-11);
      }),
    );
  });
});
