import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Estimator, FeatureMatrix, Target } from '../../../../src/ml/estimator.ts';
import { decisionTree } from '../../../../src/ml/trees/decision-tree.ts';
import { extraTrees } from '../../../../src/ml/trees/extra-trees.ts';
import { randomForest } from '../../../../src/ml/trees/random-forest.ts';

/** What scikit-learn says, written by scripts/golden-forests.py. */
const golden = JSON.parse(readFileSync(new URL('./golden.json', import.meta.url), 'utf8')) as {
  readonly trees: {
    readonly columns: readonly (readonly number[])[];
    readonly holes: readonly (readonly (number | null)[])[];
    readonly weights: readonly number[];
    readonly targets: Readonly<Record<string, readonly number[]>>;
    readonly cases: readonly {
      readonly target: string;
      readonly params: object;
      readonly weighted: boolean;
      readonly holes: boolean;
      readonly predicted: readonly number[];
    }[];
  };
  readonly accuracy: Readonly<Record<string, DataSet>>;
};

interface DataSet {
  readonly columns: readonly (readonly number[])[];
  readonly target: readonly number[];
  readonly scores: Readonly<Record<'random_forest' | 'extra_trees', Scores>>;
}

interface Scores {
  readonly loss: number;
  /** Of scikit-learn's losses, from seed to seed. */
  readonly spread: number;
  readonly oob?: number;
  readonly oob_spread?: number;
}

function matrix(columns: readonly (readonly (number | null)[])[], rows?: readonly number[]): FeatureMatrix {
  const all = columns.map((column) => (rows ?? [...column.keys()]).map((row) => column[row] ?? Number.NaN));
  return {
    rowCount: all[0]?.length ?? 0,
    features: all.map((_, f) => ({ name: `x${f}`, kind: 'numeric' })),
    columns: all.map((column) => Float64Array.from(column)),
  };
}

function targetOf(values: readonly number[], isClasses: boolean): Target {
  if (!isClasses) return { kind: 'regression', values: Float64Array.from(values) };
  return {
    kind: 'classification',
    codes: Int32Array.from(values),
    classes: Array.from({ length: Math.max(...values) + 1 }, (_, k) => `${k}`),
  };
}

describe('a decision tree', () => {
  const { columns, holes, weights, targets, cases } = golden.trees;
  it.each(
    cases.map(
      (one) =>
        [`${one.target} ${JSON.stringify(one.params)}${one.weighted ? ' weighted' : ''}${one.holes ? ' with holes' : ''}`, one] as const,
    ),
  )('predicts as scikit-learn: %s', async (_, one) => {
    const isClasses = one.target === 'two' || one.target === 'three';
    const x = matrix(one.holes ? holes : columns);
    const y = targetOf(targets[one.target] as readonly number[], isClasses);
    const sampleWeight = Float64Array.from(weights);
    const model = await decisionTree(one.params).fit(x, y, { seed: 1, ...(one.weighted && { sampleWeight }) });
    const predicted = model.predictProba?.(x) ?? model.predict(x);
    // Weights are rounded to integers of 30 bits.
    one.predicted.forEach((value, i) => {
      expect(Math.abs((predicted[i] as number) - value)).toBeLessThan(one.weighted ? 1e-7 : 1e-9);
    });
  });
});

describe.each(Object.entries(golden.accuracy))('forests on %s', (name, { columns, target, scores }) => {
  const rows = target.map((_, row) => row);
  const [held, kept] = [rows.filter((row) => row % 3 === 0), rows.filter((row) => row % 3 !== 0)];
  const isClasses = name !== 'diabetes';
  const y = targetOf(target, isClasses);
  const part = (of: readonly number[]): { x: FeatureMatrix; y: Target } => ({
    x: matrix(columns, of),
    y:
      y.kind === 'regression'
        ? { ...y, values: Float64Array.from(of, (row) => y.values[row] as number) }
        : { ...y, codes: Int32Array.from(of, (row) => y.codes[row] as number) },
  });

  /** Means over some seeds of the loss on the rows held back and of the out-of-bag score. */
  async function measured(estimator: Estimator): Promise<{ loss: number; oob: number }> {
    const [train, test] = [part(kept), part(held)];
    const seeds = [1, 2, 3, 4];
    let [loss, oob] = [0, 0];
    for (const seed of seeds) {
      const model = await estimator.fit(train.x, train.y, { seed });
      const predicted = model.predictProba?.(test.x) ?? model.predict(test.x);
      const classes = test.y.kind === 'classification' ? test.y.classes.length : 1;
      const wanted = Array.from(predicted, (_, i) => {
        const row = Math.floor(i / classes);
        return test.y.kind === 'regression' ? (test.y.values[row] as number) : test.y.codes[row] === i % classes ? 1 : 0;
      });
      const mean = predicted.reduce((sum, value, i) => sum + (value - (wanted[i] as number)) ** 2, 0) / held.length;
      loss += (isClasses ? mean : Math.sqrt(mean)) / seeds.length;
      oob += Number(model.describe()['oob_score'] ?? 0) / seeds.length;
    }
    return { loss, oob };
  }

  // The mean of four seeds has half the spread of one, and bins of small tables hold one value each.
  const within = (own: number, theirs: number, spread: number): void => expect(Math.abs(own - theirs)).toBeLessThan(2.5 * spread);

  it('random forest: as accurate as scikit-learn, held back and out of bag', async () => {
    const { loss, spread, oob = 0, oob_spread = 0 } = scores.random_forest;
    const own = await measured(randomForest({ min_samples_leaf: 3, oob_score: true }));
    within(own.loss, loss, spread);
    within(own.oob, oob, oob_spread);
  });

  // Thresholds are drawn between bins, which hold as many rows each, and not between values: that is seldom worse.
  it('extra trees: not less accurate than scikit-learn', async () => {
    const { loss, spread } = scores.extra_trees;
    expect((await measured(extraTrees({ min_samples_leaf: 3 }))).loss).toBeLessThan(loss + 2.5 * spread);
  });
});
