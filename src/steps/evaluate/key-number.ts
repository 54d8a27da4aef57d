/** A metric as a key number with its interval, or as a cell of a table. */
import type { Cell, KeyNumber } from '../../cards/blocks.ts';
import type { MetricValue } from '../../ml/metrics/outcome.ts';
import { shortName } from '../headline-metrics.ts';
import { showNumber } from '../show-number.ts';
import type { Evaluated } from './evaluated.ts';

export function keyNumber({ metrics, bootstrap, criteria }: Evaluated, metric: string): KeyNumber {
  const measured = metrics.get(metric);
  const interval = bootstrap.intervals.get(metric);
  const label = shortName(metric);
  if (measured?.value === undefined) return { label, value: metricCell(measured) };
  const failed = criteria.some((criterion) => criterion.metric === metric && criterion.result.startsWith('fail'));
  return {
    label,
    value: measured.value,
    ...(interval !== undefined &&
      interval.missing === undefined &&
      interval.low < interval.high && { context: `95 % ${showNumber(interval.low)} … ${showNumber(interval.high)}` }),
    tone: failed ? 'bad' : 'plain',
  };
}

export function metricCell(measured: MetricValue | undefined): Cell {
  return measured?.value ?? { missing: measured?.missing ?? 'not measured' };
}
