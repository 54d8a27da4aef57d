/**
 * Parameters of the operations of a transformer, declared as data: the plain kinds, and those that speak
 * of columns. One declaration gives type, check, schema, reference page and completion.
 */
import type { Json, JsonObject } from './json.ts';
import { badValues, describeParam, type PlainParam, paramToJsonSchema, takesValue } from './param.ts';

/** What columns hold, as a selection calls it. */
export const SELECTED_TYPES = ['number', 'boolean', 'category', 'text', 'date'] as const;
export type SelectedType = (typeof SELECTED_TYPES)[number];

/** Columns by name or by pattern, or all of a type but for some. */
export type Selection = readonly string[] | { readonly type: SelectedType; readonly except?: readonly string[] };

interface Described<T> {
  readonly doc: string;
  /** `undefined` means that it may be absent, with the rule that `doc` tells. */
  readonly default?: T;
  readonly isRequired?: true;
}
interface ColumnsParam extends Described<Selection> {
  readonly kind: 'columns';
}
/** The name of one column. */
interface ColumnParam extends Described<string> {
  readonly kind: 'column';
}
/** New columns by name, each an SQL expression over one row. */
interface ExpressionsParam extends Described<Readonly<Record<string, string>>> {
  readonly kind: 'expressions';
}
/** Some of the words. */
interface ChoicesParam extends Described<readonly string[]> {
  readonly kind: 'choices';
  readonly choices: readonly string[];
}
interface NumbersParam extends Described<readonly number[]> {
  readonly kind: 'numbers';
}
/** A number or a text. */
interface ValueParam extends Described<number | string> {
  readonly kind: 'value';
}
export type OperationParam =
  | (PlainParam & { readonly isRequired?: true })
  | ColumnsParam
  | ColumnParam
  | ExpressionsParam
  | ChoicesParam
  | NumbersParam
  | ValueParam;
export type OperationParams = { readonly [name: string]: OperationParam };

interface ValueOf {
  readonly number: number;
  readonly integer: number;
  readonly boolean: boolean;
  readonly string: string;
  readonly column: string;
  readonly columns: Selection;
  readonly expressions: Readonly<Record<string, string>>;
  readonly numbers: readonly number[];
  readonly value: number | string;
}
type Value<P> = P extends { readonly kind: 'choice'; readonly choices: readonly (infer C)[] }
  ? C
  : P extends { readonly kind: 'choices'; readonly choices: readonly (infer C)[] }
    ? readonly C[]
    : P extends { readonly kind: infer K extends keyof ValueOf }
      ? ValueOf[K]
      : never;
type Sure<P> = { [K in keyof P]: P[K] extends { readonly default: unknown } | { readonly isRequired: true } ? K : never }[keyof P];

/** Values after defaults. */
export type OperationValues<P> = { readonly [K in Sure<P>]: Value<P[K]> } & { readonly [K in Exclude<keyof P, Sure<P>>]?: Value<P[K]> };

const NAME = { type: 'string', pattern: '\\S' } as const;
const NAMES = { type: 'array', minItems: 1, items: NAME } as const;

/** The declaration as JSON Schema (draft-07). */
export function operationParamSchema(spec: OperationParam): JsonObject {
  const words = { description: spec.doc, ...(spec.default !== undefined && { default: spec.default as Json }) };
  switch (spec.kind) {
    case 'columns':
      return {
        ...selectionSchema(),
        description: `The columns by name or by a pattern with \`*\` and \`?\`, or \`{type: number}\` for all of a type. ${spec.doc}`,
      };
    case 'column':
      return { ...NAME, ...words };
    case 'expressions':
      return {
        type: 'object',
        minProperties: 1,
        additionalProperties: { ...NAME, description: 'The SQL expression of a new column.' },
        ...words,
      };
    case 'choices':
      return { type: 'array', minItems: 1, items: { type: 'string', enum: spec.choices }, ...words };
    case 'numbers':
      return { type: 'array', minItems: 1, items: { type: 'number' }, ...words };
    case 'value':
      return { type: ['number', 'string'], ...words };
    default:
      return paramToJsonSchema(spec);
  }
}

/** A name, a pattern or a list of them; or a type. */
export function selectionSchema(): JsonObject {
  return {
    ...NAMES,
    type: ['string', 'array', 'object'],
    pattern: NAME.pattern,
    additionalProperties: false,
    required: ['type'],
    properties: {
      type: {
        type: 'string',
        enum: SELECTED_TYPES,
        description: 'What the columns hold. `text` are those that `columns` gives the type `text`; `category` are all other texts.',
      },
      except: {
        ...NAMES,
        type: ['string', 'array'],
        pattern: NAME.pattern,
        description: 'Those of the type that are left as they are, by name or pattern.',
      },
    },
  };
}

/** What the parameter accepts, in words. */
export function describeOperationParam(spec: OperationParam): string {
  switch (spec.kind) {
    case 'columns':
      return 'names or patterns of columns, or a type of columns';
    case 'column':
      return 'the name of a column';
    case 'expressions':
      return 'names of new columns with an SQL expression each';
    case 'choices':
      return `a list of ${spec.choices.map((word) => `\`${word}\``).join(', ')}`;
    case 'numbers':
      return 'a list of numbers';
    case 'value':
      return 'a number or a text';
    default:
      return describeParam(spec);
  }
}

export function takesOperationValue(spec: OperationParam, value: unknown): boolean {
  switch (spec.kind) {
    case 'columns':
      return isSelection(value);
    case 'column':
      return isName(value);
    case 'expressions':
      return isRecord(value) && Object.keys(value).length > 0 && Object.values(value).every((sql) => typeof sql === 'string');
    case 'choices':
      return isListOf(value, (word) => spec.choices.includes(word as string));
    case 'numbers':
      return isListOf(value, Number.isFinite);
    case 'value':
      return typeof value === 'string' || Number.isFinite(value);
    default:
      return takesValue(spec, value);
  }
}

function isSelection(value: unknown): value is Selection {
  if (Array.isArray(value)) return value.every(isName);
  if (!isRecord(value) || Object.keys(value).some((key) => key !== 'type' && key !== 'except')) return false;
  const { type, except } = value;
  return (SELECTED_TYPES as readonly unknown[]).includes(type) && (except === undefined || isListOf(except, isName));
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isListOf(value: unknown, holds: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(holds);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Values that the declaration refuses; tests feed them to whoever reads the parameter. */
export function badOperationValues(spec: OperationParam): readonly unknown[] {
  switch (spec.kind) {
    case 'columns':
      return ['a', [1], [''], {}, { type: 'string' }, { type: 'number', only: ['a'] }, { type: 'number', except: [] }, null];
    case 'column':
      return ['', 1, ['a'], null];
    case 'expressions':
      return ['a + b', {}, { a: 1 }, ['a'], null];
    case 'choices':
      return [[], ['no such choice'], spec.choices[0], null];
    case 'numbers':
      return [[], [Number.NaN], ['1'], 1, null];
    case 'value':
      return [true, [1], Number.NaN, null];
    default:
      return badValues(spec);
  }
}
