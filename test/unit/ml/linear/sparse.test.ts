/** Penalties on absolute values: what the minimum must satisfy, where no reference is at hand. */
import { describe, expect, test } from 'vitest';
import type { FeatureMatrix, Target } from '../../../../src/ml/estimator.ts';
import { Design } from '../../../../src/ml/linear/design.ts';
import { solveElasticNet } from '../../../../src/ml/linear/elastic-net.ts';
import { linear } from '../../../../src/ml/linear/linear.ts';
import type { LinearModel } from '../../../../src/ml/linear/linear-model.ts';
import { prepareFeatures } from '../../../../src/ml/linear/prepare-features.ts';
import { Random } from '../../../../src/ml/random.ts';

/** Numbers, some missing, and two categorical features beside them. */
function table(rows: number, width: number, levels: number, seed = 1): { readonly x: FeatureMatrix; readonly y: Float64Array } {
  const random = new Random(seed);
  const draw = (make: () => number): Float64Array => Float64Array.from({ length: rows }, make);
  const columns = Array.from({ length: width }, () => draw(() => (random.integer(30) === 0 ? Number.NaN : random.normal())));
  const codes = draw(() => random.integer(levels + 1));
  const y = draw(random.normal.bind(random)).map(
    (noise, row) => 3 + 0.3 * noise + 2 * (columns[0]?.[row] || 0) - (columns[1]?.[row] || 0) + (codes[row] as number) / levels,
  );
  return {
    x: {
      rowCount: rows,
      features: [...columns.map((_, k) => ({ name: `x${k}`, kind: 'numeric' as const })), { name: 'c', kind: 'categorical', levels }],
      columns: [...columns, codes],
    },
    y,
  };
}

/** How far the slope of the loss at each coefficient is from what its absolute value allows, for each unit of weight. */
function violation(model: LinearModel, x: FeatureMatrix, residual: Float64Array, alpha: number, l1Ratio: number): number {
  const features = prepareFeatures(x, new Float64Array(x.rowCount).fill(1), true);
  const design = new Design(features, x);
  const slope = new Float64Array(design.width);
  design.multiplyTransposed(residual, slope);
  let at = 0;
  let worst = 0;
  for (const feature of features) {
    for (let level = 0; level < (feature.kind === 'numeric' ? 1 : feature.levels); level++, at++) {
      const scale = feature.kind === 'numeric' ? feature.scale : 1;
      const beta = (model.state.coefficients[0]?.[at] as number) * scale;
      const own = (slope[at] as number) / x.rowCount - alpha * (1 - l1Ratio) * beta;
      worst = Math.max(worst, beta === 0 ? Math.abs(own) - alpha * l1Ratio : Math.abs(own - Math.sign(beta) * alpha * l1Ratio));
    }
  }
  return worst;
}

describe('elastic net', () => {
  test('thousands of columns, through the residuals', async () => {
    const { x, y } = table(120, 1800, 250);
    const target: Target = { kind: 'regression', values: y };
    const model = (await linear({ penalty: 'elasticnet', alpha: 0.15, l1_ratio: 0.8, tolerance: 1e-12 }).fit(x, target, {
      seed: 0,
    })) as LinearModel;
    const residual = model.predict(x).map((value, row) => (y[row] as number) - value);
    expect(model.state.converged).toBe(true);
    expect(Math.abs(residual.reduce((sum, r) => sum + r, 0))).toBeLessThan(1e-9);
    expect(violation(model, x, residual, 0.15, 0.8)).toBeLessThan(1e-5);
    const nonzero = model.describe()['nonzero'] as number;
    expect(nonzero).toBeGreaterThan(2);
    expect(nonzero).toBeLessThan(120);
  });

  test('both ways of descending find the same coefficients', () => {
    const { x, y } = table(90, 12, 6);
    const weight = Float64Array.from({ length: 90 }, (_, row) => row % 4);
    const design = new Design(prepareFeatures(x, weight, true), x);
    const constant = (value: number): Float64Array => new Float64Array(design.width).fill(value);
    const problem = { target: y, weight, l1: constant(2), l2: constant(0.5), fitIntercept: true, maxIterations: 10_000, tolerance: 1e-15 };
    const small = solveElasticNet({ ...problem, design });
    const large = solveElasticNet({ ...problem, design, gramWidth: 0 });
    expect(large.converged && small.converged).toBe(true);
    small.coefficients[0]?.forEach((value, j) => {
      expect(large.coefficients[0]?.[j]).toBeCloseTo(value, 8);
    });
    expect(large.intercepts[0]).toBeCloseTo(small.intercepts[0] as number, 8);
  });

  test('a penalty above every correlation leaves the mean', async () => {
    const { x, y } = table(60, 3, 2);
    const model = await linear({ penalty: 'l1', alpha: 100 }).fit(x, { kind: 'regression', values: y }, { seed: 0 });
    const mean = y.reduce((sum, value) => sum + value, 0) / 60;
    for (const value of model.predict(x)) expect(value).toBeCloseTo(mean, 12);
    expect(model.describe()).toMatchObject({ converged: true, nonzero: 0, iterations: 1 });
  });

  test('a share of 0 is ridge, a strength of 0 least squares', async () => {
    const { x, y } = table(60, 3, 2);
    const target: Target = { kind: 'regression', values: y };
    const predicted = async (params: Parameters<typeof linear>[0]): Promise<Float64Array> =>
      (await linear(params).fit(x, target, { seed: 0 })).predict(x);
    expect(await predicted({ penalty: 'elasticnet', alpha: 0.1, l1_ratio: 0 })).toEqual(await predicted({ penalty: 'l2', alpha: 0.1 }));
    expect(await predicted({ penalty: 'l1', alpha: 0 })).toEqual(await predicted({ penalty: 'none' }));
  });
});

describe('logistic regression with absolute values', () => {
  test('hundreds of columns for few rows', async () => {
    const { x, y } = table(80, 300, 3);
    const codes = Int32Array.from(y, (value) => Number(value > 3.2));
    const model = (await linear({ penalty: 'l1', alpha: 0.05 }).fit(
      x,
      { kind: 'classification', codes, classes: ['no', 'yes'] },
      { seed: 0 },
    )) as LinearModel;
    const residual = Float64Array.from(codes, (code, row) => code - (model.predictProba?.(x)[2 * row + 1] as number));
    expect(model.state.converged).toBe(true);
    expect(violation(model, x, residual, 0.05, 1)).toBeLessThan(1e-7);
  });

  test('classes without a row, one class, and separable classes', async () => {
    const x: FeatureMatrix = { rowCount: 4, features: [{ name: 'a', kind: 'numeric' }], columns: [Float64Array.of(-2, -1, 1, 2)] };
    const train = async (codes: readonly number[], classes: readonly string[]): Promise<LinearModel> =>
      (await linear({ penalty: 'elasticnet', alpha: 0.01 }).fit(
        x,
        { kind: 'classification', codes: Int32Array.from(codes), classes },
        { seed: 0 },
      )) as LinearModel;
    expect([...(await train([0, 0, 1, 1], ['a', 'b'])).predict(x)]).toEqual([0, 0, 1, 1]);
    expect([...(await train([0, 0, 2, 2], ['a', 'b', 'c'])).predict(x)]).toEqual([0, 0, 2, 2]);
    expect([...((await train([0, 0, 0, 0], ['a'])).predictProba?.(x) ?? [])]).toEqual([1, 1, 1, 1]);
  });
});
