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
import { makeOperation } from '../../schema/make-operation.ts';
import type { Selection } from '../../schema/operation-param.ts';
import { type OperationName, type OperationOf, operationSpec } from '../../schema/operations.ts';
import type { Columns, ImputeStrategy, Operation, Pipeline } from './operation.ts';
import type { AnyName, Checked, ColumnsOf, FeatureName, NamesOf, OperationOn, OrAny, Unknown } from './operation-names.ts';
import type { DatePart, DateUnit } from './transformer.ts';

export type { Columns, ImputeStrategy, Operation, Pipeline } from './operation.ts';
export type { OperationOn } from './operation-names.ts';

/** Operations one after the other; each sees what the ones before it leave. */
export function pipeline<const Operations extends readonly Operation[]>(operations: Checked<Operations>): Pipeline {
  return { kind: 'pipeline', operations: (operations as readonly (Operation | OperationGroup)[]).flatMap(alone) };
}

/**
 * The same columns for several operations: `columns(['price_*'], [impute(), scale()])` is `impute` and then `scale`
 * of these. What an operation says of columns itself holds for it.
 */
export function columns<const Name extends AnyName = never>(
  selection: ColumnsOf<Name>,
  operations: readonly Operation[],
): OperationOn<Unknown<Name>, string> {
  const own = selectionOf(selection);
  const group: OperationGroup = {
    op: 'columns',
    operations: (operations as readonly (Operation | OperationGroup)[])
      .flatMap(alone)
      .map(({ op, ...said }) =>
        operationSpec(op).params['columns'] === undefined ? { op, ...said } : makeOperation(op, { columns: own, ...said }),
      ),
  };
  // Only `pipeline` and `columns` take it, and both take it apart.
  return group as unknown as Operation;
}

/** Operations that share their columns; `pipeline` takes them apart. */
interface OperationGroup {
  readonly op: 'columns';
  readonly operations: readonly Operation[];
}

function alone(operation: Operation | OperationGroup): readonly Operation[] {
  return operation.op === 'columns' ? operation.operations : [operation];
}

/** These columns and no others. */
export function select<const Name extends AnyName = never>(columns: ColumnsOf<Name>): OperationOn<Unknown<Name>> {
  return operation('select', { columns });
}

export function dropColumns<const Name extends AnyName = never>(...columns: NamesOf<Name>): OperationOn<Unknown<Name>> {
  return operation('drop', { columns });
}

/** Fill missing values; numeric columns unless told. `indicator` adds `<column>_missing` where training rows miss values. */
export function impute<const Name extends AnyName = never>(
  options: { readonly columns?: ColumnsOf<Name>; readonly strategy?: ImputeStrategy; readonly indicator?: boolean } = {},
): OperationOn<Unknown<Name>, `${string}_missing`> {
  const { strategy, ...rest } = options;
  return operation('impute', typeof strategy === 'object' ? { ...rest, strategy: 'constant', fillValue: strategy.constant } : options);
}

/**
 * A column of 0 and 1 for each level; text columns unless told. Levels beyond `maxLevels` (50), and those that
 * fewer training rows have than `minFrequency`, share one column.
 */
export function oneHot<const Name extends AnyName = never>(
  options: {
    readonly columns?: ColumnsOf<Name>;
    readonly maxLevels?: number;
    readonly minFrequency?: number;
    readonly handleUnknown?: OperationOf<'one_hot'>['handle_unknown'];
  } = {},
): OperationOn<Unknown<Name>, `${OrAny<Name>}_${string}`> {
  return operation('one_hot', options);
}

/** A code for each level, the most frequent first; text columns unless told. Levels beyond `maxLevels` (255) share the last code. */
export function ordinal<const Name extends AnyName = never>(
  options: {
    readonly columns?: ColumnsOf<Name>;
    readonly order?: 'frequency' | 'alphabetical';
    readonly maxLevels?: number;
    readonly minFrequency?: number;
  } = {},
): OperationOn<Unknown<Name>> {
  return operation('ordinal', options);
}

/** The mean of the target for each level, out of fold for training rows; text columns unless told. */
export function targetEncode<const Name extends AnyName = never>(
  options: { readonly columns?: ColumnsOf<Name>; readonly smooth?: number; readonly cv?: number; readonly maxLevels?: number } = {},
): OperationOn<Unknown<Name>, `${OrAny<Name>}_${string}`> {
  return operation('target_encode', options);
}

/** One of `nFeatures` (16) columns by the hash of the text; text columns unless told. */
export function featureHash<const Name extends AnyName = never>(
  options: { readonly columns?: ColumnsOf<Name>; readonly nFeatures?: number; readonly alternateSign?: boolean } = {},
): OperationOn<Unknown<Name>, `${OrAny<Name>}_hash_${number}`> {
  return operation('feature_hash', options);
}

/** The words of a text, counted in `nFeatures` (64) columns by their hash; text columns unless told. */
export function wordCounts<const Name extends AnyName = never>(
  options: { readonly columns?: ColumnsOf<Name>; readonly nFeatures?: number } = {},
): OperationOn<Unknown<Name>, `${OrAny<Name>}_word_${number}`> {
  return operation('word_counts', options);
}

/** Numbers of characters and words beside the text; text columns unless told. */
export function textLength<const Name extends AnyName = never>(
  options: { readonly columns?: ColumnsOf<Name>; readonly units?: OperationOf<'text_length'>['units'] } = {},
): OperationOn<Unknown<Name>, `${OrAny<Name>}_${'characters' | 'words'}`> {
  return operation('text_length', options);
}

/** A logarithm or the power that makes a number most even; numeric columns unless told. */
export function power<const Name extends AnyName = never>(
  options: { readonly columns?: ColumnsOf<Name>; readonly method?: OperationOf<'power'>['method'] } = {},
): OperationOn<Unknown<Name>> {
  return operation('power', options);
}

/** The interval that a number lies in; numeric columns unless told. */
export function bin<const Name extends AnyName = never>(
  options: {
    readonly columns?: ColumnsOf<Name>;
    readonly nBins?: number;
    readonly strategy?: OperationOf<'bin'>['strategy'];
    readonly edges?: readonly number[];
    readonly encode?: OperationOf<'bin'>['encode'];
  } = {},
): OperationOn<Unknown<Name>> {
  return operation('bin', options);
}

/** Brings numbers to one scale; numeric columns unless told. */
export function scale<const Name extends AnyName = never>(
  options: { readonly columns?: ColumnsOf<Name>; readonly method?: OperationOf<'scale'>['method'] } = {},
): OperationOn<Unknown<Name>> {
  return operation('scale', options);
}

/** Mean 0 and standard deviation 1 on the training rows; numeric columns unless told. */
export function standardScale<const Name extends AnyName = never>(
  options: { readonly columns?: ColumnsOf<Name> } = {},
): OperationOn<Unknown<Name>> {
  return operation('scale', { ...options, method: 'standard' });
}

/** 0 at the least and 1 at the greatest training value; numeric columns unless told. */
export function minMaxScale<const Name extends AnyName = never>(
  options: { readonly columns?: ColumnsOf<Name> } = {},
): OperationOn<Unknown<Name>> {
  return operation('scale', { ...options, method: 'min_max' });
}

/** Month, day, day of the week (1 is Monday) and the like, instead of the date; `cyclic` gives sine and cosine of each. */
export function dateParts<const Name extends AnyName = never>(
  options: { readonly columns?: ColumnsOf<Name>; readonly parts?: readonly DatePart[]; readonly cyclic?: boolean } = {},
): OperationOn<Unknown<Name>, `${OrAny<Name>}_${DatePart}${'' | '_sin' | '_cos'}`> {
  return operation('date_parts', options);
}

/** The time from one date column to another as `<to>_minus_<from>_<unit>`. Stands before `dateParts`, which takes the dates away. */
export function dateDifference<const Name extends AnyName = never>(
  from: Name | FeatureName,
  to: Name | FeatureName,
  unit: DateUnit = 'days',
): OperationOn<Unknown<Name>, `${string}_minus_${string}_${DateUnit}`> {
  return operation('date_difference', { from, to, unit });
}

/** New columns from SQL expressions over one row: `derive({ volume: 'x * y * z' })`. */
export function derive<const Expressions extends Readonly<Record<string, string>>>(
  expressions: Expressions,
): OperationOn<never, keyof Expressions & string> {
  return operation('derive', { expressions });
}

/** What becomes of the columns that no operation before was for: as `using: auto` has it, dropped, or passed on (without this). */
export function rest(how: OperationOf<'rest'>['how']): OperationOn<never, string> {
  return operation('rest', { how });
}

const TYPE_OF_KIND = { numeric: 'number', boolean: 'boolean', text: 'category', date: 'date' } as const;

/** Options are called as in TypeScript, the data as in recipe.yaml: `maxLevels` is `max_levels`. */
function operation<Name extends OperationName>(
  name: Name,
  options: { readonly columns?: Columns; readonly [option: string]: unknown },
): OperationOf<Name> {
  const { columns, ...others } = options;
  const given = Object.entries(others).map(([option, value]) => [
    option.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`),
    value,
  ]);
  return makeOperation(name, { ...Object.fromEntries(given), ...(columns !== undefined && { columns: selectionOf(columns) }) });
}

function selectionOf(columns: Columns): Selection {
  return 'kind' in columns ? { type: TYPE_OF_KIND[columns.kind] } : columns;
}
