/** Each solver and penalty against scikit-learn, and ill-conditioned columns against exact fractions (`scripts/golden-linear.py`). */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { FeatureMatrix, Target } from '../../../../src/ml/estimator.ts';
import { linear } from '../../../../src/ml/linear/linear.ts';
import type { LinearModel } from '../../../../src/ml/linear/linear-model.ts';
import { computeMetrics } from '../../../../src/ml/metrics/compute.ts';

type Numbers = readonly number[];
interface Case {
  readonly name: string;
  readonly task: 'regression' | 'binary' | 'multiclass';
  readonly params: Parameters<typeof linear>[0];
  readonly category: boolean;
  readonly weighted: boolean;
  readonly coefficients: readonly Numbers[];
  readonly intercept?: Numbers;
  readonly prediction: Numbers;
  readonly proba?: readonly Numbers[];
  readonly metrics: Readonly<Record<string, number>>;
  readonly iterations?: number;
}
interface Solved {
  readonly name: string;
  readonly x: readonly Numbers[];
  readonly y: Numbers;
  readonly intercept: number;
  readonly coefficients: Numbers;
  readonly prediction: Numbers;
}
interface Golden {
  readonly x: readonly Numbers[];
  readonly level: Numbers;
  readonly weight: Numbers;
  readonly y: Numbers;
  readonly binary: Numbers;
  readonly multiclass: Numbers;
  readonly cases: readonly Case[];
  readonly exact: readonly Solved[];
  readonly deficient: readonly Solved[];
}
const golden = JSON.parse(readFileSync(new URL('../../../fixtures/linear.json', import.meta.url), 'utf8')) as Golden;

function matrix(columns: readonly Numbers[], level?: Numbers): FeatureMatrix {
  return {
    rowCount: columns[0]?.length ?? 0,
    features: [
      ...columns.map((_, k) => ({ name: `x${k}`, kind: 'numeric' as const })),
      ...(level === undefined ? [] : [{ name: 'level', kind: 'categorical' as const, levels: 3 }]),
    ],
    columns: [...columns, ...(level === undefined ? [] : [level])].map((column) => Float64Array.from(column)),
  };
}
function targetOf(task: Case['task']): Target {
  if (task === 'regression') return { kind: 'regression', values: Float64Array.from(golden.y) };
  const classes = task === 'binary' ? ['no', 'yes'] : ['a', 'b', 'c'];
  return { kind: 'classification', codes: Int32Array.from(golden[task]), classes };
}
/** Largest difference, as a share of the size of what is expected where that is more than 1. */
function distance(found: ArrayLike<number>, expected: Numbers): number {
  const size = Math.max(1, ...expected.map(Math.abs));
  return Math.max(0, ...expected.map((value, k) => Math.abs((found[k] ?? Number.NaN) - value))) / size;
}
/** The value where every feature is 0. */
function intercepts(model: LinearModel): readonly number[] {
  const intercept = model.describe()['intercept'];
  return Array.isArray(intercept) ? (intercept as number[]) : [intercept as number];
}
const nameOf = ({ name, task, category, weighted }: Case): string =>
  `${task}, ${name}${category ? ', categories' : ''}${weighted ? ', weights' : ''}`;

describe('scikit-learn', () => {
  test.each(golden.cases.map((c) => [nameOf(c), c] as const))('%s', async (_, c) => {
    const x = matrix(golden.x, c.category ? golden.level : undefined);
    const y = targetOf(c.task);
    const sampleWeight = c.weighted ? Float64Array.from(golden.weight) : undefined;
    const model = (await linear(c.params).fit(x, y, { seed: 0, ...(sampleWeight && { sampleWeight }) })) as LinearModel;
    const isDescent = c.params?.solver === 'sgd';
    if (isDescent) expect(model.state.iterations).toBe(c.iterations);
    else expect(model.state.converged).toBe(true);
    expect(distance(model.state.coefficients.flat(), c.coefficients.flat())).toBeLessThan(1e-6);
    if (c.intercept !== undefined) expect(distance(intercepts(model), c.intercept)).toBeLessThan(1e-6);
    const prediction = model.predict(x);
    expect(distance(prediction, c.prediction)).toBeLessThan(1e-6);
    const proba = model.predictProba?.(x);
    expect(proba === undefined).toBe(c.proba === undefined);
    if (c.proba !== undefined) expect(distance(proba ?? [], c.proba.flat())).toBeLessThan(1e-6);
    const metrics = computeMetrics(y, prediction, proba, { sampleWeight });
    for (const [name, value] of Object.entries(c.metrics)) expect(metrics.get(name)?.value, name).toBeCloseTo(value, 6);
    // A coefficient that the penalty makes 0 is exactly 0.
    if (!isDescent && c.params?.penalty === 'l1')
      expect(model.state.coefficients.flat().filter((value) => value === 0)).toHaveLength(
        c.coefficients.flat().filter((value) => Math.abs(value) < 1e-9).length,
      );
  });
});

describe('exact solutions', () => {
  test.each(golden.exact.map((c) => [c.name, c] as const))('%s', async (_, c) => {
    const y: Target = { kind: 'regression', values: Float64Array.from(c.y) };
    const model = (await linear({ penalty: 'none' }).fit(matrix(c.x), y, { seed: 0 })) as LinearModel;
    const relative = c.coefficients.map((value, k) => (model.state.coefficients[0]?.[k] as number) / value - 1);
    expect(Math.max(...relative.map(Math.abs))).toBeLessThan(1e-7);
    expect(distance(model.predict(matrix(c.x)), c.prediction)).toBeLessThan(1e-8);
  });

  test.each(golden.deficient.map((c) => [c.name, c] as const))('%s: the coefficients of least norm', async (_, c) => {
    const y: Target = { kind: 'regression', values: Float64Array.from(c.y) };
    const model = (await linear({ l2: 0 }).fit(matrix(c.x), y, { seed: 0 })) as LinearModel;
    expect(distance(model.state.coefficients[0] ?? [], c.coefficients)).toBeLessThan(1e-9);
    expect(distance(model.predict(matrix(c.x)), c.prediction)).toBeLessThan(1e-10);
  });
});
