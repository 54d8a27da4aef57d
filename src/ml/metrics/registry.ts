/**
 * The built-in metrics as data: their names are MLflow's, so that criteria, tracking and cards of
 * existing recipes keep their meaning. The definitions are in `regression.ts` and `classification.ts`.
 */
export type MetricTask = 'regression' | 'binary' | 'multiclass';

export interface Metric {
  readonly name: string;
  readonly task: MetricTask;
  readonly greaterIsBetter: boolean;
  /** Undefined for a model that gives classes only. */
  readonly needsProbabilities: boolean;
  /** False for what describes the rows and not the model. */
  readonly usableInCriteria: boolean;
  /** Whether a bootstrap interval is honest: not for what the resampling fixes, and not for a maximum. */
  readonly hasInterval: boolean;
  /** One sentence with the definition; weights multiply rows throughout. */
  readonly doc: string;
}

type Trait = 'lower' | 'probabilities' | 'descriptive' | 'no-interval';

function metric(task: MetricTask, name: string, doc: string, ...traits: readonly Trait[]): Metric {
  const descriptive = traits.includes('descriptive');
  return {
    name,
    task,
    greaterIsBetter: !traits.includes('lower'),
    needsProbabilities: traits.includes('probabilities'),
    usableInCriteria: !descriptive,
    hasInterval: !descriptive && !traits.includes('no-interval'),
    doc,
  };
}

const COUNT = 'Number of rows.';

/** Every built-in metric, by task, in the order in which tables show them. */
export const METRICS: readonly Metric[] = [
  metric('regression', 'root_mean_squared_error', 'Square root of the mean squared error, in units of the target.', 'lower'),
  metric('regression', 'mean_absolute_error', 'Mean of |prediction − target|, in units of the target.', 'lower'),
  metric('regression', 'median_absolute_error', 'Median of |prediction − target|, in units of the target.', 'lower'),
  metric('regression', 'r2_score', '1 − squared error / squared deviation from the mean target; at most 1, 0 for the mean.'),
  metric(
    'regression',
    'mean_absolute_percentage_error',
    'Mean of |prediction − target| / |target|, a fraction; undefined if a target is 0.',
    'lower',
  ),
  metric('regression', 'mean_squared_error', 'Mean of (prediction − target)², in squared units of the target.', 'lower'),
  // The bootstrap is inconsistent for a maximum: Bickel and Freedman, Annals of Statistics 9 (1981), section 6.
  metric('regression', 'max_error', 'Largest |prediction − target|, in units of the target.', 'lower', 'no-interval'),
  metric('regression', 'score', 'The same as `r2_score`.'),
  metric('regression', 'example_count', COUNT, 'descriptive'),
  metric('regression', 'sum_on_target', 'Sum of the target.', 'descriptive'),
  metric('regression', 'mean_on_target', 'Mean of the target.', 'descriptive'),

  metric('binary', 'accuracy_score', 'Share of the rows whose class is predicted.'),
  metric('binary', 'f1_score', 'Harmonic mean of precision and recall of the positive class.'),
  metric('binary', 'precision_score', 'Share of positive rows among those predicted positive.'),
  metric('binary', 'recall_score', 'Share of the positive rows that are predicted positive.'),
  metric('binary', 'roc_auc', 'Probability that a positive row scores above a negative one, ties counting one half.', 'probabilities'),
  metric('binary', 'precision_recall_auc', 'Average precision: precision at each score, weighted by the gain in recall.', 'probabilities'),
  metric('binary', 'log_loss', 'Mean of −ln(probability of the true class), in nats.', 'lower', 'probabilities'),
  metric('binary', 'f1_score_macro', 'Unweighted mean of the F1 scores of both classes.'),
  metric('binary', 'true_positives', 'Positive rows predicted positive.'),
  metric('binary', 'true_negatives', 'Negative rows predicted negative.'),
  metric('binary', 'false_positives', 'Negative rows predicted positive.', 'lower'),
  metric('binary', 'false_negatives', 'Positive rows predicted negative.', 'lower'),
  metric('binary', 'score', 'The same as `accuracy_score`.'),
  metric('binary', 'example_count', COUNT, 'descriptive'),

  metric('multiclass', 'accuracy_score', 'Share of the rows whose class is predicted.'),
  metric('multiclass', 'f1_score_macro', 'Unweighted mean of the F1 scores of the classes that occur or are predicted.'),
  metric('multiclass', 'f1_score_micro', 'F1 score of the pooled counts; equals the accuracy.'),
  metric('multiclass', 'precision_score', 'Mean precision of the classes, weighted by their rows; 0 for a class never predicted.'),
  metric('multiclass', 'recall_score', 'Mean recall of the classes, weighted by their rows; equals the accuracy.'),
  metric('multiclass', 'roc_auc', 'Mean one-against-the-rest area of the classes, weighted by their rows.', 'probabilities'),
  metric('multiclass', 'log_loss', 'Mean of −ln(probability of the true class), in nats.', 'lower', 'probabilities'),
  metric('multiclass', 'score', 'The same as `accuracy_score`.'),
  metric('multiclass', 'example_count', COUNT, 'descriptive'),
];

/** The metrics of a task, in the order in which tables show them. */
export function metricsOf(task: MetricTask): readonly Metric[] {
  return METRICS.filter((metric) => metric.task === task);
}

/** The metric of this name for the task, if it is a built-in one. */
export function findMetric(task: MetricTask, name: string): Metric | undefined {
  return METRICS.find((metric) => metric.task === task && metric.name === name);
}
