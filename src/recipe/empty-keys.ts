/**
 * Keys that are not known and have no value. A key without a value counts as absent, so that an empty `evaluate:` is
 * none; but a misspelt one is a mistake all the same, and so is what a comma cuts off in `{sql: select a, b from t}`.
 */
import type { JsonObject } from '../schema/json.ts';
import type { LocatedNode } from './located.ts';
import type { Violation } from './validator.ts';

/** `rule` is called for the schema, and only where some key has no value. */
export function unknownEmptyKeys(tree: LocatedNode, rule: () => JsonObject): readonly Violation[] {
  return hasEmptyKey(tree) ? below(tree, rule(), { instancePath: '', schemaPath: '#' }) : [];
}

function hasEmptyKey(node: LocatedNode): boolean {
  if (node.kind === 'list') return node.items.some(hasEmptyKey);
  if (node.kind !== 'map') return false;
  return [...node.entries.values()].some(({ value }) => isEmpty(value) || hasEmptyKey(value));
}

function isEmpty(node: LocatedNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}

function below(node: LocatedNode, schema: JsonObject, at: Pick<Violation, 'instancePath' | 'schemaPath'>): readonly Violation[] {
  const { properties, additionalProperties, items } = schema;
  if (node.kind === 'list' && isMapping(items))
    return node.items.flatMap((item, index) =>
      below(item, items, { instancePath: `${at.instancePath}/${index}`, schemaPath: `${at.schemaPath}/items` }),
    );
  if (node.kind !== 'map' || !isMapping(properties)) return [];
  return [...node.entries].flatMap(([name, { value }]): readonly Violation[] => {
    const known = Object.hasOwn(properties, name) ? properties[name] : undefined;
    const pointer = name.replaceAll('~', '~0').replaceAll('/', '~1');
    if (isMapping(known))
      return below(value, known, {
        instancePath: `${at.instancePath}/${pointer}`,
        schemaPath: `${at.schemaPath}/properties/${pointer}`,
      });
    if (additionalProperties !== false || !isEmpty(value)) return [];
    return [
      {
        keyword: 'additionalProperties',
        instancePath: at.instancePath,
        schemaPath: `${at.schemaPath}/additionalProperties`,
        params: { additionalProperty: name },
      },
    ];
  });
}

function isMapping(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
