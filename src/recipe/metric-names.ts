/**
 * The metrics that a recipe may name, by task. The names are those of MLflow Recipes, exactly. For a
 * classification the data decide between two classes and more, so both sets count.
 */
import { closest } from '../diagnostics/suggest.ts';

export type Task = 'regression' | 'classification';

export const METRIC_NAMES: Readonly<Record<Task, readonly string[]>> = {
  regression: [
    'mean_absolute_error',
    'mean_squared_error',
    'root_mean_squared_error',
    'max_error',
    'mean_absolute_percentage_error',
    'r2_score',
    'median_absolute_error',
    'score',
  ],
  classification: [
    'f1_score',
    'f1_score_macro',
    'f1_score_micro',
    'precision_score',
    'recall_score',
    'accuracy_score',
    'roc_auc',
    'precision_recall_auc',
    'log_loss',
    'true_positives',
    'true_negatives',
    'false_positives',
    'false_negatives',
    'score',
  ],
};

/** What people call them elsewhere. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['mae', 'mean_absolute_error'],
  ['mse', 'mean_squared_error'],
  ['rmse', 'root_mean_squared_error'],
  ['mape', 'mean_absolute_percentage_error'],
  ['r2', 'r2_score'],
  ['r_squared', 'r2_score'],
  ['f1', 'f1_score'],
  ['f1_macro', 'f1_score_macro'],
  ['macro_f1', 'f1_score_macro'],
  ['f1_micro', 'f1_score_micro'],
  ['micro_f1', 'f1_score_micro'],
  ['precision', 'precision_score'],
  ['recall', 'recall_score'],
  ['accuracy', 'accuracy_score'],
  ['auc', 'roc_auc'],
  ['pr_auc', 'precision_recall_auc'],
  ['average_precision', 'precision_recall_auc'],
  ['logloss', 'log_loss'],
]);

/** The metric that an unknown name was probably meant to be. */
export function closestMetric(name: string, known: readonly string[]): string | undefined {
  // `test_rmse` is how tracking calls it; a recipe names the metric without the data set.
  const bare = name.toLowerCase().replace(/^(?:training|val|test)_/u, '');
  if (known.includes(bare)) return bare;
  const alias = ALIASES.get(bare);
  return alias !== undefined && known.includes(alias) ? alias : closest(name, known);
}
