/** What the `train` step reads. Each field enters its key. */
import type { Roles } from '../../data/column-rules.ts';
import type { CalibrationMethod } from '../../ml/classification/calibrator.ts';
import type { ThresholdMetric } from '../../ml/classification/threshold.ts';
import type { TargetTransform } from '../../ml/target-transform.ts';
import type { SearchAlgorithm } from '../../ml/tuning/search.ts';
import type { SearchSpace } from '../../schema/distributions.ts';
import type { Json, JsonObject } from '../../schema/json.ts';

export interface TrainParams {
  readonly using:
    | 'gradient_boosting'
    | 'random_forest'
    | 'extra_trees'
    | 'decision_tree'
    | 'linear'
    | 'neural_network'
    | 'automl'
    | 'custom';
  /** `custom` only: the exported function that returns an unfitted estimator. */
  readonly method?: UserMethod;
  readonly estimator_params: JsonObject;
  /** `automl`: no new model is tried after it. What is found depends on the machine: a step with it is not repeatable. */
  readonly time_budget_secs?: number;
  readonly target: string;
  readonly task: 'regression' | 'classification';
  /** The target is learned as its logarithm. Absent: as it is. */
  readonly target_transform?: TargetTransform;
  readonly primary_metric?: string;
  readonly custom_metrics: readonly CustomMetric[];
  /** Absent: the parameters are the ones that are written. */
  readonly tuning?: TuneParams;
  /** Prefix of the columns in `predicted_training_data`. */
  readonly predict_prefix: string;
  /** Classification: a score column for each class, or labels alone. */
  readonly predict_scores_for_all_classes: boolean;
  /** What the recipe says of classes and their probabilities. Absent where it says nothing. */
  readonly classes?: ClassesParams;
  /** Absent: none. */
  readonly cross_validation?: CrossValidationParams | NoCrossValidation;
  /** Which rows are alike and stay in one fold, as in `split`. Absent where there are no folds. */
  readonly fold_key?: { readonly roles: Roles; readonly key?: readonly string[] };
  readonly [extra: string]: Json | TuneParams | undefined;
}

/** How many trials run at once is no part of it: it changes no result. */
export interface TuneParams {
  readonly algorithm: SearchAlgorithm;
  readonly max_trials?: number;
  /** What is found depends on the machine: a step with it is not repeatable. */
  readonly time_budget_secs?: number;
  readonly seed: number;
  readonly sample_fraction: number;
  /** Called after each batch. */
  readonly early_stop?: UserMethod;
  /** `successive_halving`: `n_samples`, or the parameter that the first trials have little of. */
  readonly resource?: string;
  readonly factor?: number;
  readonly parameters: SearchSpace;
}

export type ClassesParams = {
  /** `balanced`, or a weight by label. */
  readonly class_weight?: 'balanced' | Readonly<Record<string, number>>;
  /** Share of the smaller class to reach by leaving out rows of the larger one. */
  readonly rebalance?: number;
  readonly calibrate_proba?: CalibrationMethod;
  /** Absent: chosen where the smaller class is rare. */
  readonly threshold?: ThresholdParams;
};

export type ThresholdParams =
  | 'auto'
  | number
  | { readonly metric: ThresholdMetric }
  | { readonly cost: { readonly false_positive: number; readonly false_negative: number } };

export type CrossValidationParams = {
  readonly folds: number;
  readonly repeats: number;
  readonly stratify: boolean;
  /** Nobody asked for it: only with fewer rows than this. */
  readonly below?: number;
  /** The transform is fitted anew in each fold. */
  readonly transform: JsonObject;
};

/** Why it does not come by itself below so many rows: for the card. */
export type NoCrossValidation = { readonly skipped_because: string; readonly below: number };

export interface UserMethod {
  /** Relative to the root, such as `steps/train.ts`. */
  readonly file: string;
  readonly name: string;
  readonly [extra: string]: Json;
}

export interface CustomMetric {
  readonly name: string;
  /** Exported by `steps/custom_metrics.ts`. */
  readonly function: string;
  readonly greater_is_better: boolean;
  readonly [extra: string]: Json;
}
