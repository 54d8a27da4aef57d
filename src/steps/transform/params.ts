/** What the `transform` step reads. Each field enters its key. */
import type { Roles, Sensitive } from '../../data/column-rules.ts';

export interface TransformParams {
  readonly using: 'auto' | 'custom';
  /** `custom` only: the exported function that returns a pipeline, an object, or nothing. */
  readonly method?: { readonly file: string; readonly name: string };
  /** `auto` only: `none` leaves missing values to the estimator. */
  readonly impute: 'median' | 'none';
  /** `auto` only: how texts become numbers. */
  readonly encode: 'one_hot' | 'ordinal';
  readonly target: string;
  readonly task: 'regression' | 'classification';
  readonly roles: Roles;
  /** Absent without any. */
  readonly sensitive?: Sensitive;
}
