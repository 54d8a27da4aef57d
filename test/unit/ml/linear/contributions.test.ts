import { describe, expect, test } from 'vitest';
import type { Contributions, FeatureMatrix, Target } from '../../../../src/ml/estimator.ts';
import { linear, restoreLinear } from '../../../../src/ml/linear/linear.ts';
import type { LinearModel } from '../../../../src/ml/linear/linear-model.ts';
import { Random } from '../../../../src/ml/random.ts';
import type { Json } from '../../../../src/schema/json.ts';

const random = new Random(4);
const rows = 200;
const draw = (make: () => number): Float64Array => Float64Array.from({ length: rows }, make);
const x: FeatureMatrix = {
  rowCount: rows,
  features: [
    { name: 'large', kind: 'numeric' },
    { name: 'holes', kind: 'numeric' },
    { name: 'c', kind: 'categorical', levels: 4 },
  ],
  columns: [
    draw(() => 1e6 + 1000 * random.normal()),
    draw(() => (random.integer(5) === 0 ? Number.NaN : random.normal())),
    draw(() => random.integer(6) - 1),
  ],
};
const sampleWeight = draw(() => random.uniform());
const score = x.columns[0]?.map((value, row) => (value - 1e6) / 1000 + (x.columns[2]?.[row] as number) + random.normal()) as Float64Array;
const targets: Readonly<Record<string, Target>> = {
  regression: { kind: 'regression', values: score },
  binary: { kind: 'classification', codes: Int32Array.from(score, (s) => Number(s > 1)), classes: ['no', 'yes'] },
  multiclass: { kind: 'classification', codes: Int32Array.from(score, (s) => (s > 2 ? 2 : s > 0 ? 1 : 0)), classes: ['a', 'b', 'c'] },
};

function sums({ outputs, expected, values }: Contributions): readonly number[] {
  const width = x.features.length;
  return Array.from({ length: rows * outputs }, (_, k) =>
    values.subarray(k * width, (k + 1) * width).reduce((sum, v) => sum + v, expected[k % outputs] as number),
  );
}

describe.each(Object.entries(targets))('%s', (task, y) => {
  test.each<[NonNullable<Parameters<typeof linear>[0]>]>([
    [{}],
    [{ fit_intercept: false }],
    [{ penalty: 'l1', alpha: 0.01 }],
    [{ solver: 'sgd', alpha: 0.01 }],
  ])('%j: expected value and contributions sum to the raw score', async (params) => {
    const model = (await linear(params).fit(x, y, { seed: 0, sampleWeight })) as LinearModel;
    const found = model.contributions(x);
    expect(found.outputs).toBe(task === 'multiclass' ? 3 : 1);
    expect(found.space).toBe(task === 'regression' ? 'value' : task === 'multiclass' && params.solver === 'sgd' ? 'raw' : 'log_odds');
    const scores = model.scores(x);
    sums(found).forEach((sum, k) => {
      const raw = scores[k % found.outputs]?.[Math.floor(k / found.outputs)] as number;
      expect(Math.abs(sum - raw)).toBeLessThan(1e-9 * Math.max(1, Math.abs(raw)));
    });
    // The expected value is the mean score of the training rows as they were weighted.
    const total = sampleWeight.reduce((sum, w) => sum + w, 0);
    scores.forEach((column, output) => {
      const mean = column.reduce((sum, value, row) => sum + (value * (sampleWeight[row] as number)) / total, 0);
      expect(found.expected[output]).toBeCloseTo(mean, 6);
    });
    expect(restoreLinear(JSON.parse(JSON.stringify(model.toJSON())) as Json).contributions?.(x)).toEqual(found);
  });
});

test('a missing value and the mean add nothing', async () => {
  const model = (await linear().fit(x, targets['regression'] as Target, { seed: 0 })) as LinearModel;
  const mean = (x.columns[0] as Float64Array).reduce((sum, value) => sum + value, 0) / rows;
  const one: FeatureMatrix = {
    ...x,
    rowCount: 1,
    columns: [Float64Array.of(mean), Float64Array.of(Number.NaN), Float64Array.of(Number.NaN)],
  };
  const { values } = model.contributions(one);
  expect(values[0]).toBeCloseTo(0, 9);
  expect(values[1]).toBe(0);
});

test('a model that was saved without shares of levels still sums up', async () => {
  const model = (await linear().fit(x, targets['regression'] as Target, { seed: 0 })) as LinearModel;
  const { shares: _, ...level } = model.state.features[2] as { readonly shares: readonly number[] };
  const old = restoreLinear({ ...model.state, features: [...model.state.features.slice(0, 2), level] } as unknown as Json);
  const scores = model.scores(x)[0] as Float64Array;
  sums(old.contributions(x)).forEach((sum, row) => {
    expect(sum).toBeCloseTo(scores[row] as number, 9);
  });
});
