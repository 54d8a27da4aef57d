import { describe, expect, test } from 'vitest';
import type { FeatureMatrix, FittedModel, Target } from '../../../../src/ml/estimator.ts';
import { linear, linearParams, restoreLinear } from '../../../../src/ml/linear/linear.ts';
import { Random } from '../../../../src/ml/random.ts';
import { badValues, checkParams } from '../../../../src/schema/param.ts';

const NONE = Number.NaN;
function matrix(
  columns: Readonly<Record<string, readonly number[] | { readonly levels: number; readonly codes: readonly number[] }>>,
): FeatureMatrix {
  const entries = Object.entries(columns);
  const values = entries.map(([, column]) => Float64Array.from('codes' in column ? column.codes : column));
  return {
    rowCount: values[0]?.length ?? 0,
    features: entries.map(([name, column]) =>
      'codes' in column ? { name, kind: 'categorical', levels: column.levels } : { name, kind: 'numeric' },
    ),
    columns: values,
  };
}
const regression = (...values: number[]): Target => ({ kind: 'regression', values: Float64Array.from(values) });
const binary = (...codes: number[]): Target => ({ kind: 'classification', codes: Int32Array.from(codes), classes: ['no', 'yes'] });
async function fitted(x: FeatureMatrix, y: Target, params: Parameters<typeof linear>[0] = {}): Promise<FittedModel> {
  return linear(params).fit(x, y, { seed: 0 });
}
const rounded = (values: Float64Array | undefined, digits = 6): readonly number[] =>
  Array.from(values ?? [], (value) => Number(value.toFixed(digits)) + 0);

describe('what becomes of unusual values', () => {
  test('missing and infinite numbers count as the training mean', async () => {
    const x = matrix({ a: [1, 2, 3, 4, NONE] });
    const model = await fitted(x, regression(1, 2, 3, 4, 2.5), { l2: 0 });
    expect(rounded(model.predict(matrix({ a: [2.5, NONE, Number.POSITIVE_INFINITY, 10] })))).toEqual([2.5, 2.5, 2.5, 10]);
  });

  test('unknown and missing levels add nothing', async () => {
    const x = matrix({ c: { levels: 3, codes: [0, 0, 1, 1, NONE, NONE] } });
    const model = await fitted(x, regression(3, 3, 7, 7, 5, 5), { l2: 1e-9 });
    expect(rounded(model.predict(matrix({ c: { levels: 9, codes: [0, 1, NONE, 2, 8, -1, 0.5] } })), 4)).toEqual([3, 7, 5, 5, 5, 5, 5]);
  });

  test('a constant feature and one without any value change nothing', async () => {
    const y = regression(1, 3, 2, 5);
    const plain = await fitted(matrix({ a: [1, 2, 3, 4] }), y);
    const more = await fitted(matrix({ a: [1, 2, 3, 4], constant: [0.1, 0.1, 0.1, 0.1], empty: [NONE, NONE, NONE, NONE] }), y);
    expect(rounded(more.predict(matrix({ a: [7], constant: [999], empty: [5] })), 12)).toEqual(
      rounded(plain.predict(matrix({ a: [7] })), 12),
    );
    expect(more.featureImportance?.()).toEqual(Float64Array.of(1, 0, 0));
  });

  test('a column far from 0 keeps its digits', async () => {
    const start = 1.7e12;
    const x = matrix({ time: [0, 1, 2, 3, 4].map((t) => start + t) });
    const model = await fitted(x, regression(0, 1, 2, 3, 4), { l2: 0 });
    expect(rounded(model.predict(x), 9)).toEqual([0, 1, 2, 3, 4]);
  });

  test('a row of weight 0 is as if absent', async () => {
    const x = matrix({ a: [1, 2, 3, 4, 500], c: { levels: 2, codes: [0, 1, 0, 1, 1] } });
    const sampleWeight = Float64Array.of(1, 1, 1, 1, 0);
    const weighted = await linear().fit(x, regression(1, 3, 2, 5, -800), { seed: 0, sampleWeight });
    const without = await fitted(matrix({ a: [1, 2, 3, 4], c: { levels: 2, codes: [0, 1, 0, 1] } }), regression(1, 3, 2, 5));
    expect(rounded(weighted.predict(x), 9)).toEqual(rounded(without.predict(x), 9));
  });
});

describe('hard shapes', () => {
  test('perfectly separable classes without a penalty converge to sure and finite answers', async () => {
    const x = matrix({ a: [-2, -1, 1, 2] });
    const model = await fitted(x, binary(0, 0, 1, 1), { l2: 0 });
    expect([...model.predict(x)]).toEqual([0, 0, 1, 1]);
    expect(model.describe()['converged']).toBe(true);
    expect(model.predictProba?.(x).every(Number.isFinite)).toBe(true);
  });

  test('collinear columns share the weight', async () => {
    const a = [1, 2, 3, 4, 5, 6];
    const model = await fitted(matrix({ a, again: a }), regression(2, 4, 6, 8, 10, 12), { l2: 0 });
    const coefficients = model.describe()['coefficients'] as Record<string, number>;
    expect(coefficients['a']).toBeCloseTo(1, 5);
    expect(coefficients['again']).toBeCloseTo(1, 5);
  });

  test('so many levels that the normal equations are never formed', async () => {
    const random = new Random(3);
    const rows = 6000;
    const levels = 2500;
    const codes = Array.from({ length: rows }, () => random.integer(levels));
    const a = Array.from({ length: rows }, () => random.normal());
    const y = Float64Array.from(codes, (code, row) => 2 * (a[row] as number) + (code % 7));
    const x = matrix({ a, c: { levels, codes } });
    const l2 = 0.5;
    const model = await linear({ l2 }).fit(x, { kind: 'regression', values: y }, { seed: 0 });
    // At the minimum the residuals of a level balance its penalty, and all residuals sum to 0.
    const residual = model.predict(x).map((value, row) => (y[row] as number) - value);
    expect(Math.abs(residual.reduce((sum, r) => sum + r, 0))).toBeLessThan(1e-6);
    const { state } = model as unknown as { state: { coefficients: readonly (readonly number[])[] } };
    const sums = new Float64Array(levels);
    codes.forEach((code, row) => {
      sums[code] = (sums[code] as number) + (residual[row] as number);
    });
    const worst = sums.reduce((most, sum, level) => Math.max(most, Math.abs(sum - l2 * (state.coefficients[0]?.[level + 1] as number))), 0);
    expect(worst).toBeLessThan(1e-6);
  });

  test('no features: the mean, and the class shares', async () => {
    const x: FeatureMatrix = { rowCount: 4, features: [], columns: [] };
    expect(rounded((await fitted(x, regression(1, 2, 3, 6))).predict(x))).toEqual([3, 3, 3, 3]);
    expect(rounded((await fitted(x, binary(0, 1, 1, 1))).predictProba?.({ ...x, rowCount: 1 }))).toEqual([0.25, 0.75]);
  });

  test('a class that never occurs and a single class', async () => {
    const x = matrix({ a: [1, 2, 3, 4] });
    const three = await linear().fit(
      x,
      { kind: 'classification', codes: Int32Array.of(0, 0, 2, 2), classes: ['a', 'b', 'c'] },
      { seed: 0 },
    );
    expect([...three.predict(x)]).toEqual([0, 0, 2, 2]);
    const one = await linear().fit(x, { kind: 'classification', codes: new Int32Array(4), classes: ['only'] }, { seed: 0 });
    expect([...(one.predictProba?.(x) ?? [])]).toEqual([1, 1, 1, 1]);
  });
});

describe('the saved model', () => {
  test.each([
    ['regression', regression(1, 5, 2, 8)],
    ['two classes', binary(0, 1, 0, 1)],
    ['three classes', { kind: 'classification', codes: Int32Array.of(0, 1, 2, 1), classes: ['a', 'b', 'c'] } as Target],
  ])('%s: restored predictions are equal bit for bit', async (_, y) => {
    const x = matrix({ a: [0.1, 7, NONE, 3], c: { levels: 2, codes: [1, 0, 1, NONE] } });
    const model = await fitted(x, y);
    const restored = restoreLinear(JSON.parse(JSON.stringify(model.toJSON())));
    const bits = (values: Float64Array | undefined): string => Buffer.from(values?.buffer ?? new ArrayBuffer(0)).toString('hex');
    expect(bits(restored.predict(x))).toBe(bits(model.predict(x)));
    expect(bits(restored.predictProba?.(x))).toBe(bits(model.predictProba?.(x)));
    expect(restored.featureImportance?.()).toEqual(model.featureImportance?.());
    expect(restored.describe()).toEqual(model.describe());
  });

  test('the same data and seed give the same bytes', async () => {
    const x = matrix({ a: [0.1, 7, 2, 3] });
    expect(JSON.stringify((await fitted(x, binary(0, 1, 0, 1))).toJSON())).toBe(
      JSON.stringify((await fitted(x, binary(0, 1, 0, 1))).toJSON()),
    );
  });

  test.each([null, [], {}, { version: 2 }, { version: 1, task: 'regression', features: [], coefficients: [], intercepts: [] }])(
    '%j is refused',
    (json) => {
      expect(() => restoreLinear(json)).toThrow(new TypeError('this is not a saved linear model of version 1'));
    },
  );
});

test('importance is the share of the absolute standardised coefficients', async () => {
  const x = matrix({ small: [1, -1, 1, -1], large: [1000, 1000, -1000, -1000], none: [1, -1, -1, 1] });
  const model = await fitted(x, regression(4, 2, -2, -4), { l2: 0 });
  expect(rounded(model.featureImportance?.())).toEqual([0.25, 0.75, 0]);
});

test('describe tells coefficients in the units of the features', async () => {
  const model = await fitted(matrix({ a: [10, 20, 30] }), regression(1, 2, 3), { l2: 0 });
  const { coefficients, intercept, ...rest } = model.describe();
  expect(rest).toEqual({ iterations: 1, converged: true, columns: 1 });
  expect((coefficients as Record<string, number>)['a']).toBeCloseTo(0.1, 12);
  expect(intercept).toBeCloseTo(0, 12);
});

test('iterations are reported with falling loss, validation too', async () => {
  const x = matrix({ a: [-2, -1, 1, 2, 0.5, -0.5] });
  const losses: number[] = [];
  const validation: number[] = [];
  await linear().fit(x, binary(0, 0, 1, 1, 0, 1), {
    seed: 0,
    validation: { x, y: binary(0, 0, 1, 1, 0, 1) },
    onIteration: (iteration, metrics) => {
      expect(iteration).toBe(losses.length + 1);
      losses.push(metrics['training_loss'] as number);
      validation.push(metrics['validation_loss'] as number);
    },
  });
  expect(losses.length).toBeGreaterThan(1);
  expect(losses.at(-1)).toBeLessThan(Math.LN2);
  losses.forEach((loss, k) => {
    expect(validation[k]).toBeCloseTo(loss, 12);
  });
});

test('an aborted fit throws the reason', () => {
  const context = { seed: 0, signal: AbortSignal.abort(new Error('stop')) };
  const x = matrix({ a: [1, 2] });
  expect(() => linear().fit(x, regression(1, 2), context)).toThrow('stop');
  expect(() => linear().fit(x, binary(0, 1), context)).toThrow('stop');
});

test('bad input is refused', () => {
  expect(() => linear().fit(matrix({ a: [] }), regression(), { seed: 0 })).toThrow(new RangeError('a linear model needs at least one row'));
  expect(() => linear().fit(matrix({ a: [1] }), regression(NONE), { seed: 0 })).toThrow(
    new RangeError('row 0: the target must be a finite number; found NaN'),
  );
  expect(() => linear().fit(matrix({ a: [1] }), regression(1), { seed: 0, sampleWeight: Float64Array.of(0) })).toThrow(
    new RangeError('a linear model needs a row with a positive weight'),
  );
});

test('other columns than those of the training are refused', async () => {
  const model = await fitted(matrix({ a: [1, 2] }), regression(1, 2));
  expect(() => model.predict(matrix({ a: [1], b: [2] }))).toThrow(new RangeError('the model was fitted on 1 features; found 2'));
});

test('every declared parameter refuses its bad values', () => {
  for (const [name, spec] of Object.entries(linearParams)) {
    for (const value of badValues(spec)) expect(checkParams(linearParams, { [name]: value }), `${name} ${value}`).toHaveLength(1);
  }
  expect(linear().params).toEqual({
    penalty: 'l2',
    l2: 1,
    fit_intercept: true,
    standardize: true,
    solver: 'auto',
    max_iter: 100,
    tolerance: 1e-8,
  });
});
