/** What cross-validation says on a card: the mean of the folds and how far they spread. */
import type { Section } from '../../cards/blocks.ts';
import type { MetricTask } from '../../ml/metrics/registry.ts';
import { metricsOf } from '../../ml/metrics/registry.ts';
import { showNumber } from '../show-number.ts';
import { plural } from '../wording.ts';
import type { CrossValidationMetrics } from './training-metrics.ts';

/** `0.83 ± 0.02`, or nothing where the folds do not have the metric. */
export function foldText(found: CrossValidationMetrics | undefined, metric: string): string | undefined {
  const summary = found?.metrics[metric];
  return summary === undefined ? undefined : `${showNumber(summary.mean)} ± ${showNumber(summary.std)}`;
}

/** `5 folds` or `5 folds, 2 times` */
export function foldCount({ folds, repeats }: CrossValidationMetrics): string {
  return `${plural(folds, 'fold')}${repeats === 1 ? '' : `, ${repeats} times`}`;
}

export function foldSection(
  found: CrossValidationMetrics | undefined,
  {
    task,
    primary,
    validation,
    isAsked,
    skipped,
  }: {
    readonly task: MetricTask;
    readonly primary: string;
    readonly validation: Readonly<Record<string, number>>;
    readonly isAsked: boolean;
    /** Why there is none although the rows are few. */
    readonly skipped?: string;
  },
): readonly Section[] {
  if (found === undefined) {
    if (skipped === undefined) return [];
    const text = `With so few rows another split can give other numbers. Not cross-validated: ${skipped}.`;
    return [{ id: 'cross-validation', title: 'Cross-validation', blocks: [{ kind: 'note', tone: 'plain', text }] }];
  }
  const known = metricsOf(task)
    .filter(({ usableInCriteria }) => usableInCriteria)
    .map(({ name }) => name);
  const names = Object.keys(found.metrics).filter(
    (name) => name !== 'score' && (known.includes(name) || !metricsOf(task).some((metric) => metric.name === name)),
  );
  const first = [...names.filter((name) => name === primary), ...names.filter((name) => name !== primary)];
  return [
    {
      id: 'cross-validation',
      title: 'Cross-validation',
      note: `Trained again on folds of the training rows (${foldCount(found)}), the transform fitted anew in each, and measured on the rows that were held out: the mean, and the standard deviation of the folds.${isAsked ? '' : ' It is done by itself where there are few rows; `cross_validation: false` in steps.train turns it off.'}`,
      blocks: [
        {
          kind: 'table',
          columns: [
            { key: 'metric', label: 'Metric' },
            { key: 'mean', label: 'Mean', align: 'right' },
            { key: 'std', label: 'Spread', align: 'right' },
            { key: 'validation', label: 'Validation', align: 'right' },
          ],
          rows: first.map((name) => ({
            metric: name,
            mean: found.metrics[name]?.mean ?? null,
            std: found.metrics[name]?.std ?? null,
            validation: validation[name] ?? { missing: 'undefined here' },
          })),
        },
      ],
    },
  ];
}
