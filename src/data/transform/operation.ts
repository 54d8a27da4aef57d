/** What a pipeline is made of: operations as plain data, before anything is learned. */
import type { DatePart, DateUnit } from './transformer.ts';

/** Columns by name, or all of a kind. */
export type Columns = readonly string[] | { readonly kind: 'numeric' | 'boolean' | 'text' | 'date' };
export type ImputeStrategy = 'median' | 'mean' | 'most_frequent' | { readonly constant: number | string };

/** What a pipeline holds: one of `OperationData`, which only the data engine needs to look into. */
export interface Operation {
  readonly op: OperationData['op'];
}

export type OperationData =
  | { readonly op: 'drop_columns'; readonly columns: Columns }
  | { readonly op: 'impute'; readonly columns?: Columns; readonly strategy: ImputeStrategy; readonly indicator: boolean }
  | { readonly op: 'one_hot'; readonly columns?: Columns; readonly maxLevels: number }
  | { readonly op: 'ordinal'; readonly columns?: Columns; readonly order: 'frequency' | 'alphabetical'; readonly maxLevels: number }
  | { readonly op: 'standard_scale' | 'min_max_scale'; readonly columns?: Columns }
  | { readonly op: 'date_parts'; readonly columns?: Columns; readonly parts: readonly DatePart[]; readonly cyclic: boolean }
  | { readonly op: 'date_difference'; readonly from: string; readonly to: string; readonly unit: DateUnit }
  | { readonly op: 'derive'; readonly expressions: Readonly<Record<string, string>> };

export interface Pipeline {
  readonly kind: 'pipeline';
  readonly operations: readonly Operation[];
}
