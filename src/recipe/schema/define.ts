/** Small pieces of JSON Schema (draft-07), so that the tables beside this file read as tables. */
import type { Json, JsonObject } from '../../schema/json.ts';

/** What an editor shows at a key. */
export interface Notes {
  readonly default?: Json;
  readonly examples?: readonly Json[];
}

/** Texts of blanks alone are refused. As a pattern: `minLength` would bring a helper of ajv into the validator. */
export const NOT_BLANK = '\\S';

export function text(description: string, notes: Notes = {}): JsonObject {
  return { type: 'string', pattern: NOT_BLANK, description, ...notes };
}

export function character(description: string, notes: Notes = {}): JsonObject {
  return { type: 'string', pattern: '^.$', description, ...notes };
}

export function flag(description: string, fallback?: boolean): JsonObject {
  return { type: 'boolean', description, ...(fallback !== undefined && { default: fallback }) };
}

export function choice(choices: readonly string[], description: string, notes: Notes = {}): JsonObject {
  return { type: 'string', enum: choices, description, ...notes };
}

export function integer(description: string, bounds: JsonObject, notes: Notes = {}): JsonObject {
  return { type: 'integer', ...bounds, description, ...notes };
}

export function number(description: string, bounds: JsonObject = {}, notes: Notes = {}): JsonObject {
  return { type: 'number', ...bounds, description, ...notes };
}

/** A path, or several. */
export function textOrList(description: string, notes: Notes = {}): JsonObject {
  return {
    type: ['string', 'array'],
    pattern: NOT_BLANK,
    minItems: 1,
    items: { type: 'string', pattern: NOT_BLANK },
    description,
    ...notes,
  };
}

/** A scalar, or several. */
export function values(description: string, notes: Notes = {}): JsonObject {
  const scalar = { type: ['string', 'number', 'boolean'], pattern: NOT_BLANK };
  return { ...scalar, type: [...scalar.type, 'array'], minItems: 1, items: scalar, description, ...notes };
}

export function list(items: JsonObject, description: string, notes: JsonObject = {}): JsonObject {
  return { type: 'array', items, description, ...notes };
}

/** A mapping with exactly these keys. */
export function mapping(properties: JsonObject, description: string, rest: JsonObject = {}): JsonObject {
  return { type: 'object', additionalProperties: false, properties, description, ...rest };
}

/** A mapping with free names. */
export function named(values: JsonObject, description: string, notes: Notes = {}): JsonObject {
  return { type: 'object', additionalProperties: values, description, ...notes };
}
