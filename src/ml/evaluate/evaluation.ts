/** Metrics with their intervals for one split: what the evaluate step asks for first. */
import type { Target } from '../estimator.ts';
import { type MetricOptions, measurableRows, taskOf } from '../metrics/compute.ts';
import { ones } from '../metrics/measurable.ts';
import type { MetricValues } from '../metrics/outcome.ts';
import { metricsOf } from '../metrics/registry.ts';
import { type Bootstrap, bootstrapIntervals } from './bootstrap.ts';

export interface EvaluationOptions extends MetricOptions {
  readonly seed: number;
  readonly resamples?: number | undefined;
  /** A group number for each row, where rows of a group are alike. */
  readonly groups?: Int32Array | undefined;
}

export interface Evaluation {
  readonly metrics: MetricValues;
  readonly bootstrap: Bootstrap;
}

/** A class with fewer rows would be absent from some resamples. */
const RARE_CLASS = 30;

/** Arguments as in `computeMetrics`. */
export function evaluatePrediction(
  target: Target,
  prediction: Float64Array,
  scores: Float64Array | undefined,
  options: EvaluationOptions,
): Evaluation {
  const rows = measurableRows(target, prediction, scores, options);
  const metrics = rows.measure(options.sampleWeight ?? ones(rows.rowCount));
  // What all rows do not give, resamples do not give either.
  const names = metricsOf(taskOf(target)).filter(({ name, hasInterval }) => hasInterval && metrics.get(name)?.value !== undefined);
  const bootstrap = bootstrapIntervals(
    rows,
    names.map(({ name }) => name),
    {
      seed: options.seed,
      resamples: options.resamples,
      sampleWeight: options.sampleWeight,
      groups: options.groups,
      strata: target.kind === 'classification' && hasRareClass(target.codes, target.classes.length) ? target.codes : undefined,
    },
  );
  return { metrics, bootstrap };
}

function hasRareClass(codes: Int32Array, classCount: number): boolean {
  const sizes = new Float64Array(classCount);
  for (const code of codes) sizes[code] = (sizes[code] as number) + 1;
  return sizes.some((size) => size > 0 && size < RARE_CLASS);
}
