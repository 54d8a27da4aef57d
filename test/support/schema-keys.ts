/**
 * Every key that the schema of a recipe has, with values that it takes and values that it refuses: derived
 * from the declarations that also give the validator, the types, the reference page and what editors propose.
 */
import type { DiagnosticCode } from '../../src/diagnostics/codes.ts';
import type { Json, JsonObject } from '../../src/schema/json.ts';

export type Segment = string | number;

export interface SchemaKey {
  /** As in a recipe; free names are `NAME`, items of a list are 0. */
  readonly path: readonly Segment[];
  readonly rule: JsonObject;
  readonly good: readonly Json[];
  readonly bad: readonly BadValue[];
  /** What must stand beside it for the rule to hold, such as the estimator that has this parameter. */
  readonly with?: { readonly path: readonly Segment[]; readonly value: Json };
}

export interface BadValue {
  readonly value: Json;
  readonly code: DiagnosticCode;
}

export function schemaKeys(schema: JsonObject): readonly SchemaKey[] {
  return keysBelow(schema, []);
}

function keysBelow(rule: JsonObject, path: readonly Segment[]): readonly SchemaKey[] {
  const named = Object.entries(object(rule['properties'])).map(([name, inner]) => [name, inner] as const);
  const free = isObject(rule['additionalProperties']) ? [['NAME', rule['additionalProperties']] as const] : [];
  const items = isObject(rule['items']) ? [[0, rule['items']] as const] : [];
  const below = [...named, ...free, ...items].flatMap(([segment, inner]) => keyAt(object(inner), [...path, segment]));
  return [...below, ...conditional(rule, path)];
}

function keyAt(rule: JsonObject, path: readonly Segment[]): readonly SchemaKey[] {
  return [{ path, rule, good: goodValues(rule), bad: badValues(rule, path) }, ...keysBelow(rule, path)];
}

/** Rules of the form "when `using` is this word, `estimator_params` has these keys". */
function conditional(rule: JsonObject, path: readonly Segment[]): readonly SchemaKey[] {
  return list(rule['allOf']).flatMap((branch) => {
    const word = wordOf(object(object(branch)['if']));
    return keysBelow(object(object(branch)['then']), path)
      .filter((key) => key.path.length > path.length + 1)
      .map((key) => ({ ...key, ...(word !== undefined && { with: { path: [...path, 'using'], value: word } }) }));
  });
}

function wordOf(condition: JsonObject): Json | undefined {
  const word = object(object(condition['properties'])['using'])['const'];
  if (word !== undefined) return word;
  return list(condition['anyOf'])
    .map((branch) => wordOf(object(branch)))
    .find((found) => found !== undefined);
}

function typesOf(rule: JsonObject): readonly Json[] {
  return Array.isArray(rule['type']) ? rule['type'] : [rule['type'] ?? 'any'];
}

function goodValues(rule: JsonObject): readonly Json[] {
  const told = [...list(rule['enum']), ...list(rule['examples']), ...('default' in rule ? [rule['default'] as Json] : [])];
  return told.length > 0 ? told : typesOf(rule).flatMap((type) => someOf(type, rule));
}

function someOf(type: Json, rule: JsonObject): readonly Json[] {
  switch (type) {
    case 'string':
      return [rule['pattern'] === '^.$' ? ';' : 'word'];
    case 'boolean':
      return [true, false];
    case 'integer':
      return [bound(rule, 'minimum') ?? 1];
    case 'number':
      return [bound(rule, 'maximum') ?? (bound(rule, 'exclusiveMinimum') ?? bound(rule, 'minimum') ?? 0) + 0.5];
    case 'array':
      return [[...Array.from({ length: bound(rule, 'minItems') ?? 1 }, () => goodValues(object(rule['items']))[0] ?? 1)]];
    case 'object':
      return [required(rule)];
    default:
      return ['word', 1];
  }
}

/** A mapping with what it must have. */
function required(rule: JsonObject): JsonObject {
  const properties = object(rule['properties']);
  return Object.fromEntries(list(rule['required']).map((name) => [String(name), goodValues(object(properties[String(name)]))[0] ?? 1]));
}

/** One or more of each kind that the rule does not take. */
function badValues(rule: JsonObject, path: readonly Segment[]): readonly BadValue[] {
  const types = typesOf(rule);
  const takes = (...wanted: readonly string[]): boolean => wanted.some((type) => types.includes(type) || types.includes('any'));
  const isRecipe = path.length === 1 && path[0] === 'recipe';
  const wrong = (value: Json): BadValue => ({ value, code: isRecipe ? 'unknown-recipe' : 'wrong-type' });
  const outside = (value: Json): BadValue => ({ value, code: isRecipe ? 'unknown-recipe' : 'bad-value' });
  const bad: BadValue[] = [];
  if (!takes('string')) bad.push(wrong('ten'));
  if (!takes('boolean')) bad.push(wrong(true));
  if (!takes('number', 'integer')) bad.push(wrong(12));
  if (takes('integer') && !takes('number')) bad.push(wrong((bound(rule, 'minimum') ?? 0) + 0.5));
  if (!takes('array')) bad.push(wrong([1, 2]), wrong([]));
  if (!takes('object')) bad.push(wrong({ a: 1 }));
  if (takes('string') && rule['enum'] !== undefined) bad.push(outside('no such word'), { value: ' ', code: 'fill-me-in' });
  if (takes('string') && rule['pattern'] === '\\S') bad.push({ value: '', code: 'fill-me-in' }, { value: ' \t', code: 'fill-me-in' });
  if (takes('string') && rule['pattern'] === '^.$') bad.push(outside('ab'));
  if (takes('array') && (bound(rule, 'minItems') ?? 0) > 0) bad.push(outside([]));
  for (const [name, step] of [
    ['minimum', -1],
    ['exclusiveMinimum', 0],
    ['maximum', 1],
    ['exclusiveMaximum', 0],
  ] as const) {
    const limit = bound(rule, name);
    if (limit !== undefined) bad.push(outside(limit + step));
  }
  if (takes('object') && rule['additionalProperties'] === false)
    bad.push({ value: { ...required(rule), no_such_key: 1 }, code: 'unknown-key' });
  return bad;
}

function bound(rule: JsonObject, name: string): number | undefined {
  const value = rule[name];
  return typeof value === 'number' ? value : undefined;
}

/** A document with one more value. What stands on the way as anything but a mapping or a list is replaced. */
export function withValue(document: Json, path: readonly Segment[], value: Json): Json {
  const [segment, ...rest] = path;
  if (segment === undefined) return value;
  if (typeof segment === 'number') {
    const items = Array.isArray(document) ? [...(document as readonly Json[])] : [];
    items[segment] = withValue(items[segment] ?? null, rest, value);
    return items;
  }
  const below = isObject(document) ? document : {};
  return { ...below, [segment]: withValue(below[segment] ?? null, rest, value) };
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function object(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}
