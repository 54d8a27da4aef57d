/**
 * Which names of columns an operation of a pipeline needs and which it makes, told to the type
 * checker alone. `pipeline` compares them in order: a name must be a column of the data, or made
 * by an operation before. Without `.recipe/types.d.ts` nothing is compared.
 */
import type { FeatureColumns } from '../data-types.ts';
import type { NameOf } from '../table.ts';
import type { Columns, Operation } from './operation.ts';

/** The columns that a pipeline begins with. */
export type FeatureName = NameOf<FeatureColumns>;

/** Any name will do, since an operation before may have made it. */
export type AnyName = FeatureName | (string & {});
/** A list of names as they were written. The second half has an editor propose those of the data. */
export type NamesOf<Name extends string> = readonly Name[] | readonly FeatureName[];
export type ColumnsOf<Name extends string> = NamesOf<Name> | Exclude<Columns, readonly string[]>;
/** The names that the data do not have. A pattern may fit columns of other days. */
export type Unknown<Name extends string> = Exclude<Name, FeatureName | `${string}${'*' | '?'}${string}`>;
/** These columns; when none is named, columns that are not known here. */
export type OrAny<Name extends string> = [Name] extends [never] ? string : Name;

/** There are no such fields: they carry names to the type checker. */
declare const needed: unique symbol;
declare const made: unique symbol;

/** An operation, with the names in it that no column of the data has, and the names that it makes. */
export interface OperationOn<Needed extends string = never, Made extends string = never> extends Operation {
  readonly [needed]?: Needed;
  readonly [made]?: Made;
}

/** The same list where each operation finds the columns that it names. A list of unknown length is not looked at. */
export type Checked<
  Operations extends readonly unknown[],
  Made extends string = never,
  Done extends readonly unknown[] = readonly [],
> = string extends FeatureName
  ? Operations
  : Operations extends readonly [infer First, ...infer Rest]
    ? Checked<Rest, Made | MadeBy<First>, readonly [...Done, Found<First, Made>]>
    : Operations extends readonly []
      ? Done
      : readonly [...Done, ...Operations];

type Found<One, Made extends string> = [NeededBy<One>] extends [Made] ? One : OperationOn<FeatureName | Made, MadeBy<One>>;
type NeededBy<One> = One extends OperationOn<infer Needed, string> ? Literal<Needed> : never;
type MadeBy<One> = One extends OperationOn<string, infer Made> ? Made : never;
/** An operation from elsewhere carries no names: it needs nothing that could be checked, and may make any column. */
type Literal<Name extends string> = string extends Name ? never : Name;
