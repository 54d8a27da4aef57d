/** What the `train` step reads. Each field enters its key. */
import type { TargetTransform } from '../../ml/target-transform.ts';
import type { Json, JsonObject } from '../../schema/json.ts';

export interface TrainParams {
  readonly using: 'gradient_boosting' | 'random_forest' | 'linear' | 'neural_network' | 'custom';
  /** `custom` only: the exported function that returns an unfitted estimator. */
  readonly method?: UserMethod;
  readonly estimator_params: JsonObject;
  readonly target: string;
  readonly task: 'regression' | 'classification';
  /** The target is learned as its logarithm. Absent: as it is. */
  readonly target_transform?: TargetTransform;
  readonly primary_metric?: string;
  readonly custom_metrics: readonly CustomMetric[];
  /** Prefix of the columns in `predicted_training_data`. */
  readonly predict_prefix: string;
  /** Classification: a score column for each class, or labels alone. */
  readonly predict_scores_for_all_classes: boolean;
  readonly [extra: string]: Json | undefined;
}

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
