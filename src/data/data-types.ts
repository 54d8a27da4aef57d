/**
 * What is known of the data of a project, for the type checker alone. `DataTypes` is empty here:
 * `.recipe/types.d.ts`, which a run writes, fills it. Without that file any name of a column will do.
 */
import type { AnyColumns, NameOf, Value } from './table.ts';

/**
 * The columns of this project as the data last had them. Filled by `.recipe/types.d.ts`; do not
 * fill it yourself.
 */
// biome-ignore lint/suspicious/noEmptyInterface: it is there to be added to
export interface DataTypes {}

/**
 * What the file says, else what holds without it. The types below are mapped ones with a name of
 * their own, so that a message says `DataColumns` and not what a thousand columns hold.
 */
type Known<Member extends string, Otherwise> = DataTypes extends { readonly [key in Member]: infer Found } ? Found : Otherwise;
type Rows = Known<'rows', AnyColumns>;
type StepRows = Known<'stepRows', Rows>;
type Transformed = Known<'transformed', AnyColumns>;
type Predicted = Known<'prediction', Value>;

/** The rows that `split` and all behind it read. */
export type DataColumns = { readonly [Name in keyof Rows]: Rows[Name] };
/** What a step of your own may find in the rows: the columns before and after each step that changes them. */
export type StepColumns = { readonly [Name in keyof StepRows]: StepRows[Name] };
/** What a transformer gets: the rows without the target, ids and columns that are ignored. */
export type FeatureColumns = { readonly [Name in keyof Rows as Exclude<Name, Known<'notFeatures', never>>]: Rows[Name] };
/** What `transform` made of them, and the target. */
export type TransformedColumns = { readonly [Name in keyof Transformed]: Transformed[Name] };
/** What a metric sees: labels for a classification, else numbers. */
export type MetricColumns = { readonly [Name in Known<'metricColumns', string>]: Predicted };

/** The names of the columns in the rows. */
export type ColumnName = NameOf<DataColumns>;
/** The name of the target. */
export type TargetName = Known<'target', string>;
