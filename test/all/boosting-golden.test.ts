/** Test losses beside those of LightGBM and XGBoost on the same tables: `scripts/golden-boosting.py` made theirs. */
import { describe, expect, it } from 'vitest';
import type { Feature, FeatureMatrix, FittedModel, Target } from '../../src/ml/estimator.ts';
import { hash32 } from '../../src/ml/random.ts';
import { gradientBoosting } from '../../src/ml/trees/gradient-boosting.ts';
import type { gradientBoostingParams } from '../../src/ml/trees/gradient-boosting-params.ts';
import type { ParamInput } from '../../src/schema/param.ts';
import golden from './boosting-golden.json' with { type: 'json' };

type Params = ParamInput<typeof gradientBoostingParams>;

const GROUPS = [0, 1, 2, 0.5, 1.5];
const FEATURES: readonly Feature[] = Array.from({ length: 6 }, (_, f) =>
  f === 4 ? { name: 'group', kind: 'categorical', levels: 5 } : { name: `u${f}`, kind: 'numeric' },
);

const uniform = (row: number, stream: number): number => (hash32(row, stream) + 0.5) / 2 ** 32;
const normal = (row: number, stream: number): number =>
  Math.sqrt(-2 * Math.log(uniform(row, stream))) * Math.cos(2 * Math.PI * uniform(row, stream + 1));

function count(row: number, stream: number, mean: number): number {
  let p = Math.exp(-mean);
  let total = p;
  let n = 0;
  while (uniform(row, stream) > total && n < 50) {
    n++;
    p *= mean / n;
    total += p;
  }
  return n;
}

/** The row of the script's table. */
function drawn(row: number) {
  const u = Array.from({ length: 6 }, (_, stream) => uniform(row, stream)) as [number, number, number, number, number, number];
  const group = Math.floor(5 * u[4]);
  const mean = 4 * Math.sin(Math.PI * u[0] * u[1]) + 3 * u[2] + 8 * (u[3] - 0.5) ** 2 + (GROUPS[group] as number);
  const noisy = mean + normal(row, 10);
  const wild = uniform(row, 9) < 0.05 ? (uniform(row, 8) < 0.5 ? 40 : -40) : 0;
  return {
    x: [uniform(row, 6) < 0.1 ? Number.NaN : u[0], u[1], u[2], u[3], group, u[5]],
    mean,
    number: noisy,
    wild: noisy + wild,
    count: count(row, 12, Math.exp(mean / 3 - 1)),
    claims: count(row, 14, Math.exp(mean / 3 - 2)) * (0.5 - Math.log(uniform(row, 16))),
    binary: uniform(row, 18) < 1 / (1 + Math.exp(4.5 - mean)) ? 1 : 0,
    class: [3.5, 5.5].filter((limit) => mean + normal(row, 20) > limit).length,
  };
}

type Column = Exclude<keyof ReturnType<typeof drawn>, 'x'>;
const [training, test] = [
  [0, 2000],
  [2000, 6000],
].map(([begin = 0, end = 0]) => Array.from({ length: end - begin }, (_, i) => drawn(begin + i))) as [Rows, Rows];
type Rows = ReturnType<typeof drawn>[];

function matrix(rows: Rows): FeatureMatrix {
  return {
    rowCount: rows.length,
    features: FEATURES,
    columns: FEATURES.map((_, f) => Float64Array.from(rows, ({ x }) => x[f] as number)),
  };
}
const numbers = (name: Column): Target => ({ kind: 'regression', values: Float64Array.from(training, (row) => row[name]) });
const codes = (name: Column, classes: readonly string[]): Target => ({
  kind: 'classification',
  codes: Int32Array.from(training, (row) => row[name]),
  classes,
});

const [seen, fresh] = [matrix(training), matrix(test)];
const withoutGroup = ({ rowCount, features, columns }: FeatureMatrix): FeatureMatrix => ({
  rowCount,
  features: features.filter((_, f) => f !== 4),
  columns: columns.filter((_, f) => f !== 4),
});

/** Mean of a loss over the rows of the test table. */
const over =
  (truth: Column, loss: (predicted: number, y: number) => number, x = fresh) =>
  (model: FittedModel): number => {
    const predicted = model.predict(x);
    return test.reduce((sum, row, i) => sum + loss(predicted[i] as number, row[truth]), 0) / test.length;
  };
const squared = over('number', (p, y) => (p - y) ** 2);
const offMean = over('mean', (p, y) => Math.abs(p - y));
const logLoss =
  (truth: Column) =>
  (model: FittedModel): number => {
    const probabilities = model.predictProba?.(fresh) ?? new Float64Array(0);
    const width = probabilities.length / test.length;
    return -test.reduce((sum, row, i) => sum + Math.log(probabilities[i * width + row[truth]] as number), 0) / test.length;
  };

const SHARED: Params = { n_estimators: 100, max_leaves: 15, learning_rate: 0.1, min_samples_leaf: 20, l2_regularization: 1, subsample: 1 };

describe('test losses beside LightGBM', () => {
  it.each<[keyof typeof golden.losses, Params, Target, (model: FittedModel) => number]>([
    ['squared_error', {}, numbers('number'), squared],
    ['absolute_error', { objective: 'absolute_error' }, numbers('wild'), offMean],
    ['huber', { objective: 'huber' }, numbers('wild'), offMean],
    [
      'quantile',
      { objective: 'quantile', alpha: 0.8 },
      numbers('number'),
      over('number', (p, y) => (y > p ? 0.8 * (y - p) : 0.2 * (p - y))),
    ],
    ['poisson', { objective: 'poisson' }, numbers('count'), over('count', (p, y) => 2 * ((y > 0 ? y * Math.log(y / p) : 0) - y + p))],
    [
      'tweedie',
      { objective: 'tweedie', tweedie_variance_power: 1.4 },
      numbers('claims'),
      over('claims', (p, y) => 2 * (y ** 0.6 / (-0.4 * 0.6) + (y * p ** -0.4) / 0.4 + p ** 0.6 / 0.6)),
    ],
    ['log_loss', {}, codes('binary', ['no', 'yes']), logLoss('binary')],
    ['softmax', {}, codes('class', ['low', 'middle', 'high']), logLoss('class')],
    ['reg_alpha', { reg_alpha: 20 }, numbers('number'), squared],
    ['min_split_gain', { min_split_gain: 15 }, numbers('number'), squared],
    ['colsample_bynode', { colsample_bynode: 0.5 }, numbers('number'), squared],
    ['monotone_constraints', { monotone_constraints: { u0: 1, u2: 1 } }, numbers('number'), squared],
    // XGBoost's: LightGBM does not grow by levels.
    [
      'depthwise',
      { grow_policy: 'depthwise', max_depth: 4, max_leaves: 16 },
      numbers('number'),
      over('number', (p, y) => (p - y) ** 2, withoutGroup(fresh)),
    ],
  ])('%s', async (name, params, y, lossOf) => {
    const model = await gradientBoosting({ ...SHARED, ...params }).fit(name === 'depthwise' ? withoutGroup(seen) : seen, y, { seed: 1 });
    // Three classes: LightGBM makes steps of two thirds, and overfits later.
    expect(lossOf(model) / golden.losses[name]).toBeLessThan(name === 'softmax' ? 1.05 : 1.025);
    expect(lossOf(model) / golden.losses[name]).toBeGreaterThan(0.95);
  });
});
