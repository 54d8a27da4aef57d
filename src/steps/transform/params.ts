/** What the `transform` step reads. Each field enters its key. */
import type { Roles, Sensitive } from '../../data/column-rules.ts';
import type { OperationData } from '../../schema/operations.ts';
import type { DeclaredTypes } from '../ingest/declared-types.ts';

export interface TransformParams {
  readonly using: 'auto' | 'operations' | 'custom';
  /** `custom` only: the exported function that returns a pipeline, an object, or nothing. */
  readonly method?: { readonly file: string; readonly name: string };
  /** `operations` only. */
  readonly operations?: readonly OperationData[];
  /** `auto` and `rest: auto`: `none` leaves missing values to the estimator. */
  readonly impute: 'median' | 'none';
  /** `auto` and `rest: auto`: how texts become numbers. */
  readonly encode: 'one_hot' | 'ordinal';
  readonly target: string;
  readonly task: 'regression' | 'classification';
  readonly roles: Roles;
  /** Given types, where one is `category` or `text`: what kind of text a column holds is for `auto`. Absent without one. */
  readonly types?: DeclaredTypes;
  /** Absent without any. */
  readonly sensitive?: Sensitive;
  /** Present only when the statistics of the features are left out. */
  readonly skip_data_profiling?: true;
}
