/** What a pipeline is made of: operations as plain data, before anything is learned. */
import type { Selection } from '../../schema/operation-param.ts';
import type { OperationName } from '../../schema/operations.ts';

export type { OperationData, OperationOf } from '../../schema/operations.ts';

/** Columns by name or pattern, or all of a type. The words after `kind` are older ones for types. */
export type Columns = Selection | { readonly kind: 'numeric' | 'boolean' | 'text' | 'date' };
export type ImputeStrategy = 'median' | 'mean' | 'most_frequent' | { readonly constant: number | string };

/** What a pipeline holds: one of `OperationData`, which only the data engine needs to look into. */
export interface Operation {
  readonly op: OperationName;
}

export interface Pipeline {
  readonly kind: 'pipeline';
  readonly operations: readonly Operation[];
}
