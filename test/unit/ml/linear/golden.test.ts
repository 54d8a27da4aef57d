/** Our linear models against scikit-learn's (`scripts/golden-metrics.py` wrote the numbers). */
import { describe, expect, test } from 'vitest';
import type { FeatureMatrix, FittedModel, Target } from '../../../../src/ml/estimator.ts';
import { linear } from '../../../../src/ml/linear/linear.ts';
import golden from './golden.json' with { type: 'json' };

function numbers(columns: readonly (readonly number[])[]): FeatureMatrix {
  return {
    rowCount: columns[0]?.length ?? 0,
    features: columns.map((_, k) => ({ name: `x${k}`, kind: 'numeric' })),
    columns: columns.map((column) => Float64Array.from(column)),
  };
}
interface Case {
  readonly l2: number;
  readonly weight: boolean;
  readonly standardize: boolean;
  readonly fit_intercept: boolean;
}
const x = numbers(golden.x);
async function fitted({ l2, weight, standardize, fit_intercept }: Case, y: Target): Promise<FittedModel> {
  const context = { seed: 0, ...(weight && { sampleWeight: Float64Array.from(golden.weight) }) };
  return linear({ l2, standardize, fit_intercept }).fit(x, y, context);
}
function expectNear(found: Float64Array | undefined, expected: readonly number[], tolerance: number): void {
  const worst = Math.max(...expected.map((value, k) => Math.abs(((found ?? [])[k] ?? Number.NaN) - value)));
  expect(worst).toBeLessThan(tolerance);
}
const name = (c: Case): string =>
  `l2 ${c.l2}${c.weight ? ', weights' : ''}${c.standardize ? '' : ', own units'}${c.fit_intercept ? '' : ', no intercept'}`;

describe('Ridge', () => {
  test.each(golden.regression.map((c) => [name(c), c] as const))('%s', async (_, c) => {
    const model = await fitted(c, { kind: 'regression', values: Float64Array.from(golden.y) });
    expectNear(model.predict(x), c.prediction, 1e-8);
  });

  test('collinear and constant columns without a penalty: the least-squares prediction', async () => {
    const wide = numbers(golden.collinear.x);
    const model = await linear({ l2: 0 }).fit(wide, { kind: 'regression', values: Float64Array.from(golden.y) }, { seed: 0 });
    expectNear(model.predict(wide), golden.collinear.prediction, 1e-7);
  });

  test('more columns than rows', async () => {
    const wide = numbers(golden.wide.x);
    const model = await linear().fit(wide, { kind: 'regression', values: Float64Array.from(golden.wide.y) }, { seed: 0 });
    expectNear(model.predict(wide), golden.wide.prediction, 1e-8);
  });
});

describe('LogisticRegression', () => {
  test.each(golden.binary.map((c) => [name(c), c] as const))('two classes, %s', async (_, c) => {
    const model = await fitted(c, { kind: 'classification', codes: Int32Array.from(golden.binary_target), classes: ['no', 'yes'] });
    expectNear(model.predictProba?.(x), c.proba.flat(), 1e-6);
    expect(model.describe()['converged']).toBe(true);
  });

  test.each(golden.softmax.map((c) => [name(c), c] as const))('three classes, %s', async (_, c) => {
    const model = await fitted(c, { kind: 'classification', codes: Int32Array.from(golden.multiclass_target), classes: ['a', 'b', 'c'] });
    expectNear(model.predictProba?.(x), c.proba.flat(), 1e-6);
    expect(model.describe()['converged']).toBe(true);
  });
});
