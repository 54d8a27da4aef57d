/** What a fitted model does on the rows of a part: predictions and metrics. */
import type { FittedModel } from '../../ml/estimator.ts';
import { computeMetrics } from '../../ml/metrics/compute.ts';
import type { MetricValues } from '../../ml/metrics/outcome.ts';
import { withCustomMetrics } from '../custom-metrics.ts';
import type { StepContext } from '../define.ts';
import type { TrainParams } from './params.ts';
import type { Part } from './parts.ts';

export interface Measured {
  readonly prediction: Float64Array;
  /** Row-major, a column for each class. */
  readonly scores?: Float64Array;
  readonly metrics: MetricValues;
}

export async function measure(
  context: Pick<StepContext, 'userFunction'>,
  { custom_metrics }: Pick<TrainParams, 'custom_metrics'>,
  fitted: Pick<FittedModel, 'predict' | 'predictProba'>,
  { x, y, sampleWeight }: Part,
): Promise<Measured> {
  const prediction = fitted.predict(x);
  const scores = fitted.predictProba?.(x);
  const computed = computeMetrics(y, prediction, scores, { sampleWeight });
  const metrics = await withCustomMetrics(context, custom_metrics, computed, { target: y, prediction, sampleWeight });
  return { prediction, ...(scores !== undefined && { scores }), metrics };
}

/** The metrics that have a value, by name. */
export function numbers(metrics: MetricValues): Readonly<Record<string, number>> {
  return Object.fromEntries([...metrics].flatMap(([name, { value }]) => (value === undefined ? [] : [[name, value]])));
}

export function prefixed(prefix: string, metrics: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [prefix + name, value]));
}
