import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Feature, FeatureMatrix, Target } from '../../src/ml/estimator.ts';
import { restoreForest } from '../../src/ml/forest/forest-model.ts';
import { binColumns, planBins } from '../../src/ml/trees/binning.ts';
import { gradientBoosting } from '../../src/ml/trees/gradient-boosting.ts';
import { restoreGradientBoosting } from '../../src/ml/trees/gradient-boosting-model.ts';
import { quantileCuts } from '../../src/ml/trees/quantile-cuts.ts';
import { randomForest } from '../../src/ml/trees/random-forest.ts';
import type { Json } from '../../src/schema/json.ts';
import { runs } from '../support/runs.ts';

/** Numbers as data has them: repeated, missing, huge, infinite. */
const value = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: -5, max: 5 }) },
  { weight: 3, arbitrary: fc.double({ noDefaultInfinity: true, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, Number.MAX_VALUE) },
);

const table: fc.Arbitrary<{ x: FeatureMatrix; y: Target }> = fc.integer({ min: 1, max: 40 }).chain((rows) =>
  fc
    .record({
      numbers: fc.array(fc.array(value, { minLength: rows, maxLength: rows }), { maxLength: 3 }),
      categories: fc.array(fc.array(fc.integer({ min: -1, max: 6 }), { minLength: rows, maxLength: rows }), { maxLength: 2 }),
      target: fc.array(fc.integer({ min: 0, max: 20 }), { minLength: rows, maxLength: rows }),
      isClasses: fc.boolean(),
    })
    .map(({ numbers, categories, target, isClasses }) => {
      const features: Feature[] = [
        ...numbers.map((_, f): Feature => ({ name: `n${f}`, kind: 'numeric' })),
        ...categories.map((_, f): Feature => ({ name: `c${f}`, kind: 'categorical', levels: 6 })),
      ];
      const y: Target = isClasses
        ? { kind: 'classification', codes: Int32Array.from(target, (t) => t % 3), classes: ['a', 'b', 'c'] }
        : { kind: 'regression', values: Float64Array.from(target) };
      return { x: { rowCount: rows, features, columns: [...numbers, ...categories].map((column) => Float64Array.from(column)) }, y };
    }),
);

const allRows = (count: number): Int32Array => Int32Array.from({ length: count }, (_, row) => row);

describe('bins', () => {
  it('keep the order of numbers and part no equal ones', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 300 }), fc.integer({ min: 2, max: 255 }), (values, maxBins) => {
        const x: FeatureMatrix = {
          rowCount: values.length,
          features: [{ name: 'x', kind: 'numeric' }],
          columns: [Float64Array.from(values)],
        };
        const features = planBins(x, allRows(values.length), maxBins, 1);
        const bins = binColumns(features, x)[0] as Uint8Array;
        const most = features[0]?.binCount ?? 0;
        expect(most).toBeLessThanOrEqual(maxBins);
        const order = [...values.keys()]
          .filter((i) => !Number.isNaN(values[i]))
          .sort((a, b) => (values[a] as number) - (values[b] as number));
        order.forEach((row, at) => {
          const before = order[at - 1];
          if (before === undefined) return;
          expect(bins[before]).toBeLessThanOrEqual(bins[row] as number);
          if (values[before] === values[row]) expect(bins[before]).toBe(bins[row]);
        });
        values.forEach((v, row) => {
          if (Number.isNaN(v)) expect(bins[row]).toBe(most);
        });
      }),
    );
  });

  it('hold about equally many rows when all numbers differ', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 2000 }), fc.integer({ min: 2, max: 255 }), (rows, maxBins) => {
        const cuts = quantileCuts(
          Float64Array.from({ length: rows }, (_, i) => i),
          maxBins,
        );
        expect(cuts.length).toBe(Math.min(rows, maxBins) - 1);
        const edges = [-1, ...cuts, rows].map(Math.floor);
        const sizes = edges.slice(1).map((edge, i) => edge - (edges[i] as number));
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(2);
      }),
    );
  });
});

describe('tree models', () => {
  // Training walks bins and knows each row's leaf, prediction walks raw values: the training loss sees the one, the model the other.
  it('predict for training rows what training counted on', async () => {
    await fc.assert(
      fc.asyncProperty(table, async ({ x, y }) => {
        let loss = Number.NaN;
        const onIteration = (_: number, metrics: Readonly<Record<string, number>>): void => {
          loss = metrics['training_loss'] as number;
        };
        const model = await gradientBoosting({ n_estimators: 5, min_samples_leaf: 1 }).fit(x, y, { seed: 3, onIteration });
        const predicted = model.predictProba?.(x) ?? model.predict(x);
        let sum = 0;
        for (let row = 0; row < x.rowCount; row++) {
          sum +=
            y.kind === 'regression'
              ? ((predicted[row] as number) - (y.values[row] as number)) ** 2
              : -Math.log(predicted[row * 3 + (y.codes[row] as number)] as number);
        }
        expect(sum / x.rowCount).toBeCloseTo(loss, 9);
      }),
      { numRuns: runs(60) },
    );
  });

  it('are the same after JSON, on rows they have not seen', async () => {
    await fc.assert(
      fc.asyncProperty(table, table, async ({ x, y }, other) => {
        const fresh: FeatureMatrix = {
          ...x,
          rowCount: other.x.rowCount,
          columns: x.features.map((_, f) => other.x.columns[f] ?? new Float64Array(other.x.rowCount)),
        };
        for (const [estimator, restore] of [
          [gradientBoosting({ n_estimators: 4 }), restoreGradientBoosting],
          [randomForest({ n_estimators: 4 }), (json: Json) => restoreForest('random_forest', json)],
        ] as const) {
          const model = await estimator.fit(x, y, { seed: 3 });
          const restored = restore(JSON.parse(JSON.stringify(model.toJSON())) as Json);
          expect(restored.predict(fresh)).toEqual(model.predict(fresh));
          expect(model.predict(fresh).every(Number.isFinite)).toBe(true);
        }
      }),
      { numRuns: runs(60) },
    );
  });

  it('predict within the range of the target when they average', async () => {
    await fc.assert(
      fc.asyncProperty(table, async ({ x, y }) => {
        if (y.kind !== 'regression') return;
        const model = await randomForest({ n_estimators: 5 }).fit(x, y, { seed: 1 });
        const [low, high] = [Math.min(...y.values), Math.max(...y.values)];
        for (const predicted of model.predict(x)) {
          expect(predicted).toBeGreaterThanOrEqual(low - 1e-9);
          expect(predicted).toBeLessThanOrEqual(high + 1e-9);
        }
      }),
      { numRuns: runs(60) },
    );
  });
});
