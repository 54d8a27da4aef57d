/** What the `predict` step reads. Each field enters its key. */
import type { Sensitive } from '../../data/column-rules.ts';
import type { Json } from '../../schema/json.ts';

export interface PredictParams {
  readonly output: ScoredOutput;
  /** Absent: a number for a regression, the type of the target for classes. */
  readonly result_type?: string;
  /** As in `train`: what the names of score columns begin with, and whether there are any. */
  readonly predict_prefix: string;
  readonly predict_scores_for_all_classes: boolean;
  /** Absent without any. */
  readonly sensitive?: Sensitive;
  /** Absent: the card has a profile of the predictions. */
  readonly skip_data_profiling?: true;
  readonly [extra: string]: Json | undefined | ScoredOutput;
}

export interface ScoredOutput {
  readonly using: 'parquet' | 'csv';
  /** Relative to the root, or absolute. */
  readonly location: string;
  readonly save_mode: 'overwrite' | 'append' | 'ignore' | 'default' | 'error' | 'errorifexists';
}

/** What was left at the location, for who asks later whether it is still there. */
export interface Delivered {
  readonly location: string;
  /** False with `save_mode: ignore`, when there was a file. */
  readonly isWritten: boolean;
  /** The file is also what others appended to it, and no longer ours alone. */
  readonly isAppended: boolean;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}
