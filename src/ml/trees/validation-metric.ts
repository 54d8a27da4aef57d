/** What is measured on the validation set after each iteration: the loss that is minimised, or a metric of the task. */
import type { Target } from '../estimator.ts';
import { computeMetrics, taskOf } from '../metrics/compute.ts';
import { findMetric } from '../metrics/registry.ts';
import { applyLink, type Link, type Objective } from './objective.ts';
import { binaryProbabilities, mostLikely } from './predictions.ts';

export interface ValidationMetric {
  readonly greaterIsBetter: boolean;
  /** From output-major scores: what decides, and all that is worth a curve, the loss first. */
  measure(scores: Float64Array): { readonly value: number; readonly metrics: Readonly<Record<string, number>> };
}

export interface Validated {
  readonly y: Target;
  readonly sampleWeight?: Float64Array;
  readonly objective: Objective;
  readonly logTarget: boolean;
}

/** Throws a `RangeError` when the metric is of another task; `measure` throws one when it has no value. */
export function validationMetric(name: string, { y, sampleWeight, objective, logTarget }: Validated): ValidationMetric {
  const lossOf = (scores: Float64Array): { readonly value: number; readonly metrics: Readonly<Record<string, number>> } => {
    const value = objective.loss(scores);
    return { value, metrics: { validation_loss: value } };
  };
  if (name === 'loss') return { greaterIsBetter: false, measure: lossOf };
  const greaterIsBetter = checkMetric(name, y);
  return {
    greaterIsBetter,
    measure(scores) {
      const outcome = predictionOf(scores, y, objective, logTarget);
      const value = computeMetrics(y, outcome.prediction, outcome.probabilities, { sampleWeight }).get(name);
      if (value?.value === undefined)
        throw new RangeError(`\`eval_metric: ${name}\` has no value on the validation set: ${value?.missing ?? 'unknown'}`);
      return { value: value.value, metrics: { ...lossOf(scores).metrics, [`validation_${name}`]: value.value } };
    },
  };
}

/** Whether more of it is better. Throws a `RangeError` when the task has no such metric. */
export function checkMetric(name: string, y: Target): boolean {
  const metric = findMetric(taskOf(y), name);
  if (metric !== undefined) return metric.greaterIsBetter;
  const has = y.kind === 'regression' ? 'holds numbers' : `has ${y.classes.length} classes`;
  throw new RangeError(`\`eval_metric: ${name}\` does not measure this task: the target ${has}`);
}

function predictionOf(
  scores: Float64Array,
  y: Target,
  { outputs, link }: { readonly outputs: number; readonly link: Link },
  logTarget: boolean,
): { readonly prediction: Float64Array; readonly probabilities?: Float64Array } {
  const rows = scores.length / outputs;
  const values = new Float64Array(scores.length);
  for (let output = 0; output < outputs; output++) {
    for (let row = 0; row < rows; row++) values[row * outputs + output] = scores[output * rows + row] as number;
  }
  applyLink(link, values, outputs);
  if (y.kind === 'regression') return { prediction: logTarget ? values.map(Math.expm1) : values };
  const probabilities = link === 'logistic' ? binaryProbabilities(values) : values;
  return { prediction: mostLikely(probabilities, y.classes.length), probabilities };
}
