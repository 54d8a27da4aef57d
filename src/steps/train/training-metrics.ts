/** The metrics of `train`, by their names without prefix; undefined ones are left out. */
import type { FoldSummary } from '../../ml/validation/fold-summary.ts';

export interface TrainingMetrics {
  readonly training: Numbers;
  readonly validation: Numbers;
  /** Of a model that ignores the features, on validation. */
  readonly baseline: Numbers;
  /** Of the best model of one feature, on validation. Absent without features. */
  readonly best_feature?: { readonly feature: string; readonly metrics: Numbers };
  /** Absent where the training rows were not cross-validated. */
  readonly cross_validation?: CrossValidationMetrics;
}

type Numbers = Readonly<Record<string, number>>;

export interface CrossValidationMetrics {
  readonly folds: number;
  readonly repeats: number;
  readonly metrics: Readonly<Record<string, FoldSummary>>;
}
