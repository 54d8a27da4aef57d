/** What a model must beat on the validation rows: one that ignores the features, and the best one of a single feature. */
import { fitBaseline } from '../../ml/baseline.ts';
import { fitBestFeature } from '../../ml/best-feature.ts';
import { withAdjustment } from '../../ml/classification/adjusted-model.ts';
import type { FittedModel } from '../../ml/estimator.ts';
import { computeMetrics } from '../../ml/metrics/compute.ts';
import type { MetricValues } from '../../ml/metrics/outcome.ts';
import { labelThreshold } from './label-threshold.ts';
import type { ThresholdParams } from './params.ts';
import type { Parts } from './parts.ts';

export interface Baselines {
  readonly constant: MetricValues;
  readonly bestFeature?: { readonly feature: string; readonly metrics: MetricValues };
}

export interface BaselineOptions {
  readonly seed: number;
  /** The model has a threshold of its own; the single feature gets one by the same rule, or labels would be compared by rule and not by model. */
  readonly threshold?: { readonly wanted: ThresholdParams | undefined; readonly primaryMetric: string | undefined };
}

export function measureBaselines({ training, validation }: Parts, { seed, threshold }: BaselineOptions): Baselines {
  const { sampleWeight } = training;
  const measure = (model: Pick<FittedModel, 'predict' | 'predictProba'>): MetricValues =>
    computeMetrics(validation.y, model.predict(validation.x), model.predictProba?.(validation.x), {
      sampleWeight: validation.sampleWeight,
    });
  const constant = measure(fitBaseline(training.y, { sampleWeight }));
  const best = fitBestFeature(training.x, training.y, { seed, sampleWeight });
  if (best === undefined) return { constant };
  const model: FittedModel = { estimator: 'best_feature', ...best, toJSON: () => null, describe: () => ({}) };
  const chosen =
    threshold === undefined || training.y.kind !== 'classification'
      ? undefined
      : labelThreshold(model, { training: training.y, validation, ...threshold });
  const labelled = chosen?.value === undefined ? model : withAdjustment(model, { threshold: chosen.value }, 2);
  return { constant, bestFeature: { feature: best.feature.name, metrics: measure(labelled) } };
}
