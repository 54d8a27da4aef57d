import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Feature, FeatureMatrix, FitContext, FittedModel, Target } from '../../../../src/ml/estimator.ts';
import { Random } from '../../../../src/ml/random.ts';
import { gradientBoosting } from '../../../../src/ml/trees/gradient-boosting.ts';
import { restoreGradientBoosting } from '../../../../src/ml/trees/gradient-boosting-model.ts';
import type { gradientBoostingParams } from '../../../../src/ml/trees/gradient-boosting-params.ts';
import type { ParamInput } from '../../../../src/schema/param.ts';

type Params = ParamInput<typeof gradientBoostingParams>;

/** Friedman's function #1 of five uniform features, halved, beside five that do not matter. */
function friedman(rows: number, seed: number): { x: FeatureMatrix; mean: Float64Array } {
  const random = new Random(seed);
  const columns = Array.from({ length: 10 }, () => Float64Array.from({ length: rows }, () => random.uniform()));
  const [a, b, c, d, e] = columns as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
  const mean = a.map(
    (_, i) =>
      5 * Math.sin(Math.PI * (a[i] as number) * (b[i] as number)) +
      10 * ((c[i] as number) - 0.5) ** 2 +
      5 * (d[i] as number) +
      2.5 * (e[i] as number),
  );
  return { x: { rowCount: rows, features: columns.map((_, f) => ({ name: `x${f}`, kind: 'numeric' })), columns }, mean };
}

function noisy(rows: number, seed: number): { x: FeatureMatrix; y: Target } {
  const { x, mean } = friedman(rows, seed);
  const random = new Random(seed + 1000);
  return { x, y: { kind: 'regression', values: mean.map((value) => value + random.normal()) } };
}

const trained = async (
  table: { x: FeatureMatrix; y: Target },
  params: Params = {},
  context: Partial<FitContext> = {},
): Promise<FittedModel> => gradientBoosting(params).fit(table.x, table.y, { seed: 1, ...context });

function rmse(predicted: Float64Array, actual: Float64Array): number {
  return Math.sqrt(predicted.reduce((sum, value, row) => sum + (value - (actual[row] as number)) ** 2, 0) / actual.length);
}

describe('gradient boosting', () => {
  it("learns Friedman's function as well as the libraries do", async () => {
    const fresh = friedman(2000, 2);
    // HistGradientBoosting with its defaults stays 0.48 away from the noiseless mean, LightGBM 0.49 (ten draws of as many rows).
    expect(rmse((await trained(noisy(3000, 1))).predict(fresh.x), fresh.mean)).toBeLessThan(0.45);
  });

  it('makes the same model on every machine', async () => {
    const model = await trained(noisy(500, 1), { n_estimators: 20, colsample_bytree: 0.7 });
    const digest = createHash('sha256').update(JSON.stringify(model.toJSON())).digest('hex').slice(0, 16);
    expect(digest).toMatchInlineSnapshot(`"78741b948be0a653"`);
  });

  it.each(['regression', 'binary', 'weighted'] as const)('makes the same %s model with any number of threads', async (kind) => {
    // Large enough for helpers to take part.
    const random = new Random(5);
    const rowCount = 60_000;
    const columns = Array.from({ length: 4 }, () =>
      Float64Array.from({ length: rowCount }, () => (random.integer(50) === 0 ? Number.NaN : random.normal())),
    );
    columns.push(Float64Array.from({ length: rowCount }, () => random.integer(9)));
    const features = columns.map(
      (_, f): Feature => (f < 4 ? { name: `n${f}`, kind: 'numeric' } : { name: 'c', kind: 'categorical', levels: 9 }),
    );
    const values = Float64Array.from(
      { length: rowCount },
      (_, row) => (columns[0]?.[row] || 0) + ((columns[4]?.[row] ?? 0) % 3) + random.normal(),
    );
    const y: Target =
      kind === 'binary'
        ? { kind: 'classification', codes: Int32Array.from(values, (v) => (v > 1 ? 1 : 0)), classes: ['a', 'b'] }
        : { kind: 'regression', values };
    const sampleWeight = kind === 'weighted' ? values.map(Math.abs) : undefined;
    const models = [];
    for (const threads of [1, 2, 3]) {
      const model = await gradientBoosting({ n_estimators: 12 }).fit({ rowCount, features, columns }, y, {
        seed: 1,
        threads,
        ...(sampleWeight && { sampleWeight }),
      });
      models.push(JSON.stringify(model.toJSON()));
    }
    expect(new Set(models).size).toBe(1);
  });

  it('depends on the seed, by sampling', async () => {
    const table = noisy(300, 1);
    const [one, two] = [await trained(table), await trained(table, {}, { seed: 2 })];
    expect(one.predict(table.x)).not.toEqual(two.predict(table.x));
  });

  it('keeps a model of 600 trees of 48 leaves under 2 MB', async () => {
    const model = await trained(noisy(300, 1), { n_estimators: 600, max_leaves: 48, min_samples_leaf: 1, learning_rate: 0.04 });
    expect(model.describe()).toMatchObject({ trees: 600, leaves: 28_800 });
    expect(JSON.stringify(model.toJSON()).length).toBeLessThan(2e6);
  });

  it('respects the limits of a tree', async () => {
    const table = noisy(400, 1);
    expect((await trained(table, { n_estimators: 10, max_leaves: 4 })).describe()).toMatchObject({ leaves: 40 });
    expect((await trained(table, { n_estimators: 10, max_depth: 1 })).describe()).toMatchObject({ leaves: 20 });
    expect((await trained(table, { n_estimators: 10, min_samples_leaf: 201, subsample: 1 })).describe()).toMatchObject({ leaves: 10 });
  });

  it('gives a tree of one leaf the mean that its rows are away, with weights of 1 as without', async () => {
    const table = noisy(400, 1);
    const params = { n_estimators: 3, min_samples_leaf: 201, subsample: 0.5 };
    const ones = new Float64Array(400).fill(1);
    const [plain, weighted] = [await trained(table, params), await trained(table, params, { sampleWeight: ones })];
    const mean = (table.y as { values: Float64Array }).values.reduce((sum, value) => sum + value, 0) / 400;
    const [first] = plain.predict(table.x);
    expect(plain.predict(table.x)).toEqual(weighted.predict(table.x));
    // Half of the rows have another mean than all of them.
    expect(Math.abs((first as number) - mean)).toBeGreaterThan(1e-4);
  });

  it.each([
    [40, 2],
    [200, 10],
    [1000, 20],
  ])('asks of %i rows for leaves of %i', async (rows, least) => {
    expect((await trained(noisy(rows, 1), { n_estimators: 1 })).describe()).toMatchObject({ min_samples_leaf: least });
  });

  it('uses the features of `colsample_bytree` only', async () => {
    const model = await trained(noisy(300, 1), { n_estimators: 1, colsample_bytree: 0.2 });
    expect(model.featureImportance?.().filter((share) => share > 0).length).toBeLessThanOrEqual(2);
  });
});

describe('early stopping', () => {
  it('stops when the validation loss no longer falls, and keeps the best iteration', async () => {
    const losses: number[] = [];
    const model = await trained(
      noisy(400, 1),
      { n_estimators: 400, learning_rate: 0.3, early_stopping_rounds: 10 },
      {
        validation: noisy(300, 2),
        onIteration: (_, metrics) => losses.push(metrics['validation_loss'] as number),
      },
    );
    const best = losses.indexOf(Math.min(...losses)) + 1;
    expect(model.describe()).toMatchObject({ iterations: best, iterations_trained: best + 10, trees: best, stopped_early: true });
    expect(losses).toHaveLength(best + 10);
    const other = noisy(300, 2);
    expect(rmse(model.predict(other.x), (other.y as { values: Float64Array }).values) ** 2).toBeCloseTo(Math.min(...losses), 9);
  });

  it('does not let a small validation set decide', async () => {
    const model = await trained(noisy(400, 1), { learning_rate: 0.3, early_stopping_rounds: 10 }, { validation: noisy(199, 2) });
    expect(model.describe()).toMatchObject({ iterations: 200, stopped_early: false });
  });

  it('is off at 0', async () => {
    const model = await trained(
      noisy(400, 1),
      { n_estimators: 60, learning_rate: 0.5, early_stopping_rounds: 0 },
      { validation: noisy(300, 2) },
    );
    expect(model.describe()).toMatchObject({ iterations: 60, stopped_early: false });
  });

  it('refuses a validation target with holes instead of stopping at once', async () => {
    const validation = noisy(300, 2);
    (validation.y as { values: Float64Array }).values[3] = Number.NaN;
    await expect(trained(noisy(100, 1), {}, { validation })).rejects.toThrow(
      'the target must be a finite number in every row; row 3 has NaN',
    );
  });

  it('stops between iterations when told to', async () => {
    const stop = new AbortController();
    const seen: number[] = [];
    const onIteration = (iteration: number): void => {
      seen.push(iteration);
      if (iteration === 3) setImmediate(() => stop.abort(new Error('enough')));
    };
    await expect(trained(noisy(100, 1), {}, { signal: stop.signal, onIteration })).rejects.toThrow('enough');
    expect(seen.length).toBeLessThan(6);
  });
});

describe('objectives', () => {
  /** Positive numbers over four orders of magnitude. */
  const skewed = (): { x: FeatureMatrix; y: Target & { kind: 'regression' } } => {
    const { x, mean } = friedman(600, 1);
    return { x, y: { kind: 'regression', values: mean.map((value) => Math.exp(value)) } };
  };

  it('fits logarithms with `log_target` and gives them back as numbers', async () => {
    const table = skewed();
    const predicted = (await trained(table, { log_target: true })).predict(table.x);
    expect(rmse(predicted.map(Math.log), table.y.values.map(Math.log))).toBeLessThan(0.25);
    const restored = restoreGradientBoosting((await trained(table, { log_target: true })).toJSON());
    expect(restored.predict(table.x)).toEqual(predicted);
  });

  it('aims at the median with `absolute_error` and at the mean with `squared_error`', async () => {
    const x: FeatureMatrix = {
      rowCount: 100,
      features: [{ name: 'x', kind: 'numeric' }],
      columns: [Float64Array.from({ length: 100 }, (_, i) => i % 2)],
    };
    // In each half, one row in five is far off.
    const y: Target = {
      kind: 'regression',
      values: Float64Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? 1 : 3) + (i % 10 < 2 ? 100 : 0)),
    };
    const params: Params = { n_estimators: 200, subsample: 1, l2_regularization: 0 };
    const median = (await trained({ x, y }, { ...params, objective: 'absolute_error' })).predict(x);
    const mean = (await trained({ x, y }, { ...params, objective: 'squared_error' })).predict(x);
    expect([median[0], median[1]].map((value) => Math.round(value as number))).toEqual([1, 3]);
    expect([mean[0], mean[1]].map((value) => Math.round(value as number))).toEqual([21, 23]);
  });

  it('predicts positive rates with `poisson`', async () => {
    const x: FeatureMatrix = {
      rowCount: 90,
      features: [{ name: 'x', kind: 'numeric' }],
      columns: [Float64Array.from({ length: 90 }, (_, i) => i % 3)],
    };
    const y: Target = { kind: 'regression', values: Float64Array.from({ length: 90 }, (_, i) => [0, 2, 50][i % 3] as number) };
    const predicted = (await trained({ x, y }, { objective: 'poisson', min_samples_leaf: 5 })).predict(x);
    expect(predicted[0]).toBeGreaterThan(0);
    expect(predicted[0]).toBeLessThan(0.01);
    expect(predicted[1]).toBeCloseTo(2, 1);
    expect(predicted[2]).toBeCloseTo(50, 0);
  });

  it.each<[Params, 'numbers' | 'classes', string]>([
    [{ objective: 'poisson' }, 'classes', 'the objective `poisson` is for numbers, and the target has classes'],
    [{ log_target: true }, 'classes', '`log_target` is for numbers, and the target has classes'],
    [{ objective: 'log_loss' }, 'numbers', 'the objective `log_loss` is for classes, and the target has numbers'],
    [{ objective: 'poisson' }, 'numbers', 'the objective `poisson` needs targets of at least 0; found -1'],
    [{ log_target: true }, 'numbers', '`log_target` needs targets of at least 0; found -1'],
  ])('refuses %j for %s', async (params, kind, message) => {
    const { x } = friedman(4, 1);
    const y: Target =
      kind === 'numbers'
        ? { kind: 'regression', values: Float64Array.of(-1, 0, 1, 2) }
        : { kind: 'classification', codes: Int32Array.of(0, 1, 0, 1), classes: ['a', 'b'] };
    await expect(trained({ x, y }, params)).rejects.toThrow(new RangeError(message));
  });

  it('refuses `log_target` with a loss that has a log link itself', () => {
    expect(() => gradientBoosting({ log_target: true, objective: 'poisson' })).toThrow(
      new RangeError('`gradient_boosting`: `log_target` cannot be combined with the objective `poisson`, which has a log link itself'),
    );
  });
});

describe('bad input', () => {
  const { x } = friedman(3, 1);
  const values = Float64Array.of(1, 2, 3);

  it.each<[string, Target, Float64Array | undefined, string]>([
    [
      'a target of another length',
      { kind: 'regression', values: values.slice(1) },
      undefined,
      'the target has 2 rows and the features have 3',
    ],
    [
      'an infinite target',
      { kind: 'regression', values: Float64Array.of(1, Infinity, 2) },
      undefined,
      'the target must be a finite number in every row; row 1 has Infinity',
    ],
    [
      'a class that is not listed',
      { kind: 'classification', codes: Int32Array.of(0, 2, 1), classes: ['a', 'b'] },
      undefined,
      'class codes must be from 0 to 1; row 1 has 2',
    ],
    [
      'a negative weight',
      { kind: 'regression', values },
      Float64Array.of(1, -1, 1),
      'sample weights must be finite and not negative; row 1 has -1',
    ],
    ['too few weights', { kind: 'regression', values }, Float64Array.of(1), 'there are 1 sample weights for 3 rows'],
    ['weights of 0', { kind: 'regression', values }, new Float64Array(3), 'every row has a sample weight of 0'],
  ])('refuses %s', async (_, y, sampleWeight, message) => {
    await expect(trained({ x, y }, {}, sampleWeight && { sampleWeight })).rejects.toThrow(new RangeError(message));
  });

  it('refuses to predict from other columns', async () => {
    const model = await trained({ x, y: { kind: 'regression', values } });
    expect(() => model.predict({ ...x, features: x.features.slice(1), columns: x.columns.slice(1) })).toThrow(
      new RangeError('the model was trained on 10 features; found 9'),
    );
  });

  it.each([[null], [{}], [{ version: 2 }]])('refuses to restore %j', (json) => {
    expect(() => restoreGradientBoosting(json)).toThrow(new TypeError('not a gradient boosting model that this version can read'));
  });

  it('predicts a single class for certain', async () => {
    const model = await trained({ x, y: { kind: 'classification', codes: new Int32Array(3), classes: ['only'] } });
    expect(Array.from(model.predictProba?.(x) ?? [])).toEqual([1, 1, 1]);
    expect(Array.from(model.predict(x))).toEqual([0, 0, 0]);
  });
});
