import { describe, expect, test } from 'vitest';
import type { Target } from '../../../../src/ml/estimator.ts';
import { computeMetrics, measurableRows } from '../../../../src/ml/metrics/compute.ts';
import { findMetric, METRICS, metricsOf } from '../../../../src/ml/metrics/registry.ts';

const regression = (...values: number[]): Target => ({ kind: 'regression', values: Float64Array.from(values) });
const classes = (labels: readonly string[], ...codes: number[]): Target => ({
  kind: 'classification',
  codes: Int32Array.from(codes),
  classes: labels,
});
const f64 = (...values: number[]): Float64Array => Float64Array.from(values);

describe('undefined metrics say why', () => {
  test('regression: constant target, zero targets, no rows', () => {
    const constant = computeMetrics(regression(0.1, 0.1, 0.1), f64(1, 2, 3));
    expect(constant.get('r2_score')).toEqual({ missing: 'the target is the same in every row' });
    expect(constant.get('score')).toEqual({ missing: 'the target is the same in every row' });
    const zeros = computeMetrics(regression(0, 1, 0), f64(1, 1, 1));
    expect(zeros.get('mean_absolute_percentage_error')).toEqual({ missing: 'the target is 0 in 2 rows' });
    expect(zeros.get('mean_absolute_error')?.value).toBeCloseTo(2 / 3, 15);
    const none = computeMetrics(regression(), f64());
    expect(none.get('max_error')).toEqual({ missing: 'there are no rows' });
    expect(none.get('median_absolute_error')).toEqual({ missing: 'there are no rows' });
    expect(none.get('example_count')).toEqual({ value: 0 });
  });

  test('a row of weight 0 is as if absent', () => {
    const found = computeMetrics(regression(0, 1, 2, 4), f64(50, 1.5, 2, 3), undefined, { sampleWeight: f64(0, 1, 1, 1) });
    const without = computeMetrics(regression(1, 2, 4), f64(1.5, 2, 3));
    for (const { name } of metricsOf('regression')) {
      if (name !== 'example_count') expect(found.get(name)?.value, name).toBeCloseTo(without.get(name)?.value as number, 14);
    }
  });

  test('predictions that are not finite', () => {
    const found = computeMetrics(regression(1, 2), f64(1, Number.NaN));
    expect(found.get('root_mean_squared_error')).toEqual({ missing: '1 prediction is not finite' });
    expect(found.get('example_count')).toEqual({ value: 2 });
    const scores = computeMetrics(classes(['a', 'b'], 0, 1), f64(0, 1), f64(0.5, Number.NaN, Number.NaN, 0.5));
    expect(scores.get('accuracy_score')).toEqual({ missing: '2 probabilities are not finite' });
  });

  test('too large to square', () => {
    expect(computeMetrics(regression(0, 1), f64(1e200, 1)).get('mean_squared_error')).toEqual({
      missing: 'the result is too large for a number',
    });
  });

  test('binary: one class only', () => {
    const negative = computeMetrics(classes(['no', 'yes'], 0, 0), f64(0, 0), f64(0.9, 0.1, 0.8, 0.2));
    expect(negative.get('roc_auc')).toEqual({ missing: 'only one class occurs' });
    expect(negative.get('precision_recall_auc')).toEqual({ missing: 'no row is positive' });
    expect(negative.get('recall_score')).toEqual({ missing: 'no row is positive' });
    expect(negative.get('precision_score')).toEqual({ missing: 'no row is predicted positive' });
    expect(negative.get('f1_score')).toEqual({ missing: 'no row is positive or predicted positive' });
    expect(negative.get('accuracy_score')).toEqual({ value: 1 });
    expect(negative.get('f1_score_macro')).toEqual({ value: 1 });
  });

  test('F1 is 0 and not undefined where nothing is found', () => {
    const found = computeMetrics(classes(['no', 'yes'], 0, 1), f64(0, 0));
    expect(found.get('f1_score')).toEqual({ value: 0 });
    expect(found.get('precision_score')).toEqual({ missing: 'no row is predicted positive' });
  });

  test('without probabilities', () => {
    const found = computeMetrics(classes(['a', 'b', 'c'], 0, 1, 2), f64(0, 1, 1));
    for (const metric of metricsOf('multiclass').filter(({ needsProbabilities }) => needsProbabilities)) {
      expect(found.get(metric.name), metric.name).toEqual({ missing: 'the model gives no probabilities' });
    }
    expect(found.get('accuracy_score')).toEqual({ value: 2 / 3 });
  });

  test('multiclass: one class in the rows, and a class without rows', () => {
    const one = computeMetrics(classes(['a', 'b', 'c'], 1, 1), f64(1, 1), f64(0, 1, 0, 0, 1, 0));
    expect(one.get('roc_auc')).toEqual({ missing: 'only one class occurs' });
    const two = computeMetrics(classes(['a', 'b', 'c'], 0, 1), f64(0, 1), f64(0.8, 0.1, 0.1, 0.1, 0.8, 0.1));
    expect(two.get('roc_auc')).toEqual({ value: 1 });
    expect(two.get('f1_score_macro')).toEqual({ value: 1 });
  });
});

describe('exact cases by hand', () => {
  test('all scores tied: the area is one half and average precision the base rate', () => {
    const found = computeMetrics(classes(['no', 'yes'], 1, 0, 0, 0), f64(0, 0, 0, 0), f64(0.7, 0.3, 0.7, 0.3, 0.7, 0.3, 0.7, 0.3));
    expect(found.get('roc_auc')).toEqual({ value: 0.5 });
    expect(found.get('precision_recall_auc')).toEqual({ value: 0.25 });
  });

  test('log loss of a certain mistake is −ln(2⁻⁵²)', () => {
    const found = computeMetrics(classes(['no', 'yes'], 1), f64(0), f64(1, 0));
    expect(found.get('log_loss')?.value).toBeCloseTo(52 * Math.LN2, 12);
  });

  test('another positive class mirrors the counts', () => {
    const target = classes(['no', 'yes'], 0, 0, 1, 1, 1);
    const prediction = f64(0, 1, 0, 1, 1);
    const scores = f64(0.9, 0.1, 0.4, 0.6, 0.8, 0.2, 0.3, 0.7, 0.1, 0.9);
    const yes = computeMetrics(target, prediction, scores);
    const no = computeMetrics(target, prediction, scores, { positive: 'no' });
    expect([yes.get('true_positives'), yes.get('false_negatives')]).toEqual([{ value: 2 }, { value: 1 }]);
    expect([no.get('true_positives'), no.get('false_negatives')]).toEqual([{ value: 1 }, { value: 1 }]);
    expect(no.get('roc_auc')).toEqual(yes.get('roc_auc'));
    expect(no.get('precision_score')).toEqual({ value: 0.5 });
  });

  test('an even number of rows has the mean of the middle errors as median', () => {
    expect(computeMetrics(regression(0.5, 0.5, 0.5, 0.5), f64(0.5, 1.5, 2.5, 9)).get('median_absolute_error')).toEqual({ value: 1.5 });
  });

  test('rows can be taken', () => {
    const rows = measurableRows(classes(['a', 'b', 'c'], 0, 1, 2, 0), f64(0, 1, 1, 1), f64(1, 0, 0, 0, 1, 0, 0, 0.6, 0.4, 0.3, 0.7, 0));
    const taken = rows.take(Int32Array.of(0, 2));
    expect(taken.measure(f64(1, 1))).toEqual(new Map(rows.measure(f64(1, 0, 1, 0))).set('example_count', { value: 2 }));
  });
});

describe('bad input is refused', () => {
  test.each([
    ['a length', () => computeMetrics(regression(1, 2), f64(1)), 'prediction must have 2 entries; found 1'],
    ['scores', () => computeMetrics(classes(['a', 'b'], 0), f64(0), f64(1)), 'scores must have 2 entries; found 1'],
    ['a code', () => computeMetrics(classes(['a', 'b'], 0), f64(2)), 'row 0: a prediction must be a class code from 0 to 1; found 2'],
    [
      'a class',
      () => computeMetrics(classes(['a', 'b'], 0), f64(0), undefined, { positive: 'c' }),
      'there is no class `c` among 2 classes',
    ],
  ])('%s', (_, run, message) => {
    expect(run).toThrow(new RangeError(message));
  });
});

describe('the registry', () => {
  test('names are unique within a task and each has a sentence', () => {
    const names = METRICS.map(({ task, name }) => `${task} ${name}`);
    expect(new Set(names).size).toBe(names.length);
    for (const { doc } of METRICS) expect(doc).toMatch(/^[A-Z1].*\.$/);
  });

  test('every metric that MLflow Recipes takes in criteria is taken', () => {
    const taken = {
      regression: ['mean_absolute_error', 'mean_squared_error', 'root_mean_squared_error', 'max_error', 'mean_absolute_percentage_error'],
      binary: [
        'true_positives',
        'true_negatives',
        'false_positives',
        'false_negatives',
        'recall_score',
        'precision_score',
        'f1_score',
        'accuracy_score',
        'roc_auc',
        'log_loss',
      ],
      multiclass: ['recall_score', 'precision_score', 'f1_score_macro', 'f1_score_micro', 'accuracy_score', 'roc_auc', 'log_loss'],
    } as const;
    for (const task of ['regression', 'binary', 'multiclass'] as const) {
      for (const name of taken[task]) expect(findMetric(task, name)?.usableInCriteria, `${task} ${name}`).toBe(true);
    }
  });

  test('directions', () => {
    expect(METRICS.filter(({ greaterIsBetter }) => !greaterIsBetter).map(({ task, name }) => `${task} ${name}`)).toEqual([
      'regression root_mean_squared_error',
      'regression mean_absolute_error',
      'regression median_absolute_error',
      'regression mean_absolute_percentage_error',
      'regression mean_squared_error',
      'regression max_error',
      'binary log_loss',
      'binary false_positives',
      'binary false_negatives',
      'multiclass log_loss',
    ]);
  });
});
