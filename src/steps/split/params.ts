/** What the `split` step reads. Each field enters its key. */
import type { Roles, Sensitive } from '../../data/column-rules.ts';

export interface SplitParams {
  /** Shares of train, validation and test; all above 0, in any unit. */
  readonly ratios: readonly [number, number, number];
  /** Change it to draw a different split. */
  readonly seed: number;
  readonly target: string;
  readonly task: 'regression' | 'classification';
  readonly roles: Roles;
  /** Columns that place a row, instead of all features. */
  readonly key?: readonly string[];
  /** The same share of every class in each part. */
  readonly stratify?: 'exact';
  /** Where a row belongs is known: by a column, or by the file that it comes from. */
  readonly given?: { readonly kind: 'files' } | GivenColumn;
  /** Gives each row its part, instead of the hash. */
  readonly method?: SplitMethod;
  /** Says which training rows to keep. */
  readonly filter?: SplitMethod;
  /** Gets the three parts and returns three. */
  readonly post_split?: SplitMethod;
  /** Absent without any. */
  readonly sensitive?: Sensitive;
  /** Present only when the parts are not compared. */
  readonly skip_data_profiling?: true;
}

export interface GivenColumn {
  readonly kind: 'column';
  readonly column: string;
  /** Of train, validation and test, as `canonicalText` writes them. None for validation: it is taken from train. */
  readonly values: readonly [readonly string[], readonly string[], readonly string[]];
}

export interface SplitMethod {
  /** Relative to the root, such as `steps/split.ts`. */
  readonly file: string;
  readonly name: string;
}

/** The parts in order, by their words in MLflow Recipes, in files and on cards. */
export const PARTS = [
  { label: 'TRAINING', file: 'train.parquet', name: 'train' },
  { label: 'VALIDATION', file: 'validation.parquet', name: 'validation' },
  { label: 'TEST', file: 'test.parquet', name: 'test' },
] as const;
