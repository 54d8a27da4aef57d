/** What every objective and every way of growing keeps to: constraints, weights, threads, restoring. */
import { describe, expect, it } from 'vitest';
import type { Feature, FeatureMatrix, FittedModel, Target } from '../../../../src/ml/estimator.ts';
import { Random } from '../../../../src/ml/random.ts';
import { gradientBoosting } from '../../../../src/ml/trees/gradient-boosting.ts';
import { restoreGradientBoosting } from '../../../../src/ml/trees/gradient-boosting-model.ts';
import type { gradientBoostingParams } from '../../../../src/ml/trees/gradient-boosting-params.ts';
import type { Json } from '../../../../src/schema/json.ts';
import type { ParamInput } from '../../../../src/schema/param.ts';

type Params = ParamInput<typeof gradientBoostingParams>;

const FEATURES: readonly Feature[] = [
  { name: 'rises', kind: 'numeric' },
  { name: 'falls', kind: 'numeric' },
  { name: 'free', kind: 'numeric' },
  { name: 'group', kind: 'categorical', levels: 4 },
];

/** A target that rises and falls as it should on the whole, with waves that tempt to disobey, and holes. */
function waves(
  rowCount: number,
  seed: number,
): { readonly x: FeatureMatrix; readonly values: Float64Array; readonly weight: Float64Array } {
  const random = new Random(seed);
  const columns = FEATURES.map(({ kind }) =>
    Float64Array.from({ length: rowCount }, () =>
      random.integer(12) === 0 ? Number.NaN : kind === 'numeric' ? 6 * random.uniform() : random.integer(4),
    ),
  );
  const [a, b, c, d] = columns as [Float64Array, Float64Array, Float64Array, Float64Array];
  const values = a.map((_, i) => {
    const [rises, falls, free, group] = [a[i] || 0, b[i] || 0, c[i] || 0, d[i] || 0];
    const mean = rises + 2 * Math.sin(4 * rises) - falls + 2 * Math.sin(5 * falls) + Math.cos(free) + group;
    return Math.max(0, mean + 4 + random.normal() * (random.integer(20) === 0 ? 20 : 1));
  });
  const weight = Float64Array.from({ length: rowCount }, () => random.integer(3));
  return { x: { rowCount, features: FEATURES, columns }, values, weight };
}

const numbers = (values: Float64Array): Target => ({ kind: 'regression', values });
const halves = (values: Float64Array): Target => ({
  kind: 'classification',
  codes: Int32Array.from(values, (value) => (value > 6 ? 1 : 0)),
  classes: ['low', 'high'],
});

const OBJECTIVES: readonly (readonly [string, Params, (values: Float64Array) => Target])[] = [
  ['squared_error', {}, numbers],
  ['absolute_error', { objective: 'absolute_error' }, numbers],
  ['huber', { objective: 'huber' }, numbers],
  ['quantile', { objective: 'quantile', alpha: 0.75 }, numbers],
  ['poisson', { objective: 'poisson' }, numbers],
  ['tweedie', { objective: 'tweedie', tweedie_variance_power: 1.4 }, numbers],
  ['log_target', { log_target: true }, numbers],
  ['log_loss', {}, halves],
];

const outputOf = (model: FittedModel, x: FeatureMatrix): Float64Array => {
  const probabilities = model.predictProba?.(x);
  return probabilities === undefined ? model.predict(x) : probabilities.filter((_, i) => i % 2 === 1);
};

describe.each(OBJECTIVES)('%s', (name, params, target) => {
  const { x, values, weight } = waves(240, 3);
  const y = target(values);

  it.each<[string, Params]>([
    ['leaf by leaf', {}],
    ['level by level, with L1 and few features a split', { grow_policy: 'depthwise', reg_alpha: 1, colsample_bynode: 0.6 }],
  ])('rises and falls only as its constraints say, grown %s', async (_name, growth) => {
    const monotone_constraints = { rises: 1, falls: -1, free: 0 };
    const limits: Params = { n_estimators: 15, learning_rate: 0.3, min_samples_leaf: 3, ...growth, ...params };
    const constrained = await gradientBoosting({ ...limits, monotone_constraints }).fit(x, y, { seed: 1, sampleWeight: weight });
    const free = await gradientBoosting(limits).fit(x, y, { seed: 1, sampleWeight: weight });
    const steps = Float64Array.from({ length: 121 }, (_step, i) => i / 20);
    const disobeys = (model: FittedModel, feature: number, sign: number): number => {
      let count = 0;
      for (let row = 0; row < 20; row++) {
        const columns = x.columns.map((column, f) => (f === feature ? steps : new Float64Array(steps.length).fill(column[row] as number)));
        const along = outputOf(model, { ...x, rowCount: steps.length, columns });
        for (let i = 1; i < along.length; i++) if (sign * ((along[i] as number) - (along[i - 1] as number)) < 0) count++;
      }
      return count;
    };
    expect([disobeys(constrained, 0, 1), disobeys(constrained, 1, -1)]).toEqual([0, 0]);
    expect(Math.min(disobeys(free, 0, 1), disobeys(free, 1, -1))).toBeGreaterThan(20);
    // It still learns from both.
    expect(
      constrained
        .featureImportance?.()
        .slice(0, 2)
        .every((share) => share > 0.05),
    ).toBe(true);
  });

  it('reads weights as repetitions of rows', async () => {
    const repeated = Array.from(weight).flatMap((times, row) => Array<number>(times).fill(row));
    const take = (column: Float64Array): Float64Array => Float64Array.from(repeated, (row) => column[row] as number);
    // A leaf and a category count rows, whatever they weigh.
    const numeric = { ...x, features: FEATURES.slice(0, 3), columns: x.columns.slice(0, 3) };
    const exact: Params = { n_estimators: 8, subsample: 1, min_samples_leaf: 1, max_depth: 3, max_leaves: 8, ...params };
    const weighted = await gradientBoosting(exact).fit(numeric, y, { seed: 1, sampleWeight: weight });
    const table = { ...numeric, rowCount: repeated.length, columns: numeric.columns.map(take) };
    const duplicated = await gradientBoosting(exact).fit(table, target(take(values)), { seed: 1 });
    const [a, b] = [outputOf(weighted, numeric), outputOf(duplicated, numeric)];
    const apart = a.map((value, row) => Math.abs(value - (b[row] as number)));
    // Gradients that are all of one size give many splits the same gain, and chance in rounding decides between those.
    const hasTies = ['absolute_error', 'quantile'].includes(name);
    expect(hasTies ? apart.reduce((sum, one) => sum + one, 0) / apart.length : Math.max(...apart)).toBeLessThan(hasTies ? 0.2 : 1e-5);
  });

  it('does not look at rows of weight 0', async () => {
    const trainedWith = async (absent: number): Promise<FittedModel> => {
      const seen = target(values.map((value, row) => (weight[row] === 0 ? absent : value)));
      return gradientBoosting({ n_estimators: 4, ...params }).fit(x, seen, { seed: 1, sampleWeight: weight });
    };
    // A class code is never missing.
    const [one, other] = [await trainedWith(name === 'log_loss' ? 0 : Number.NaN), await trainedWith(9)];
    expect(one.predict(x)).toEqual(other.predict(x));
    expect(one.predict(x).every(Number.isFinite)).toBe(true);
  });

  it('is restored bit for bit', async () => {
    const model = await gradientBoosting({ n_estimators: 6, ...params }).fit(x, y, { seed: 1, sampleWeight: weight });
    const restored = restoreGradientBoosting(JSON.parse(JSON.stringify(model.toJSON())) as Json);
    const fresh = waves(200, 4).x;
    expect(restored.predict(fresh)).toEqual(model.predict(fresh));
    expect(restored.predictProba?.(fresh)).toEqual(model.predictProba?.(fresh));
    expect(model.predict(fresh).every(Number.isFinite)).toBe(true);
  });
});

describe('threads', () => {
  const { x, values, weight } = waves(50_100, 5);

  it.each<[string, Params]>([
    ['absolute error', { objective: 'absolute_error' }],
    ['Huber with constraints', { objective: 'huber', monotone_constraints: { rises: 1 }, grow_policy: 'depthwise' }],
    ['Tweedie with L1 and drawn features', { objective: 'tweedie', reg_alpha: 5, colsample_bynode: 0.5, min_split_gain: 1 }],
  ])('do not change a model: %s', async (_, params) => {
    const models = new Set<string>();
    for (const threads of [1, 2, 3]) {
      const estimator = gradientBoosting({ n_estimators: 3, ...params });
      const model = await estimator.fit(x, numbers(values), { seed: 1, threads, sampleWeight: weight });
      models.add(JSON.stringify(model.toJSON()));
    }
    expect(models.size).toBe(1);
  });
});

describe('quantile', () => {
  it.each([0.1, 0.5, 0.9])('leaves a share of %d of the targets below its predictions', async (alpha) => {
    const { x, values } = waves(1500, 6);
    const model = await gradientBoosting({ objective: 'quantile', alpha, n_estimators: 60 }).fit(x, numbers(values), { seed: 1 });
    const predicted = model.predict(x);
    const below = values.filter((value, row) => value <= (predicted[row] as number)).length / values.length;
    expect(Math.abs(below - alpha)).toBeLessThan(0.05);
  });
});

describe('limits of a tree', () => {
  const { x, values } = waves(600, 7);
  const y = numbers(values);
  const leavesOf = async (params: Params): Promise<number> =>
    (await gradientBoosting({ n_estimators: 5, ...params }).fit(x, y, { seed: 1 })).describe()['leaves'] as number;

  it('fewer splits gain enough as `min_split_gain` and `reg_alpha` grow', async () => {
    const all = await leavesOf({});
    const some = await leavesOf({ min_split_gain: 100 });
    expect(some).toBeLessThan(all);
    expect(await leavesOf({ min_split_gain: 1e9 })).toBe(5);
    expect(await leavesOf({ reg_alpha: 100 })).toBeLessThan(all);
    expect(await leavesOf({ reg_alpha: 1e9 })).toBe(5);
  });

  it('a strong L1 leaves the start as the prediction', async () => {
    const model = await gradientBoosting({ n_estimators: 5, reg_alpha: 1e9 }).fit(x, y, { seed: 1 });
    expect(new Set(model.predict(x)).size).toBe(1);
  });

  it('level by level, no leaf is two levels above another while leaves are to be had', async () => {
    // 8 leaves on three levels; leaf by leaf some branch goes deeper.
    const depthwise: Params = { grow_policy: 'depthwise', max_leaves: 8, n_estimators: 5 };
    expect(await leavesOf({ ...depthwise, max_depth: 3 })).toBe(40);
    const model = await gradientBoosting(depthwise).fit(x, y, { seed: 1 });
    const shallow = await gradientBoosting({ ...depthwise, max_depth: 3 }).fit(x, y, { seed: 1 });
    expect(model.predict(x)).toEqual(shallow.predict(x));
    const guided = await gradientBoosting({ ...depthwise, grow_policy: 'lossguide' }).fit(x, y, { seed: 1 });
    expect(guided.predict(x)).not.toEqual(shallow.predict(x));
  });

  it('features drawn for each split give those a chance that others would hide', async () => {
    const shadow = { ...x, features: [...FEATURES, { name: 'shadow', kind: 'numeric' } as const] };
    const table: FeatureMatrix = { ...shadow, columns: [...x.columns, x.columns[0] as Float64Array] };
    const shareOf = async (colsample_bynode: number): Promise<number> =>
      (await gradientBoosting({ n_estimators: 20, colsample_bynode }).fit(table, y, { seed: 1 })).featureImportance?.()[4] as number;
    // Ties go to the first of two equal features.
    expect(await shareOf(1)).toBe(0);
    expect(await shareOf(0.5)).toBeGreaterThan(0.05);
  });
});

describe('eval_metric', () => {
  it.each<[Params['eval_metric'], (values: Float64Array) => Target, 1 | -1]>([
    ['mean_absolute_error', numbers, -1],
    ['r2_score', numbers, 1],
    ['roc_auc', halves, 1],
    ['accuracy_score', halves, 1],
  ])('%s decides which iteration is kept', async (eval_metric, target, sign) => {
    const [training, held] = [waves(400, 8), waves(300, 9)];
    const seen: number[] = [];
    const params: Params = { eval_metric, n_estimators: 120, learning_rate: 0.3, early_stopping_rounds: 10 };
    const model = await gradientBoosting(params).fit(training.x, target(training.values), {
      seed: 1,
      validation: { x: held.x, y: target(held.values) },
      onIteration: (_, metrics) => seen.push(metrics[`validation_${eval_metric}`] as number),
    });
    const best = sign > 0 ? Math.max(...seen) : Math.min(...seen);
    expect(model.describe()).toMatchObject({ iterations: seen.indexOf(best) + 1, iterations_trained: seen.length, stopped_early: true });
    expect(seen.length).toBe(seen.indexOf(best) + 11);
  });

  it('has to have a value', async () => {
    const { x, values } = waves(300, 8);
    const zeros = values.map((value, row) => (row === 7 ? 0 : value + 1));
    const fit = gradientBoosting({ eval_metric: 'mean_absolute_percentage_error' }).fit(x, numbers(zeros), {
      seed: 1,
      validation: { x, y: numbers(zeros) },
    });
    await expect(fit).rejects.toThrow(
      '`eval_metric: mean_absolute_percentage_error` has no value on the validation set: the target is 0 in 1 row',
    );
  });
});

describe('what contradicts the table or itself', () => {
  const { x, values } = waves(60, 8);
  const three: Target = { kind: 'classification', codes: Int32Array.from(values, (_, i) => i % 3), classes: ['a', 'b', 'c'] };

  it.each<[Params, string]>([
    [{ alpha: 0.5 }, '`alpha` belongs to the objectives `quantile` and `huber`; found `auto`'],
    [{ objective: 'poisson', tweedie_variance_power: 1.2 }, '`tweedie_variance_power` belongs to the objective `tweedie`; found `poisson`'],
  ])('is refused before anything is read: %j', (params, message) => {
    expect(() => gradientBoosting(params)).toThrow(new RangeError(`\`gradient_boosting\`: ${message}`));
  });

  it.each<[Params, Target, string]>([
    [
      { monotone_constraints: { rise: 1 } },
      numbers(values),
      '`monotone_constraints` names `rise`, which is no feature; the features are `rises`, `falls`, `free`, `group`',
    ],
    [
      { monotone_constraints: { group: -1 } },
      numbers(values),
      '`monotone_constraints` names `group`, which holds categories; only numbers have an order',
    ],
    [
      { monotone_constraints: { rises: 1 } },
      three,
      '`monotone_constraints` needs a target of numbers or of two classes, found 3: their probabilities cannot all rise',
    ],
    [{ eval_metric: 'roc_auc' }, numbers(values), '`eval_metric: roc_auc` does not measure this task: the target holds numbers'],
    [{ eval_metric: 'f1_score' }, three, '`eval_metric: f1_score` does not measure this task: the target has 3 classes'],
    [{ objective: 'tweedie' }, numbers(values.map((v) => v - 99)), 'the objective `tweedie` needs targets of at least 0; found '],
  ])('is refused when the table is known: %j', async (params, y, message) => {
    await expect((async () => gradientBoosting(params).fit(x, y, { seed: 1 }))()).rejects.toThrow(message);
  });
});
