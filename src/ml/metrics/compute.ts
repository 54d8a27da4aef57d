/**
 * Metrics of a prediction by the rows' task: the entry point of this folder. A prediction that is not
 * a finite number makes the metrics undefined, with the reason; arrays of the wrong length are a bug.
 */
import type { Target } from '../estimator.ts';
import { binaryRows, multiclassRows } from './classification.ts';
import { type Measurable, ones } from './measurable.ts';
import type { MetricValue, MetricValues } from './outcome.ts';
import { type MetricTask, metricsOf } from './registry.ts';
import { regressionRows } from './regression.ts';

export interface MetricOptions {
  /** Label of the positive class of a binary task. Default: the last class. */
  readonly positive?: string | undefined;
  /** Non-negative, one a row. Default: 1 each. */
  readonly sampleWeight?: Float64Array | undefined;
}

export function taskOf(target: Target): MetricTask {
  if (target.kind === 'regression') return 'regression';
  return target.classes.length === 2 ? 'binary' : 'multiclass';
}

/** Code of the positive class. Throws a RangeError if there is no such class. */
export function positiveCode(classes: readonly string[], positive?: string): number {
  const code = positive === undefined ? classes.length - 1 : classes.indexOf(positive);
  if (code < 0) throw new RangeError(`there is no class \`${positive ?? ''}\` among ${classes.length} classes`);
  return code;
}

/**
 * All metrics of the task, each with its value or why it has none.
 *
 * `prediction` is what `FittedModel.predict` gives: values, or class codes. `scores` is what
 * `predictProba` gives: row-major `rows × classes`; without it the metrics that need probabilities are
 * undefined and say so.
 */
export function computeMetrics(
  target: Target,
  prediction: Float64Array,
  scores?: Float64Array | undefined,
  options: MetricOptions = {},
): MetricValues {
  const rows = measurableRows(target, prediction, scores, options);
  return rows.measure(options.sampleWeight ?? ones(rows.rowCount));
}

/** The rows prepared for repeated measuring, as the bootstrap needs them. Weights are given to `measure`. */
export function measurableRows(
  target: Target,
  prediction: Float64Array,
  scores?: Float64Array | undefined,
  options: Pick<MetricOptions, 'positive'> = {},
): Measurable {
  const rowCount = target.kind === 'regression' ? target.values.length : target.codes.length;
  checkLength('prediction', prediction.length, rowCount);
  const task = taskOf(target);
  if (target.kind === 'regression') {
    const strange = countStrange(prediction);
    return strange === 0 ? regressionRows(target.values, prediction) : undefinedRows(task, rowCount, `${predictions(strange)} not finite`);
  }
  const classCount = target.classes.length;
  const predicted = new Int32Array(rowCount);
  for (let row = 0; row < rowCount; row++) {
    const code = prediction[row] as number;
    if (!(Number.isInteger(code) && code >= 0 && code < classCount)) {
      throw new RangeError(`row ${row}: a prediction must be a class code from 0 to ${classCount - 1}; found ${code}`);
    }
    predicted[row] = code;
  }
  if (scores !== undefined) {
    checkLength('scores', scores.length, rowCount * classCount);
    const strange = countStrange(scores);
    if (strange > 0)
      return undefinedRows(task, rowCount, `${strange} ${strange === 1 ? 'probability is' : 'probabilities are'} not finite`);
  }
  const rows = { truth: target.codes, predicted, classCount, scores };
  return task === 'binary' ? binaryRows(rows, positiveCode(target.classes, options.positive)) : multiclassRows(rows);
}

function undefinedRows(task: MetricTask, rowCount: number, missing: string): Measurable {
  const values = new Map<string, MetricValue>(
    metricsOf(task).map(({ name }) => [name, name === 'example_count' ? { value: rowCount } : { missing }]),
  );
  return { rowCount, costPerRow: 0, measure: () => values, take: (rows) => undefinedRows(task, rows.length, missing) };
}

function countStrange(values: Float64Array): number {
  let strange = 0;
  for (let place = 0; place < values.length; place++) if (!Number.isFinite(values[place])) strange++;
  return strange;
}

const predictions = (count: number): string => (count === 1 ? '1 prediction is' : `${count} predictions are`);

function checkLength(what: string, found: number, expected: number): void {
  if (found !== expected) throw new RangeError(`${what} must have ${expected} entries; found ${found}`);
}
