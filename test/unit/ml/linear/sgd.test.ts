import { describe, expect, test } from 'vitest';
import type { FeatureMatrix, FitContext, Target } from '../../../../src/ml/estimator.ts';
import { linear, restoreLinear } from '../../../../src/ml/linear/linear.ts';
import type { LinearModel } from '../../../../src/ml/linear/linear-model.ts';
import { RowOrder } from '../../../../src/ml/linear/row-order.ts';
import { Random } from '../../../../src/ml/random.ts';
import type { Json } from '../../../../src/schema/json.ts';

type Input = NonNullable<Parameters<typeof linear>[0]>;

const random = new Random(11);
const rows = 300;
const draw = (make: () => number): Float64Array => Float64Array.from({ length: rows }, make);
const x: FeatureMatrix = {
  rowCount: rows,
  features: [
    { name: 'a', kind: 'numeric' },
    { name: 'b', kind: 'numeric' },
    { name: 'c', kind: 'categorical', levels: 3 },
  ],
  columns: [draw(() => random.normal()), draw(() => 5 + 2 * random.normal()), draw(() => random.integer(4))],
};
const score = draw(() => 0.3 * random.normal()).map(
  (noise, row) =>
    noise + (x.columns[0]?.[row] as number) - 0.5 * ((x.columns[1]?.[row] as number) - 5) + 0.2 * (x.columns[2]?.[row] as number),
);
const numbers: Target = { kind: 'regression', values: score };
const binary: Target = { kind: 'classification', codes: Int32Array.from(score, (s) => Number(s > 0)), classes: ['no', 'yes'] };
const three: Target = {
  kind: 'classification',
  codes: Int32Array.from(score, (s) => (s > 0.7 ? 2 : s > -0.7 ? 1 : 0)),
  classes: ['a', 'b', 'c'],
};
async function fitted(y: Target, params: Input, context: Partial<FitContext> = {}): Promise<LinearModel> {
  return (await linear({ solver: 'sgd', ...params }).fit(x, y, { seed: 5, ...context })) as LinearModel;
}
const bytes = (model: LinearModel): string => JSON.stringify(model.toJSON());

test('the rows come in an order that the seed decides', async () => {
  const once = await fitted(binary, {});
  expect(bytes(await fitted(binary, {}))).toBe(bytes(once));
  expect(bytes(await fitted(binary, {}, { seed: 6 }))).not.toBe(bytes(once));
  const inOrder = await fitted(binary, { shuffle: false });
  expect(bytes(await fitted(binary, { shuffle: false }, { seed: 6 }))).toBe(bytes(inOrder));
});

test('the mean of the coefficients is taken over every update, with an absolute penalty too', async () => {
  const params: Input = {
    penalty: 'elasticnet',
    alpha: 0.02,
    l1_ratio: 0.4,
    shuffle: false,
    learning_rate: 'constant',
    eta0: 0.01,
    max_iter: 1,
    fit_intercept: false,
  };
  const averaged = await fitted(numbers, { ...params, average: true });
  // The coefficients after each row: those of the rows up to it.
  const sum = new Float64Array(5);
  const part = (count: number): FeatureMatrix => ({ ...x, rowCount: count, columns: x.columns.map((column) => column.slice(0, count)) });
  const scaled: FeatureMatrix = { ...x, columns: x.columns };
  for (let count = 1; count <= rows; count++) {
    const y: Target = { kind: 'regression', values: score.slice(0, count) };
    const model = (await linear({ solver: 'sgd', standardize: false, ...params }).fit(part(count), y, { seed: 5 })) as LinearModel;
    model.state.coefficients[0]?.forEach((value, j) => {
      sum[j] = (sum[j] as number) + value / rows;
    });
  }
  const plain = (await linear({ solver: 'sgd', standardize: false, ...params, average: true }).fit(scaled, numbers, {
    seed: 5,
  })) as LinearModel;
  // The penalty of the last row comes after the mean is taken, so that the two are a step of it apart.
  plain.state.coefficients[0]?.forEach((value, j) => {
    expect(Math.abs(value - (sum[j] as number))).toBeLessThan(0.02 * 0.4 * 0.01 * 1.01);
  });
  expect(averaged.state.coefficients[0]?.[0]).toBeGreaterThan(0.5);
});

describe('losses', () => {
  test('hinge has no probabilities, before and after it was saved', async () => {
    for (const y of [binary, three]) {
      const model = await fitted(y, { loss: 'hinge' });
      expect(model.predictProba).toBeUndefined();
      expect(restoreLinear(JSON.parse(bytes(model)) as Json).predictProba).toBeUndefined();
      const right = model.predict(x).filter((code, row) => code === (y.kind === 'classification' ? y.codes[row] : Number.NaN));
      expect(right.length / rows).toBeGreaterThan(y === binary ? 0.88 : 0.7);
    }
  });

  test('modified Huber and one against the rest give probabilities whose largest is predicted', async () => {
    for (const loss of ['modified_huber', 'log_loss'] as const) {
      const model = await fitted(three, { loss, alpha: 0.01 });
      const probabilities = model.predictProba?.(x) as Float64Array;
      model.predict(x).forEach((code, row) => {
        const own = probabilities.subarray(3 * row, 3 * row + 3);
        expect(own.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
        expect(own[code]).toBe(Math.max(...own));
      });
    }
  });

  test('Huber bears what squares do not', async () => {
    const values = score.map((s, row) => (row % 20 === 0 ? 500 : s));
    const off = async (params: Input): Promise<number> => {
      const model = await fitted({ kind: 'regression', values }, params);
      return model.predict(x).reduce((sum, value, row) => sum + Math.abs(value - (score[row] as number)), 0) / rows;
    };
    expect(await off({ loss: 'huber', epsilon: 1 })).toBeLessThan(1);
    expect(await off({})).toBeGreaterThan(10);
  });
});

test('early stopping heeds the validation rows and never learns from them', async () => {
  const half = { x, y: binary };
  const opposite = {
    x,
    y: { ...binary, codes: binary.kind === 'classification' ? binary.codes.map((code) => 1 - code) : new Int32Array(0) } as Target,
  };
  const params: Input = { early_stopping: true, alpha: 0.01 };
  const good = await fitted(binary, params, { validation: half });
  const bad = await fitted(binary, params, { validation: opposite });
  // The rows say when to stop and nothing else: the coefficients are those after so many rounds.
  for (const model of [good, bad]) {
    const again = await fitted(binary, { alpha: 0.01, max_iter: model.state.iterations, tolerance: 1e-12 });
    expect(again.state.coefficients).toEqual(model.state.coefficients);
  }
  expect(good.state.iterations).toBeLessThan(40);
  // No validation rows: the objective of the training rows decides.
  expect((await fitted(binary, params)).state.coefficients).toEqual((await fitted(binary, { alpha: 0.01 })).state.coefficients);
});

test('iterations are reported with both losses', async () => {
  const seen: Record<string, number>[] = [];
  await fitted(three, { alpha: 0.01 }, { validation: { x, y: three }, onIteration: (_, metrics) => seen.push(metrics) });
  expect(seen.length).toBeGreaterThan(4);
  for (const metrics of seen) expect(Object.values(metrics).every(Number.isFinite)).toBe(true);
  expect(seen.at(-1)?.['validation_loss']).toBeLessThan(seen[0]?.['training_loss'] as number);
});

test('steps that are too long are told with a way out', () => {
  const values = score.map((s) => 1e6 * s);
  expect(() => linear({ solver: 'sgd', learning_rate: 'constant', eta0: 90 }).fit(x, { kind: 'regression', values }, { seed: 0 })).toThrow(
    /^`linear`: the coefficients run away in iteration 1 of `solver: sgd`; a smaller `eta0` makes shorter steps$/,
  );
});

test('a penalty that shrinks everything at once sets the coefficients to 0 and goes on', async () => {
  const model = await fitted(numbers, { alpha: 1000, learning_rate: 'constant', eta0: 0.01, average: true, max_iter: 3 });
  expect(model.state.coefficients[0]?.every(Number.isFinite)).toBe(true);
  expect(Math.abs(model.state.coefficients[0]?.[0] as number)).toBeLessThan(0.1);
});

test('every row comes once in each round, in another order each time', () => {
  const some = Int32Array.from({ length: 20_003 }, (_, k) => 3 * k);
  const order = new RowOrder(some, new Random(1));
  const visited = (from: RowOrder): readonly number[] => {
    const seen: number[] = [];
    for (const batch of from.batches(1000)) seen.push(...batch);
    return seen;
  };
  const rounds = [visited(order), visited(order)];
  for (const round of rounds) expect(Int32Array.from(round).sort()).toEqual(some);
  expect(rounds[0]).not.toEqual(rounds[1]);
  // A row and its neighbour are as far apart as chance has them.
  const at = new Map(rounds[0]?.map((row, place) => [row, place]));
  const apart = Array.from({ length: 1000 }, (_, k) => Math.abs((at.get(3 * k) as number) - (at.get(3 * k + 3) as number)));
  expect(apart.reduce((sum, distance) => sum + distance, 0) / 1000).toBeGreaterThan(2000);
  expect(visited(new RowOrder(some, undefined))).toEqual([...some]);
});
