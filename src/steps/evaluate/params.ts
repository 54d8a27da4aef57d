/** What the `evaluate` step reads. Each field enters its key. */
import type { Sensitive } from '../../data/column-rules.ts';
import type { Json } from '../../schema/json.ts';
import type { CustomMetric } from '../train/params.ts';

export interface EvaluateParams {
  readonly target: string;
  readonly task: 'regression' | 'classification';
  readonly primary_metric?: string;
  readonly validation_criteria: readonly Criterion[];
  readonly custom_metrics: readonly CustomMetric[];
  /** What the recipe says of explanations other than the defaults. */
  readonly explain?: ExplainParams;
  /** As in `train`, for `predicted_test_data`. */
  readonly predict_prefix: string;
  readonly predict_scores_for_all_classes: boolean;
  /** Columns whose values the card must not show. Absent without any. */
  readonly sensitive?: Sensitive;
  readonly [extra: string]: Json | undefined;
}

export interface ExplainParams {
  readonly enabled?: boolean;
  readonly rows?: number;
  readonly features?: number;
  readonly [extra: string]: Json;
}

export interface Criterion {
  readonly metric: string;
  readonly threshold: number;
  readonly [extra: string]: Json;
}

/** VALIDATED: every criterion holds. REJECTED: one fails. UNKNOWN: there are none. */
export type Verdict = 'VALIDATED' | 'REJECTED' | 'UNKNOWN';
