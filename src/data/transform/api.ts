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
import type { Columns, ImputeStrategy, Operation, OperationData, Pipeline } from './operation.ts';
import type { AnyName, Checked, ColumnsOf, FeatureName, NamesOf, OperationOn, OrAny, Unknown } from './operation-names.ts';
import type { DatePart, DateUnit } from './transformer.ts';

export type { Columns, ImputeStrategy, Operation, Pipeline } from './operation.ts';
export type { OperationOn } from './operation-names.ts';

/** Operations one after the other; each sees what the ones before it leave. */
export function pipeline<const Operations extends readonly Operation[]>(operations: Checked<Operations>): Pipeline {
  return { kind: 'pipeline', operations };
}

export function dropColumns<const Name extends AnyName = never>(...columns: NamesOf<Name>): OperationOn<Unknown<Name>> {
  return data({ op: 'drop_columns', columns });
}

/** Fill missing values; numeric columns unless told. `indicator` adds `<column>_missing` where training rows miss values. */
export function impute<const Name extends AnyName = never>(
  options: { readonly columns?: ColumnsOf<Name>; readonly strategy?: ImputeStrategy; readonly indicator?: boolean } = {},
): OperationOn<Unknown<Name>, `${string}_missing`> {
  return data({ op: 'impute', ...columnsOf(options), strategy: options.strategy ?? 'median', indicator: options.indicator ?? false });
}

/** A column of 0 and 1 for each level; text columns unless told. Levels beyond `maxLevels` (50) share one column. */
export function oneHot<const Name extends AnyName = never>(
  options: { readonly columns?: ColumnsOf<Name>; readonly maxLevels?: number } = {},
): OperationOn<Unknown<Name>, `${OrAny<Name>}_${string}`> {
  return data({ op: 'one_hot', ...columnsOf(options), maxLevels: options.maxLevels ?? 50 });
}

/** A code for each level, the most frequent first; text columns unless told. Levels beyond `maxLevels` (255) share the last code. */
export function ordinal<const Name extends AnyName = never>(
  options: { readonly columns?: ColumnsOf<Name>; readonly order?: 'frequency' | 'alphabetical'; readonly maxLevels?: number } = {},
): OperationOn<Unknown<Name>> {
  return data({ op: 'ordinal', ...columnsOf(options), order: options.order ?? 'frequency', maxLevels: options.maxLevels ?? 255 });
}

/** Mean 0 and standard deviation 1 on the training rows; numeric columns unless told. */
export function standardScale<const Name extends AnyName = never>(
  options: { readonly columns?: ColumnsOf<Name> } = {},
): OperationOn<Unknown<Name>> {
  return data({ op: 'standard_scale', ...columnsOf(options) });
}

/** 0 at the least and 1 at the greatest training value; numeric columns unless told. */
export function minMaxScale<const Name extends AnyName = never>(
  options: { readonly columns?: ColumnsOf<Name> } = {},
): OperationOn<Unknown<Name>> {
  return data({ op: 'min_max_scale', ...columnsOf(options) });
}

/** Month, day, day of the week (1 is Monday) and the like, instead of the date; `cyclic` gives sine and cosine of each. */
export function dateParts<const Name extends AnyName = never>(
  options: { readonly columns?: ColumnsOf<Name>; readonly parts?: readonly DatePart[]; readonly cyclic?: boolean } = {},
): OperationOn<Unknown<Name>, `${OrAny<Name>}_${DatePart}${'' | '_sin' | '_cos'}`> {
  return data({
    op: 'date_parts',
    ...columnsOf(options),
    parts: options.parts ?? ['month', 'day', 'day_of_week', 'hour'],
    cyclic: options.cyclic ?? false,
  });
}

/** The time from one date column to another as `<to>_minus_<from>_<unit>`. Stands before `dateParts`, which takes the dates away. */
export function dateDifference<const Name extends AnyName = never>(
  from: Name | FeatureName,
  to: Name | FeatureName,
  unit: DateUnit = 'days',
): OperationOn<Unknown<Name>, `${string}_minus_${string}_${DateUnit}`> {
  return data({ op: 'date_difference', from, to, unit });
}

/** New columns from SQL expressions over one row: `derive({ volume: 'x * y * z' })`. */
export function derive<const Expressions extends Readonly<Record<string, string>>>(
  expressions: Expressions,
): OperationOn<never, keyof Expressions & string> {
  return data({ op: 'derive', expressions });
}

function columnsOf({ columns }: { readonly columns?: Columns }): { readonly columns?: Columns } {
  return columns === undefined ? {} : { columns };
}

/** The type checker sees the data here, and only the names outside. */
function data(operation: OperationData): OperationData {
  return operation;
}
