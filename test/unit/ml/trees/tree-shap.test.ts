import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { FeatureMatrix, FittedModel, Target } from '../../../../src/ml/estimator.ts';
import { gaussLegendre } from '../../../../src/ml/explain/quadrature.ts';
import { Random } from '../../../../src/ml/random.ts';
import type { BinnedFeature } from '../../../../src/ml/trees/binning.ts';
import { decisionTree } from '../../../../src/ml/trees/decision-tree.ts';
import { Ensemble } from '../../../../src/ml/trees/ensemble.ts';
import { extraTrees } from '../../../../src/ml/trees/extra-trees.ts';
import { gradientBoosting } from '../../../../src/ml/trees/gradient-boosting.ts';
import { restoreGradientBoosting } from '../../../../src/ml/trees/gradient-boosting-model.ts';
import { randomForest } from '../../../../src/ml/trees/random-forest.ts';
import { TreeBuilder } from '../../../../src/ml/trees/tree.ts';
import { treeShap } from '../../../../src/ml/trees/tree-shap.ts';
import type { Json } from '../../../../src/schema/json.ts';

/** `[values, weight]`, or `[feature, threshold or categories that go left, missing goes left, left, right]`. */
type Node =
  | readonly [values: number | readonly number[], weight: number]
  | readonly [feature: number, way: number | readonly number[], missingLeft: boolean, left: Node, right: Node];

interface Golden {
  readonly name: string;
  readonly categorical: readonly number[];
  readonly groups: number;
  readonly trees: readonly Node[];
  readonly x: readonly (readonly (number | null)[])[];
  readonly expected: readonly number[];
  readonly values: readonly (readonly (readonly number[])[])[];
}

const { cases } = JSON.parse(readFileSync(new URL('shap-golden.json', import.meta.url), 'utf8')) as { readonly cases: readonly Golden[] };

function ensembleOf(trees: readonly Node[], width: number, categorical: readonly number[]): Ensemble {
  const cuts = Array.from({ length: width }, () => new Set<number>());
  const collect = (node: Node): void => {
    if (node.length === 2) return;
    if (typeof node[1] === 'number') cuts[node[0]]?.add(node[1]);
    collect(node[3]);
    collect(node[4]);
  };
  trees.forEach(collect);
  const features = cuts.map((own, f): BinnedFeature => {
    if (categorical.includes(f)) return { kind: 'categorical', binCount: 8, binOfCode: Uint8Array.from({ length: 8 }, (_, code) => code) };
    const sorted = Float64Array.from(own).sort();
    return { kind: 'numeric', binCount: sorted.length + 1, cuts: sorted };
  });
  let outputs = 1;
  for (let node = trees[0] as Node; ; node = node[3]) {
    if (node.length !== 2) continue;
    outputs = [node[0]].flat().length;
    break;
  }
  const builder = new TreeBuilder(outputs);
  const add = (node: Node): void => {
    if (node.length === 2) {
      builder.addLeaf(Float64Array.from([node[0]].flat()), 0, Math.floor(node[1]), node[1]);
      return;
    }
    const [feature, way, missingLeft, left, right] = node;
    if (typeof way === 'number') {
      const own = features[feature] as BinnedFeature & { readonly kind: 'numeric' };
      builder.addSplit(feature, own.cuts.indexOf(way), missingLeft);
    } else {
      const bins = new Uint8Array(256);
      for (const code of way) bins[code] = 1;
      if (missingLeft) bins[8] = 1;
      builder.addSplit(feature, 0, missingLeft, bins);
    }
    add(left);
    add(right);
  };
  trees.forEach(add);
  return new Ensemble(features, builder.finish());
}

function matrix(rows: readonly (readonly (number | null)[])[], categorical: readonly number[]): FeatureMatrix {
  const width = rows[0]?.length ?? 0;
  const columns = Array.from({ length: width }, (_, f) => Float64Array.from(rows, (row) => row[f] ?? Number.NaN));
  const features = columns.map((_, f) =>
    categorical.includes(f) ? ({ name: `f${f}`, kind: 'categorical', levels: 8 } as const) : ({ name: `f${f}`, kind: 'numeric' } as const),
  );
  return { rowCount: rows.length, features, columns };
}

describe('the values of the shap package', () => {
  it.each(cases)('for a $name', ({ trees, x, categorical, groups, expected, values }) => {
    const ensemble = ensembleOf(trees, x[0]?.length ?? 0, categorical);
    // A forest is the mean of its trees, boosting their sum.
    const parts = categorical.length === 0 ? trees.length : 1;
    const found = treeShap(ensemble, matrix(x, categorical), groups);
    expected.forEach((value, output) => {
      expect((found.expected[output] as number) / parts).toBeCloseTo(value, 9);
    });
    values.flat(2).forEach((value, at) => {
      expect((found.values[at] as number) / parts, `number ${at}`).toBeCloseTo(value, 9);
    });
  });
});

describe('Shapley values by their definition', () => {
  const categorical = [3];

  function randomTree(random: Random, depth: number): Node {
    if (depth === 0 || random.uniform() < 0.15) return [random.normal(), 0.5 + 4 * random.uniform()];
    const feature = random.integer(5);
    const way = feature === 3 ? [0, 1, 2, 3, 4, 5].filter(() => random.uniform() < 0.5) : Math.round(8 * random.uniform() - 4) / 4;
    return [feature, way, random.uniform() < 0.5, randomTree(random, depth - 1), randomTree(random, depth - 1)];
  }

  const weightOf = (node: Node): number => (node.length === 2 ? node[1] : weightOf(node[3]) + weightOf(node[4]));

  /** The mean of the tree where the features of `known` (bits) are the row's. */
  function game(node: Node, row: readonly (number | null)[], known: number): number {
    if (node.length === 2) return node[0] as number;
    const [feature, way, missingLeft, left, right] = node;
    if ((known >> feature) & 1) {
      const value = row[feature] ?? null;
      const goesLeft = value === null ? missingLeft : typeof way === 'number' ? value <= way : way.includes(value);
      return game(goesLeft ? left : right, row, known);
    }
    const [a, b] = [weightOf(left), weightOf(right)];
    return (a * game(left, row, known) + b * game(right, row, known)) / (a + b);
  }

  const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));

  it('are met with repeated features, categories, missing values and weights', () => {
    const random = new Random(3);
    for (let round = 0; round < 40; round++) {
      const trees = [randomTree(random, 6), randomTree(random, 3)];
      const row = [0, 1, 2, 3, 4].map((f) => (random.uniform() < 0.2 ? null : f === 3 ? random.integer(6) : 3 * random.uniform() - 1.5));
      const found = treeShap(ensembleOf(trees, 5, categorical), matrix([row], categorical), 1);
      const value = (known: number): number => trees.reduce((sum, tree) => sum + game(tree, row, known), 0);
      expect(found.expected[0]).toBeCloseTo(value(0), 11);
      for (let f = 0; f < 5; f++) {
        let shapley = 0;
        for (let known = 0; known < 32; known++) {
          if ((known >> f) & 1) continue;
          const size = [0, 1, 2, 3, 4].filter((other) => (known >> other) & 1).length;
          shapley += ((factorial(size) * factorial(4 - size)) / factorial(5)) * (value(known | (1 << f)) - value(known));
        }
        expect(found.values[f]).toBeCloseTo(shapley, 11);
      }
    }
  });
});

describe('contributions of models', () => {
  const random = new Random(11);
  const rows = 300;
  const columns = [
    Float64Array.from({ length: rows }, () => random.normal()),
    Float64Array.from({ length: rows }, () => (random.uniform() < 0.2 ? Number.NaN : random.normal())),
    Float64Array.from({ length: rows }, () => random.integer(6)),
  ];
  const x: FeatureMatrix = {
    rowCount: rows,
    features: [
      { name: 'a', kind: 'numeric' },
      { name: 'b', kind: 'numeric' },
      { name: 'c', kind: 'categorical', levels: 6 },
    ],
    columns,
  };
  const score = Float64Array.from({ length: rows }, (_, row) => {
    const [a, b, c] = columns.map((column) => column[row] as number) as [number, number, number];
    return 5 + a * (c % 3) + (Number.isNaN(b) ? 1 : b);
  });
  const sampleWeight = Float64Array.from({ length: rows }, (_, row) => 0.25 + (row % 4));
  const regression: Target = { kind: 'regression', values: score.map((value) => Math.max(0, value)) };
  const classes = (count: number): Target => ({
    kind: 'classification',
    classes: ['a', 'b', 'c'].slice(0, count),
    codes: Int32Array.from(score, (value) => (value > 7 && count > 2 ? 2 : value > 5 ? 1 : 0)),
  });

  /** Expected value and all contributions of a row and output. */
  function sums(model: FittedModel): readonly number[] {
    const found = model.contributions?.(x);
    if (found === undefined) throw new Error('the model has no contributions');
    const { outputs, expected, values } = found;
    return Array.from({ length: rows * outputs }, (_, at) => {
      const own = Array.from(values.slice(3 * at, 3 * at + 3));
      return own.reduce((sum, value) => sum + value, expected[at % outputs] as number);
    });
  }

  const quick = { n_estimators: 12, max_leaves: 12 };

  it.each(['log1p', 'value', 'log'] as const)('of boosting sum to the score in the space `%s`', async (space) => {
    const params = { ...quick, ...(space === 'log1p' && { log_target: true }), ...(space === 'log' && { objective: 'poisson' as const }) };
    const model = await gradientBoosting(params).fit(x, regression, { seed: 1, sampleWeight });
    expect(model.contributions?.(x).space).toBe(space);
    const back = { value: (s: number) => s, log: Math.exp, log1p: Math.expm1 }[space];
    const scores = sums(model);
    model.predict(x).forEach((value, row) => {
      expect(back(scores[row] as number)).toBeCloseTo(value, 9);
    });
  });

  it('of boosting sum to the log odds, and to the scores of each class', async () => {
    const two = await gradientBoosting(quick).fit(x, classes(2), { seed: 1 });
    const logOdds = sums(two);
    two.predictProba?.(x).forEach((p, at) => {
      if (at % 2 === 1) expect(1 / (1 + Math.exp(-(logOdds[(at - 1) / 2] as number)))).toBeCloseTo(p, 9);
    });
    const three = await gradientBoosting(quick).fit(x, classes(3), { seed: 1 });
    const powers = sums(three).map(Math.exp);
    three.predictProba?.(x).forEach((p, at) => {
      const own = powers.slice(at - (at % 3), at - (at % 3) + 3);
      expect((powers[at] as number) / own.reduce((sum, power) => sum + power, 0)).toBeCloseTo(p, 9);
    });
  });

  it('of a forest sum to the mean, and to the probabilities', async () => {
    const values = await randomForest({ n_estimators: 8 }).fit(x, regression, { seed: 1, sampleWeight });
    const predicted = values.predict(x);
    sums(values).forEach((sum, row) => {
      expect(sum).toBeCloseTo(predicted[row] as number, 9);
    });
    const two = await randomForest({ n_estimators: 8 }).fit(x, classes(2), { seed: 1 });
    const probabilities = two.predictProba?.(x) as Float64Array;
    sums(two).forEach((sum, row) => {
      expect(sum).toBeCloseTo(probabilities[2 * row + 1] as number, 9);
    });
    const three = await randomForest({ n_estimators: 8 }).fit(x, classes(3), { seed: 1 });
    const each = three.predictProba?.(x) as Float64Array;
    sums(three).forEach((sum, at) => {
      expect(sum).toBeCloseTo(each[at] as number, 9);
    });
  });

  it('of extra trees and of a single tree are sums as well', async () => {
    for (const estimator of [extraTrees({ n_estimators: 6 }), decisionTree({})]) {
      const model = await estimator.fit(x, classes(2), { seed: 1 });
      const probabilities = model.predictProba?.(x) as Float64Array;
      sums(model).forEach((sum, row) => {
        expect(sum).toBeCloseTo(probabilities[2 * row + 1] as number, 9);
      });
    }
  });

  it('expect the weighted mean of the training scores', async () => {
    const model = await gradientBoosting({ ...quick, subsample: 1 }).fit(x, regression, { seed: 1, sampleWeight });
    const predicted = model.predict(x);
    let [sum, weight] = [0, 0];
    predicted.forEach((value, row) => {
      sum += value * (sampleWeight[row] as number);
      weight += sampleWeight[row] as number;
    });
    expect(model.contributions?.(x).expected[0]).toBeCloseTo(sum / weight, 9);
  });

  it('are the same bits after a round trip, and of old models with a note', async () => {
    const model = await gradientBoosting(quick).fit(x, regression, { seed: 1, sampleWeight });
    const json = JSON.parse(JSON.stringify(model.toJSON())) as { trees: { covers?: Json } };
    const restored = restoreGradientBoosting(json as unknown as Json);
    expect(restored.contributions?.(x)).toEqual(model.contributions?.(x));
    expect(restored.contributions?.(x).note).toBeUndefined();
    delete json.trees.covers;
    const old = restoreGradientBoosting(json as unknown as Json);
    expect(old.predict(x)).toEqual(model.predict(x));
    expect(old.contributions?.(x).note).toContain('train it again for exact values');
    expect(JSON.stringify(old.toJSON())).toBe(JSON.stringify(json));
  });

  it('of no rows are none', async () => {
    const model = await gradientBoosting(quick).fit(x, regression, { seed: 1 });
    const none = { ...x, rowCount: 0, columns: columns.map(() => new Float64Array(0)) };
    expect(model.contributions?.(none).values).toHaveLength(0);
  });
});

describe('quadrature', () => {
  it.each([1, 2, 3, 5, 9, 20, 60])('of %d points is exact for its degree', (points) => {
    const { nodes, weights } = gaussLegendre(points);
    for (const degree of [0, 1, points, 2 * points - 1]) {
      const sum = nodes.reduce((total, node, i) => total + (weights[i] as number) * node ** degree, 0);
      expect(sum).toBeCloseTo(1 / (degree + 1), 13);
    }
  });
});
