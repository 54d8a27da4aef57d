/** The two forms that the generator derives from the one schema: for editors, and for the validator. */
import type { Json, JsonObject } from '../../schema/json.ts';
import { APART } from '../shape.ts';

type Mutable = { [key: string]: Json };

/** Keywords whose value is a map of names to schemas. */
const NAMED = ['properties'] as const;

/**
 * For editors, which see the file before placeholders are filled: every property may also be a
 * placeholder. Without quotes an editor takes `{{NAME}}` for a mapping whose only key is a mapping and has
 * no name: the second form fits that and no mapping that a person writes. It says nothing of itself,
 * since editors show the words of all forms together.
 */
export function editorSchema(schema: JsonObject): JsonObject {
  const { $schema, title, ...rest } = schema;
  const quoted = { type: 'string', pattern: '\\{\\{.*\\}\\}' };
  const unquoted = { type: 'object', minProperties: 1, additionalProperties: false };
  return {
    ...($schema !== undefined && { $schema }),
    ...(title !== undefined && { title }),
    ...withPlaceholders(rest),
    definitions: { placeholder: { anyOf: [quoted, unquoted] } },
  };
}

function withPlaceholders(schema: JsonObject): JsonObject {
  return mapSchema(schema, (inner) => {
    const { description, default: fallback, examples, ...rest } = withPlaceholders(inner);
    // A bare `const` belongs to a condition, not to a value that someone writes.
    if ('const' in rest) return inner;
    return {
      ...(description !== undefined && description !== '' && { description }),
      ...(fallback !== undefined && { default: fallback }),
      ...(examples !== undefined && { examples }),
      anyOf: [rest, { $ref: '#/definitions/placeholder' }],
    };
  });
}

/** For the validator: without the words that only people read. */
export function bareSchema(schema: JsonObject): JsonObject {
  const { description: _description, default: _default, examples: _examples, title: _title, ...rest } = mapSchema(schema, bareSchema);
  return rest;
}

/** For the compiled validator: the bare schema without the items that `check-shape.ts` looks at. */
export function compiledSchema(schema: JsonObject, path: readonly string[] = APART): JsonObject {
  const [name, ...rest] = path;
  if (name === undefined) {
    const { items: _items, ...list } = schema;
    return list;
  }
  const properties = schema['properties'] as JsonObject;
  return { ...schema, properties: { ...properties, [name]: compiledSchema(properties[name] as JsonObject, rest) } };
}

/** Apply `change` to the schemas of properties, items and free names; conditions keep their shape. */
function mapSchema(schema: JsonObject, change: (inner: JsonObject) => JsonObject): JsonObject {
  const result: Mutable = { ...schema };
  for (const keyword of NAMED) {
    const properties = schema[keyword];
    if (!isObject(properties)) continue;
    result[keyword] = Object.fromEntries(
      Object.entries(properties).map(([name, inner]) => [name, isObject(inner) ? change(inner) : inner]),
    );
  }
  for (const keyword of ['items', 'additionalProperties']) {
    const inner = schema[keyword];
    if (isObject(inner)) result[keyword] = change(inner);
  }
  for (const keyword of ['allOf', 'anyOf']) {
    const branches = schema[keyword];
    if (isList(branches)) result[keyword] = branches.map((branch) => (isObject(branch) ? mapSchema(branch, change) : branch));
  }
  for (const keyword of ['if', 'then', 'not']) {
    const branch = schema[keyword];
    if (isObject(branch)) result[keyword] = mapSchema(branch, change);
  }
  return result;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
