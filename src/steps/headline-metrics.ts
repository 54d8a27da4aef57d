/** Which metric a task is judged by when the recipe names none, and how its value reads. */
import type { MetricTask } from '../ml/metrics/registry.ts';
import { findMetric } from '../ml/metrics/registry.ts';

const PRIMARY: Readonly<Record<MetricTask, string>> = {
  regression: 'root_mean_squared_error',
  binary: 'f1_score',
  multiclass: 'f1_score_macro',
};

export function primaryMetric(task: MetricTask, named: string | undefined): string {
  return named ?? PRIMARY[task];
}

export function metricTask(task: 'regression' | 'classification', classCount: number | undefined): MetricTask {
  if (task === 'regression') return 'regression';
  return classCount === 2 ? 'binary' : 'multiclass';
}

/** Built-in metrics know their direction; a custom one was declared with it. */
export function greaterIsBetter(
  task: MetricTask,
  name: string,
  custom: readonly { readonly name: string; readonly greater_is_better: boolean }[],
): boolean {
  return custom.find((metric) => metric.name === name)?.greater_is_better ?? findMetric(task, name)?.greaterIsBetter ?? true;
}

/** `root_mean_squared_error` → `RMSE`, for lines where space is short. */
export function shortName(metric: string): string {
  return SHORT[metric] ?? metric;
}

const SHORT: Readonly<Record<string, string>> = {
  root_mean_squared_error: 'RMSE',
  mean_absolute_error: 'MAE',
  mean_absolute_percentage_error: 'MAPE',
  r2_score: 'R²',
  f1_score: 'F1',
  f1_score_macro: 'macro F1',
  f1_score_micro: 'micro F1',
  roc_auc: 'ROC AUC',
  precision_recall_auc: 'PR AUC',
  accuracy_score: 'accuracy',
  log_loss: 'log loss',
  precision_score: 'precision',
  recall_score: 'recall',
};
