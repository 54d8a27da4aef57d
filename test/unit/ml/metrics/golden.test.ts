/** Our metrics against scikit-learn's numbers (`scripts/golden-metrics.py` wrote them). */
import { describe, expect, test } from 'vitest';
import type { Target } from '../../../../src/ml/estimator.ts';
import { precisionRecallCurve, rocCurve } from '../../../../src/ml/evaluate/curves.ts';
import { scoreSteps } from '../../../../src/ml/evaluate/score-steps.ts';
import { computeMetrics } from '../../../../src/ml/metrics/compute.ts';
import type { MetricValues } from '../../../../src/ml/metrics/outcome.ts';
import { metricsOf } from '../../../../src/ml/metrics/registry.ts';
import golden from './golden.json' with { type: 'json' };

function expectMetrics(found: MetricValues, expected: Readonly<Record<string, number>>): void {
  expect([...found.keys()].sort()).toEqual(Object.keys(expected).sort());
  for (const [name, value] of Object.entries(expected)) {
    const { value: measured, missing } = found.get(name) ?? { missing: 'not in the map' };
    expect(missing, name).toBeUndefined();
    expect(Math.abs((measured as number) - value), `${name}: ${measured} is not ${value}`).toBeLessThanOrEqual(
      1e-12 * Math.max(1, Math.abs(value)),
    );
  }
}
const weightOf = (weight: readonly number[] | null): Float64Array | undefined => (weight === null ? undefined : Float64Array.from(weight));

describe('the metrics of scikit-learn', () => {
  test.each(golden.regression.map((c, k) => [k, c] as const))('regression case %i', (_, c) => {
    const target: Target = { kind: 'regression', values: Float64Array.from(c.target) };
    expectMetrics(computeMetrics(target, Float64Array.from(c.prediction), undefined, { sampleWeight: weightOf(c.weight) }), c.expected);
  });

  test.each(golden.binary.map((c, k) => [k, c] as const))('binary case %i', (_, c) => {
    const target: Target = { kind: 'classification', codes: Int32Array.from(c.target), classes: ['no', 'yes'] };
    const prediction = Float64Array.from(c.scores, (score) => (score > 0.5 ? 1 : 0));
    const scores = Float64Array.from(c.scores.flatMap((score) => [1 - score, score]));
    expectMetrics(computeMetrics(target, prediction, scores, { sampleWeight: weightOf(c.weight) }), c.expected);
  });

  test.each(golden.multiclass.map((c, k) => [k, c] as const))('multiclass case %i', (_, c) => {
    const target: Target = { kind: 'classification', codes: Int32Array.from(c.target), classes: ['a', 'b', 'c', 'd'] };
    const found = computeMetrics(target, Float64Array.from(c.prediction), Float64Array.from(c.proba.flat()), {
      sampleWeight: weightOf(c.weight),
    });
    expectMetrics(found, c.expected);
  });

  test('the golden cases hold every built-in metric', () => {
    for (const task of ['regression', 'binary', 'multiclass'] as const) {
      expect(Object.keys(golden[task][0]?.expected ?? {}).sort()).toEqual(
        metricsOf(task)
          .map(({ name }) => name)
          .sort(),
      );
    }
  });
});

describe('the curves of scikit-learn', () => {
  const { target, scores, roc, precision_recall: pr } = golden.curves;
  const steps = scoreSteps(Float64Array.from(scores), Uint8Array.from(target));

  test('ROC', () => {
    const points = rocCurve(steps);
    expect(points.map(([x]) => x)).toEqual(roc.false_positive_rate);
    expect(points.map(([, y]) => y)).toEqual(roc.true_positive_rate);
  });

  test('precision and recall, without the point that scikit-learn adds at recall 0', () => {
    const points = [...precisionRecallCurve(steps)].reverse();
    expect(points.map(([x]) => x)).toEqual(pr.recall.slice(0, -1));
    expect(points.map(([, y]) => y)).toEqual(pr.precision.slice(0, -1));
    expect([...steps.thresholds].reverse()).toEqual(pr.thresholds);
  });
});
