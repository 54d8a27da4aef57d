/** Linear models do not depend on what they must not depend on. fast-check prints the seed of a failure. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FeatureMatrix, FittedModel, Target } from '../../src/ml/estimator.ts';
import { linear, restoreLinear } from '../../src/ml/linear/linear.ts';
import { runs } from '../support/runs.ts';

const RUNS = { numRuns: runs(60) };
const cell = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -20, max: 20 }).map((k) => k / 4) },
  { weight: 1, arbitrary: fc.constant(Number.NaN) },
);
const problem = fc
  .record({ rows: fc.integer({ min: 2, max: 25 }), width: fc.integer({ min: 1, max: 4 }), classes: fc.constantFrom(0, 2, 3) })
  .chain(({ rows, width, classes }) => {
    const column = fc.array(cell, { minLength: rows, maxLength: rows });
    return fc.record({
      columns: fc.array(column, { minLength: width, maxLength: width }),
      codes: fc.array(fc.integer({ min: -1, max: 3 }), { minLength: rows, maxLength: rows }),
      y: fc.array(fc.integer({ min: 0, max: classes === 0 ? 50 : classes - 1 }), { minLength: rows, maxLength: rows }),
      classes: fc.constant(classes),
    });
  });

function matrix(columns: readonly (readonly number[])[], codes: readonly number[]): FeatureMatrix {
  return {
    rowCount: codes.length,
    features: [...columns.map((_, k) => ({ name: `x${k}`, kind: 'numeric' as const })), { name: 'c', kind: 'categorical', levels: 3 }],
    columns: [...columns.map((column) => Float64Array.from(column)), Float64Array.from(codes)],
  };
}
function targetOf(y: readonly number[], classes: number): Target {
  return classes === 0
    ? { kind: 'regression', values: Float64Array.from(y) }
    : { kind: 'classification', codes: Int32Array.from(y), classes: ['a', 'b', 'c'].slice(0, classes) };
}
const train = async (x: FeatureMatrix, y: Target): Promise<FittedModel> => linear().fit(x, y, { seed: 0 });
const outputOf = (model: FittedModel, x: FeatureMatrix): Float64Array => model.predictProba?.(x) ?? model.predict(x);

function expectNear(found: Float64Array, expected: Float64Array, tolerance: number): void {
  expect(found.length).toBe(expected.length);
  found.forEach((value, k) => {
    expect(Math.abs(value - (expected[k] as number))).toBeLessThanOrEqual(tolerance);
  });
}

test('the unit and origin of a feature do not matter', async () => {
  await fc.assert(
    fc.asyncProperty(problem, async ({ columns, codes, y, classes }) => {
      const x = matrix(columns, codes);
      const moved = matrix(
        columns.map((column) => column.map((value) => value * 1000 - 77)),
        codes,
      );
      expectNear(outputOf(await train(moved, targetOf(y, classes)), moved), outputOf(await train(x, targetOf(y, classes)), x), 1e-6);
    }),
    RUNS,
  );
});

test('the order of the rows does not matter', async () => {
  await fc.assert(
    fc.asyncProperty(problem, async ({ columns, codes, y, classes }) => {
      const x = matrix(columns, codes);
      const reversed = matrix(
        columns.map((column) => [...column].reverse()),
        [...codes].reverse(),
      );
      expectNear(
        outputOf(await train(reversed, targetOf([...y].reverse(), classes)), x),
        outputOf(await train(x, targetOf(y, classes)), x),
        1e-6,
      );
    }),
    RUNS,
  );
});

test('probabilities are shares, importance sums to 1 or 0, and a restored model agrees', async () => {
  await fc.assert(
    fc.asyncProperty(problem, async ({ columns, codes, y, classes }) => {
      const x = matrix(columns, codes);
      const model = await train(x, targetOf(y, classes));
      const output = outputOf(model, x);
      expect(output.every(Number.isFinite)).toBe(true);
      for (let row = 0; classes > 0 && row < x.rowCount; row++) {
        expect(output.subarray(row * classes, (row + 1) * classes).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
      }
      const importance = (model.featureImportance?.() ?? new Float64Array()).reduce((a, b) => a + b, 0);
      expect(importance === 0 || Math.abs(importance - 1) < 1e-12).toBe(true);
      expect(outputOf(restoreLinear(JSON.parse(JSON.stringify(model.toJSON()))), x)).toEqual(output);
    }),
    RUNS,
  );
});
