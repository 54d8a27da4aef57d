/**
 * The operations that a user composes in `steps/transform.ts`. They are plain data, unfitted:
 * nothing is learned before `transform` runs them on the training rows.
 *
 *     export const transformer_fn = () => pipeline([
 *       dateDifference('pickup', 'dropoff', 'minutes'),
 *       dateParts({ columns: ['pickup'], parts: ['hour', 'day_of_week'] }),
 *       oneHot({ columns: ['payment'] }),
 *       impute({ strategy: 'median' }),
 *       standardScale(),
 *     ]);
 */
import type { DatePart, DateUnit } from './transformer.ts';

/** Columns by name, or all of a kind. */
export type Columns = readonly string[] | { readonly kind: 'numeric' | 'boolean' | 'text' | 'date' };
export type ImputeStrategy = 'median' | 'mean' | 'most_frequent' | { readonly constant: number | string };

export type Operation =
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

/** Operations one after the other; each sees what the ones before it leave. */
export function pipeline(operations: readonly Operation[]): Pipeline {
  return { kind: 'pipeline', operations };
}

export function dropColumns(...columns: readonly string[]): Operation {
  return { op: 'drop_columns', columns };
}

/** Fill missing values; numeric columns unless told. `indicator` adds `<column>_missing` where training rows miss values. */
export function impute(
  options: { readonly columns?: Columns; readonly strategy?: ImputeStrategy; readonly indicator?: boolean } = {},
): Operation {
  return { op: 'impute', ...columnsOf(options), strategy: options.strategy ?? 'median', indicator: options.indicator ?? false };
}

/** A column of 0 and 1 for each level; text columns unless told. Levels beyond `maxLevels` (50) share one column. */
export function oneHot(options: { readonly columns?: Columns; readonly maxLevels?: number } = {}): Operation {
  return { op: 'one_hot', ...columnsOf(options), maxLevels: options.maxLevels ?? 50 };
}

/** A code for each level, the most frequent first; text columns unless told. Levels beyond `maxLevels` (255) share the last code. */
export function ordinal(
  options: { readonly columns?: Columns; readonly order?: 'frequency' | 'alphabetical'; readonly maxLevels?: number } = {},
): Operation {
  return { op: 'ordinal', ...columnsOf(options), order: options.order ?? 'frequency', maxLevels: options.maxLevels ?? 255 };
}

/** Mean 0 and standard deviation 1 on the training rows; numeric columns unless told. */
export function standardScale(options: { readonly columns?: Columns } = {}): Operation {
  return { op: 'standard_scale', ...columnsOf(options) };
}

/** 0 at the least and 1 at the greatest training value; numeric columns unless told. */
export function minMaxScale(options: { readonly columns?: Columns } = {}): Operation {
  return { op: 'min_max_scale', ...columnsOf(options) };
}

/** Month, day, day of the week (1 is Monday) and the like, instead of the date; `cyclic` gives sine and cosine of each. */
export function dateParts(
  options: { readonly columns?: Columns; readonly parts?: readonly DatePart[]; readonly cyclic?: boolean } = {},
): Operation {
  return {
    op: 'date_parts',
    ...columnsOf(options),
    parts: options.parts ?? ['month', 'day', 'day_of_week', 'hour'],
    cyclic: options.cyclic ?? false,
  };
}

/** The time from one date column to another as `<to>_minus_<from>_<unit>`. Stands before `dateParts`, which takes the dates away. */
export function dateDifference(from: string, to: string, unit: DateUnit = 'days'): Operation {
  return { op: 'date_difference', from, to, unit };
}

/** New columns from SQL expressions over one row: `derive({ volume: 'x * y * z' })`. */
export function derive(expressions: Readonly<Record<string, string>>): Operation {
  return { op: 'derive', expressions };
}

function columnsOf({ columns }: { readonly columns?: Columns }): { readonly columns?: Columns } {
  return columns === undefined ? {} : { columns };
}
