import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Feature, FeatureMatrix, Target } from '../../src/ml/estimator.ts';
import { fromColumns, toColumns, toEnsemble } from '../../src/ml/forest/forest-columns.ts';
import { forestFromJson, forestToJson } from '../../src/ml/forest/forest-json.ts';
import { forestTarget } from '../../src/ml/forest/forest-target.ts';
import { ForestWalker } from '../../src/ml/forest/forest-walker.ts';
import { type ForestFit, type GrownForest, growForest } from '../../src/ml/forest/grow-forest.ts';
import { ENTROPY, POISSON, SQUARED } from '../../src/ml/kernels/forest-layout.ts';
import { ln } from '../../src/ml/kernels/twin-forest-score.ts';
import type { Json } from '../../src/schema/json.ts';
import { runs } from '../support/runs.ts';

const number = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: -9, max: 9 }) },
  { weight: 3, arbitrary: fc.double({ noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY) },
);
const code = fc.constantFrom(0, 1, 2, 3, 4, 5, -1, 7, 2.5, Number.NaN);

const table = fc.integer({ min: 1, max: 80 }).chain((rows) => {
  const column = (value: fc.Arbitrary<number>): fc.Arbitrary<number[]> => fc.array(value, { minLength: rows, maxLength: rows });
  return fc.record({
    numbers: fc.array(column(number), { minLength: 1, maxLength: 4 }),
    categories: fc.array(column(code), { maxLength: 2 }),
    values: column(fc.oneof(fc.integer({ min: 0, max: 3 }), fc.double({ min: 0, max: 100, noNaN: true }))),
    classCount: fc.constantFrom(0, 0, 2, 2, 3, 5),
    weights: fc.option(column(fc.double({ min: 0.01, max: 5, noNaN: true })), { nil: undefined }),
    criterion: fc.constantFrom(SQUARED, SQUARED, ENTROPY, POISSON),
    minSamplesLeaf: fc.constantFrom(1, 1, 2, 5),
    minSamplesSplit: fc.constantFrom(2, 2, 6),
    maxDepth: fc.constantFrom(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 3),
    maxLeaves: fc.constantFrom(0, 0, 2, 7),
    tried: fc.integer({ min: 1, max: 6 }),
    isRandom: fc.boolean(),
    bootstrap: fc.boolean(),
    share: fc.constantFrom(1, 1, 0.6),
    repeat: fc.constantFrom(1, 1, 12, 60),
    seed: fc.integer(),
  });
});

type Case = typeof table extends fc.Arbitrary<infer T> ? T : never;

/** A fit of the case; rows are repeated, with other targets, so that some nodes are large and others small. */
function fitOf(of: Case): ForestFit {
  const rowCount = of.values.length * of.repeat;
  const long = (values: readonly number[]): Float64Array =>
    Float64Array.from({ length: rowCount }, (_, row) => values[row % values.length] as number);
  const columns = [...of.numbers, ...of.categories].map(long);
  const x: FeatureMatrix = {
    rowCount,
    features: columns.map(
      (_, f): Feature => (f < of.numbers.length ? { name: `n${f}`, kind: 'numeric' } : { name: `c${f}`, kind: 'categorical', levels: 6 }),
    ),
    columns,
  };
  const values = long(of.values).map((value, row) => (row % 7 === 0 ? value + 1 : value));
  const codes = Int32Array.from(values, (value) => Math.floor(value) % Math.max(1, of.classCount));
  const y: Target =
    of.classCount === 0
      ? { kind: 'regression', values }
      : { kind: 'classification', codes, classes: Array.from({ length: of.classCount }, (_, k) => `k${k}`) };
  const active = Int32Array.from({ length: rowCount }, (_, row) => row).filter((row) => row % 11 !== 3 || rowCount < 20);
  const drawn = Math.max(1, Math.round(of.share * active.length));
  const sampleWeight = of.weights && long(of.weights);
  const criterion =
    of.criterion === POISSON && of.classCount > 0 ? ENTROPY : of.criterion === ENTROPY && of.classCount === 0 ? POISSON : of.criterion;
  const target = forestTarget(y, {
    sampleWeight,
    rows: active,
    drawn,
    centre: criterion === POISSON ? 0 : of.classCount === 0 ? 1 : 0,
    countsRows: of.minSamplesLeaf > 1,
  });
  const limits = {
    minSamplesLeaf: of.minSamplesLeaf,
    minSamplesSplit: of.minSamplesSplit,
    maxDepth: of.maxDepth,
    maxLeaves: of.maxLeaves,
    featuresPerSplit: Math.min(of.tried, columns.length),
    isRandom: of.isRandom,
    bootstrap: of.bootstrap,
    drawn,
    criterion,
  };
  return { x, active, target, limits, trees: 3, maxBins: 255, hasWeights: sampleWeight !== undefined, keepsInBag: true };
}

const facts = ({ forest, gains, inBag }: GrownForest): unknown => ({ ...forest.parts, gains, inBag });

describe('kernels of forests', () => {
  it('leave the same bytes as their twins, for any number of threads', async () => {
    await fc.assert(
      fc.asyncProperty(table, async (of) => {
        const fit = fitOf(of);
        const own = await growForest(fit, { seed: of.seed, threads: 1 });
        expect(facts(await growForest(fit, { seed: of.seed, threads: 3 }, true))).toEqual(facts(own));

        const { forest } = own;
        const { outputs } = forest.parts;
        const walked = new Float64Array(fit.x.rowCount * outputs);
        forest.walkTo(fit.x, walked);
        for (const twin of [false, true]) {
          const sums = new Float64Array(walked.length);
          new ForestWalker(forest.parts, { threads: 2, twin }).addTo(fit.x, sums);
          expect(sums).toEqual(walked);
        }
        const restored = forestFromJson(JSON.parse(JSON.stringify(forestToJson(forest))) as Json);
        expect(restored.parts).toEqual(forest.parts);
        // As columns, a forest walks the same ways.
        const same = new Float64Array(walked.length);
        toEnsemble(forest).walkTo(fit.x, same, 1);
        expect(same).toEqual(walked);
        const back = fromColumns({ features: forest.parts.features, columns: toColumns(forest), hasCovers: true });
        const again = new Float64Array(walked.length);
        back.walkTo(fit.x, again);
        expect(again).toEqual(walked);
      }),
      { numRuns: runs(25) },
    );
  });

  it('count what a row is left out of', async () => {
    await fc.assert(
      fc.asyncProperty(table, async (of) => {
        const fit = fitOf(of);
        const { forest, inBag } = await growForest(fit, { seed: of.seed, threads: 1 });
        const bits = inBag as Uint8Array;
        const bytes = bits.length / forest.treeCount;
        const found = [false, true].map((twin) => {
          const sums = new Float64Array(fit.x.rowCount * forest.parts.outputs);
          const counts = new Uint32Array(fit.x.rowCount);
          new ForestWalker(forest.parts, { threads: 2, twin }).addTo(fit.x, sums, { inBag: bits, bytes, counts });
          return { sums, counts };
        });
        expect(found[1]).toEqual(found[0]);
        const isIn = (tree: number, row: number): number => ((bits[tree * bytes + (row >> 3)] as number) >> (row & 7)) & 1;
        expect(Array.from(found[0]?.counts ?? [])).toEqual(
          Array.from({ length: fit.x.rowCount }, (_, row) => [0, 1, 2].reduce((sum, tree) => sum + 1 - isIn(tree, row), 0)),
        );
      }),
      { numRuns: runs(8) },
    );
  });

  it('take logarithms to the last digits', () => {
    for (let x = 1e-9; x < 1e12; x *= 1.37)
      expect(Math.abs(ln(x) - Math.log(x))).toBeLessThanOrEqual(4e-16 * Math.abs(Math.log(x)) + 1e-16);
  });
});
