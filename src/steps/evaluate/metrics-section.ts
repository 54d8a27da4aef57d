/** Every metric on training, validation and test, with the interval on test. */
import type { Cell, IntervalCell, Section, TableBlock } from '../../cards/blocks.ts';
import { metricsOf } from '../../ml/metrics/registry.ts';
import { primaryMetric } from '../headline-metrics.ts';
import { foldCount, foldText } from '../train/fold-section.ts';
import type { Evaluated } from './evaluated.ts';
import { metricCell } from './key-number.ts';

export function metricsSection({ task, params, metrics, bootstrap, training }: Evaluated): Section {
  const primary = primaryMetric(task, params.primary_metric);
  const folds = training.cross_validation;
  const names = [
    primary,
    ...params.custom_metrics.map(({ name }) => name),
    ...metricsOf(task)
      .filter(({ name, usableInCriteria }) => usableInCriteria && name !== 'score')
      .map(({ name }) => name),
  ].filter((name, index, all) => all.indexOf(name) === index && metrics.has(name));
  const rows = names.map((name): TableBlock['rows'][number] => {
    const measured = metrics.get(name);
    const interval = bootstrap.intervals.get(name);
    const known = interval !== undefined && interval.missing === undefined;
    return {
      metric: name,
      training: cell(training.training[name]),
      validation: cell(training.validation[name]),
      ...(folds !== undefined && { folds: foldText(folds, name) ?? { missing: 'undefined in the folds' } }),
      test: metricCell(measured),
      interval:
        known && measured?.value !== undefined
          ? ({ low: interval.low, value: measured.value, high: interval.high } satisfies IntervalCell)
          : { missing: interval?.missing ?? 'no interval for this metric' },
    };
  });
  return {
    id: 'metrics',
    title: 'Metrics',
    note: `Test is the column to judge by. Intervals: ${bootstrap.method}, ${bootstrap.resamples} resamples; they cover the choice of test rows, not training again.${folds === undefined ? '' : ` Cross-validation is the mean and standard deviation of folds of the training rows (${foldCount(folds)}), trained again each time.`}`,
    blocks: [
      {
        kind: 'table',
        sortable: true,
        columns: [
          { key: 'metric', label: 'Metric' },
          { key: 'training', label: 'Training', align: 'right' },
          { key: 'validation', label: 'Validation', align: 'right' },
          ...(folds === undefined ? [] : [{ key: 'folds', label: 'Cross-validation', align: 'right' as const }]),
          { key: 'test', label: 'Test', align: 'right' },
          { key: 'interval', label: 'Test, 95 % interval', graphic: 'interval' },
        ],
        rows,
      },
    ],
  };
}

function cell(value: number | undefined): Cell {
  return value ?? { missing: 'undefined here' };
}
