/**
 * Parameters declared as data. One declaration gives the TypeScript type, the JSON Schema, the
 * text of the reference page, the message for a bad value and the bad values that tests use.
 */

import type { Json, JsonObject } from './json.ts';
import { shortened } from './shortened.ts';

interface Described<T> {
  readonly doc: string;
  /** `undefined` means that the parameter may be absent and the code has a rule of its own, told in `doc`. */
  readonly default?: T;
}

export interface NumberParam extends Described<number> {
  readonly kind: 'number' | 'integer';
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly exclusiveMaximum?: number;
}
export interface BooleanParam extends Described<boolean> {
  readonly kind: 'boolean';
}
export interface StringParam extends Described<string> {
  readonly kind: 'string';
}
export interface ChoiceParam<C extends string> extends Described<C> {
  readonly kind: 'choice';
  readonly choices: readonly C[];
}
/** Names that the user chooses, each with a value of one kind: `{area: 1, age: -1}`. */
export interface MappingParam<P extends PlainParam> extends Described<{ readonly [name: string]: ValueOf<P> }> {
  readonly kind: 'mapping';
  /** What has these names, in the singular: `feature`. */
  readonly from: string;
  readonly to: P;
}
export type PlainParam = NumberParam | BooleanParam | StringParam | ChoiceParam<string>;
export type ParamSpec = PlainParam | MappingParam<PlainParam>;
export type ParamSpecs = { readonly [name: string]: ParamSpec };

type ValueOf<P> = P extends NumberParam
  ? number
  : P extends BooleanParam
    ? boolean
    : P extends StringParam
      ? string
      : P extends ChoiceParam<infer C>
        ? C
        : P extends MappingParam<infer V>
          ? { readonly [name: string]: ValueOf<V> }
          : never;
type Fixed<S> = { [K in keyof S]: S[K] extends { readonly default: infer D } ? (undefined extends D ? never : K) : never }[keyof S];

/** Values after defaults: a parameter with a default is always there. */
export type ParamValues<S extends ParamSpecs> = { readonly [K in Fixed<S>]: ValueOf<S[K]> } & {
  readonly [K in Exclude<keyof S, Fixed<S>>]?: ValueOf<S[K]>;
};
/** What a caller may pass: everything optional. */
export type ParamInput<S extends ParamSpecs> = { readonly [K in keyof S]?: ValueOf<S[K]> | undefined };

export interface ParamProblem {
  readonly name: string;
  /** What is wrong, with what was expected and what was found. */
  readonly message: string;
  /** The known names, when the name itself is unknown. */
  readonly known?: readonly string[];
}

/** Check values against their declarations. Returns every problem, in the order of the values' keys. */
export function checkParams(specs: ParamSpecs, values: { readonly [name: string]: unknown }): readonly ParamProblem[] {
  const problems: ParamProblem[] = [];
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) continue;
    const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
    if (spec === undefined) {
      problems.push({ name, message: `unknown parameter \`${name}\``, known: Object.keys(specs) });
      continue;
    }
    if (!takesValue(spec, value)) {
      problems.push({ name, message: `\`${name}\` must be ${describeParam(spec)}; found ${describeRefused(spec, value)}` });
    }
  }
  return problems;
}

/** Fill in defaults. The values must have passed `checkParams`. */
export function withDefaults<S extends ParamSpecs>(specs: S, values: ParamInput<S>): ParamValues<S> {
  const filled: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(specs)) {
    const value = (values as Record<string, unknown>)[name] ?? spec.default;
    if (value !== undefined) filled[name] = value;
  }
  return filled as ParamValues<S>;
}

/** The declarations as the `properties` of a JSON Schema (draft-07). */
export function paramsToJsonSchema(specs: ParamSpecs): JsonObject {
  const properties: Record<string, Json> = {};
  for (const [name, spec] of Object.entries(specs)) properties[name] = paramToJsonSchema(spec);
  return properties;
}

/** One of them. */
export function paramToJsonSchema(spec: ParamSpec): JsonObject {
  const common = { description: spec.doc, ...(spec.default !== undefined && { default: spec.default }) };
  switch (spec.kind) {
    case 'boolean':
      return { type: 'boolean', ...common };
    case 'string':
      return { type: 'string', ...common };
    case 'choice':
      return { type: 'string', enum: spec.choices, ...common };
    case 'mapping': {
      // The inner declaration has nothing to say of itself.
      const { description: _description, ...inner } = paramToJsonSchema(spec.to);
      return { type: 'object', additionalProperties: inner, ...common };
    }
    default: {
      const { minimum, exclusiveMinimum, maximum, exclusiveMaximum } = spec;
      return {
        type: spec.kind,
        ...common,
        ...(minimum !== undefined && { minimum }),
        ...(exclusiveMinimum !== undefined && { exclusiveMinimum }),
        ...(maximum !== undefined && { maximum }),
        ...(exclusiveMaximum !== undefined && { exclusiveMaximum }),
      };
    }
  }
}

/** Values that each declaration refuses; tests feed them to whoever reads the parameter. */
export function badValues(spec: ParamSpec): readonly unknown[] {
  switch (spec.kind) {
    case 'boolean':
      return ['yes', 1, null];
    case 'string':
      return [1, null, {}];
    case 'choice':
      return ['no such choice', 1, null];
    case 'mapping':
      return ['a: 1', 1, null, [1], ...badValues(spec.to).map((inner) => ({ a: inner }))];
    default: {
      const bad: unknown[] = ['ten', null, Number.NaN, true];
      if (spec.minimum !== undefined) bad.push(spec.minimum - 1);
      if (spec.exclusiveMinimum !== undefined) bad.push(spec.exclusiveMinimum);
      if (spec.maximum !== undefined) bad.push(spec.maximum + 1);
      if (spec.exclusiveMaximum !== undefined) bad.push(spec.exclusiveMaximum);
      if (spec.kind === 'integer') bad.push((spec.minimum ?? 0) + 0.5);
      return bad;
    }
  }
}

/** What the parameter accepts, in words: `an integer of at least 1`. */
export function describeParam(spec: ParamSpec): string {
  switch (spec.kind) {
    case 'boolean':
      return '`true` or `false`';
    case 'string':
      return 'a text';
    case 'choice':
      return `one of ${spec.choices.map((c) => `\`${c}\``).join(', ')}`;
    case 'mapping':
      return `a mapping from ${spec.from} to ${describeParam(spec.to)}`;
    default: {
      const noun = spec.kind === 'integer' ? 'an integer' : 'a number';
      const bounds: string[] = [];
      if (spec.minimum !== undefined) bounds.push(`at least ${spec.minimum}`);
      if (spec.exclusiveMinimum !== undefined) bounds.push(`above ${spec.exclusiveMinimum}`);
      if (spec.maximum !== undefined) bounds.push(`at most ${spec.maximum}`);
      if (spec.exclusiveMaximum !== undefined) bounds.push(`below ${spec.exclusiveMaximum}`);
      return bounds.length === 0 ? noun : `${noun} of ${bounds.join(' and ')}`.replace('of above', 'above').replace('of below', 'below');
    }
  }
}

/** The value, or of a mapping the first of its values that is refused. */
function describeRefused(spec: ParamSpec, value: unknown): string {
  if (spec.kind !== 'mapping' || !isMapping(value)) return `\`${show(value)}\``;
  const refused = Object.entries(value).find(([, inner]) => !takesValue(spec.to, inner));
  return refused === undefined ? `\`${show(value)}\`` : `\`${show(refused[1])}\` for \`${shortened(refused[0], 60)}\``;
}

export function takesValue(spec: ParamSpec, value: unknown): boolean {
  switch (spec.kind) {
    case 'boolean':
      return typeof value === 'boolean';
    case 'string':
      return typeof value === 'string';
    case 'choice':
      return typeof value === 'string' && spec.choices.includes(value);
    case 'mapping':
      return isMapping(value) && Object.values(value).every((inner) => takesValue(spec.to, inner));
    default:
      return (
        typeof value === 'number' &&
        Number.isFinite(value) &&
        (spec.kind === 'number' || Number.isInteger(value)) &&
        value >= (spec.minimum ?? Number.NEGATIVE_INFINITY) &&
        value > (spec.exclusiveMinimum ?? Number.NEGATIVE_INFINITY) &&
        value <= (spec.maximum ?? Number.POSITIVE_INFINITY) &&
        value < (spec.exclusiveMaximum ?? Number.POSITIVE_INFINITY)
      );
  }
}

function isMapping(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
  return shortened(text, 60);
}
