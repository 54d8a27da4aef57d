import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { FeatureMatrix, FittedModel, Target } from '../../../../src/ml/estimator.ts';
import { restoreForest } from '../../../../src/ml/forest/forest-model.ts';
import { Random } from '../../../../src/ml/random.ts';
import { randomForest } from '../../../../src/ml/trees/random-forest.ts';
import type { randomForestParams } from '../../../../src/ml/trees/random-forest-params.ts';
import type { ParamInput } from '../../../../src/schema/param.ts';

type Params = ParamInput<typeof randomForestParams>;

function table(rows: number, seed = 1): { x: FeatureMatrix; y: Target & { kind: 'regression' } } {
  const random = new Random(seed);
  const columns = Array.from({ length: 4 }, () => Float64Array.from({ length: rows }, () => random.uniform()));
  const [a, b] = columns as [Float64Array, Float64Array];
  const x: FeatureMatrix = { rowCount: rows, features: columns.map((_, f) => ({ name: `x${f}`, kind: 'numeric' })), columns };
  return { x, y: { kind: 'regression', values: a.map((value, row) => 10 * value + 5 * ((b[row] as number) > 0.5 ? 1 : 0)) } };
}

const trained = async (data: { x: FeatureMatrix; y: Target }, params: Params = {}): Promise<FittedModel> =>
  randomForest(params).fit(data.x, data.y, { seed: 1 });

describe('random forest', () => {
  it('makes the same model on every machine', async () => {
    const model = await trained(table(300), { n_estimators: 10 });
    expect(createHash('sha256').update(JSON.stringify(model.toJSON())).digest('hex').slice(0, 16)).toMatchInlineSnapshot(
      `"10346aef75026a4d"`,
    );
  });

  it('gets better with trees, and none is like another', async () => {
    const data = table(300);
    const fresh = table(300, 2);
    const errorOf = async (trees: number): Promise<number> =>
      (await trained(data, { n_estimators: trees }))
        .predict(fresh.x)
        .reduce((sum, value, row) => sum + (value - (fresh.y.values[row] as number)) ** 2, 0);
    expect(await errorOf(40)).toBeLessThan(0.8 * (await errorOf(2)));
  });

  it('grows a tree to the end when nothing limits it', async () => {
    const data = table(200);
    const model = await trained(data, { n_estimators: 1, bootstrap: false, min_samples_leaf: 1, max_features: 1 });
    expect(model.describe()).toMatchObject({ trees: 1, leaves: 200 });
    model.predict(data.x).forEach((value, row) => {
      expect(value).toBeCloseTo(data.y.values[row] as number, 12);
    });
  });

  it('respects the limits of a tree', async () => {
    expect((await trained(table(200), { n_estimators: 4, max_depth: 1 })).describe()).toMatchObject({ leaves: 8 });
    expect((await trained(table(200), { n_estimators: 4, min_samples_leaf: 150, bootstrap: false })).describe()).toMatchObject({
      leaves: 4,
    });
    expect(
      (await trained(table(200), { n_estimators: 4, min_samples_leaf: 11, bootstrap: false, max_samples: 0.1 })).describe(),
    ).toMatchObject({ leaves: 4 });
  });

  it('chooses from a third of the features for numbers and from the root of their number for classes', async () => {
    const data = table(100);
    const y: Target = {
      kind: 'classification',
      codes: Int32Array.from(data.y.values, (value) => (value > 7 ? 1 : 0)),
      classes: ['low', 'high'],
    };
    const quick: Params = { n_estimators: 1 };
    expect((await trained(data, quick)).describe()).toMatchObject({ features_per_split: 1 });
    expect((await trained({ x: data.x, y }, quick)).describe()).toMatchObject({ features_per_split: 2 });
    expect((await trained(data, { ...quick, max_features: 1 })).describe()).toMatchObject({ features_per_split: 4 });
  });

  it('finds the one feature that varies among many that do not', async () => {
    const { x, y } = table(100);
    const flat = Array.from({ length: 20 }, () => new Float64Array(100));
    const wide: FeatureMatrix = {
      rowCount: 100,
      features: [...flat, x.columns[0]].map((_, f) => ({ name: `x${f}`, kind: 'numeric' })),
      columns: [...flat, x.columns[0] as Float64Array],
    };
    expect(Array.from((await trained({ x: wide, y }, { n_estimators: 5 })).featureImportance?.() ?? [])).toEqual([...flat.map(() => 0), 1]);
  });

  it('refuses what does not go together', async () => {
    expect(() => randomForest({ oob_score: true, bootstrap: false })).toThrow('`random_forest`: `oob_score` needs rows');
    await expect(trained(table(50), { criterion: 'gini' })).rejects.toThrow('`random_forest`: the criterion `gini` is for classes');
    const data = table(50);
    const negative: Target = { ...data.y, values: data.y.values.map((value) => value - 7) };
    await expect(trained({ x: data.x, y: negative }, { criterion: 'poisson' })).rejects.toThrow('needs targets of at least 0; found -');
  });

  it('scores the rows that trees were grown without', async () => {
    const { oob_score } = (await trained(table(300), { n_estimators: 40, oob_score: true })).describe();
    expect(oob_score).toBeGreaterThan(0.8);
    expect(oob_score).toBeLessThan(1);
  });

  it.each([[null], [{ version: 3 }]])('refuses to restore %j', (json) => {
    expect(() => restoreForest('random_forest', json)).toThrow(new TypeError('not a random forest that this version can read'));
  });

  it('refuses a forest without trees', async () => {
    const json = (await trained(table(50), { n_estimators: 1 })).toJSON() as { trees: object };
    const bare = {
      ...json,
      trees: {
        ...json.trees,
        nodes: 0,
        is_split: '',
        feature: '',
        bin: '',
        missing_left: '',
        sets: '',
        values: { width: 8, numbers: '' },
        counts: '',
      },
    };
    expect(() => restoreForest('random_forest', bare)).toThrow(new TypeError('the trees of the model do not fit its outputs'));
  });
});
