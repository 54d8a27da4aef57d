/**
 * Checks a value against a part of the schema as the compiled validator does, with the same violations. For
 * parts that few recipes have and that are large: compiled, every command would pay for them.
 */
import type { Json, JsonObject } from '../schema/json.ts';
import type { Violation } from './validator.ts';

/** The lists that the compiled validator does not look into. */
export const APART: readonly string[] = ['steps', 'transform', 'operations'];

/** Where a value and its schema stand. */
export interface Places {
  readonly instancePath: string;
  readonly schemaPath: string;
}

/** Knows the keywords that `src/recipe/schema` uses, and no reference. */
export function violationsOf(value: unknown, schema: JsonObject, at: Places): readonly Violation[] {
  const found: Violation[] = [];
  const report = (keyword: string, params: Violation['params'] = {}): void => {
    found.push({ keyword, instancePath: at.instancePath, schemaPath: `${at.schemaPath}/${keyword}`, params });
  };
  const { type, enum: words, if: condition, then: consequence } = schema;
  const isRight = type === undefined || [type].flat().some((name) => isOfType(value, name as string));
  if (!isRight) report('type');
  if (Array.isArray(words) && !words.includes(value as Json)) report('enum', { allowedValues: words });
  if (!isRight) return found;
  if (typeof value === 'string') checkText(value, schema, report);
  else if (typeof value === 'number') checkNumber(value, schema, report);
  else if (Array.isArray(value)) found.push(...checkList(value, schema, at, report));
  else if (isMapping(value)) found.push(...checkMapping(value, schema, at, report));
  if (isMapping(condition) && isMapping(consequence) && violationsOf(value, condition as JsonObject, at).length === 0)
    found.push(...violationsOf(value, consequence as JsonObject, { ...at, schemaPath: `${at.schemaPath}/then` }));
  return found;
}

type Report = (keyword: string, params?: Violation['params']) => void;

function checkText(text: string, { pattern }: JsonObject, report: Report): void {
  if (typeof pattern === 'string' && !new RegExp(pattern, 'u').test(text)) report('pattern', { pattern });
}

function checkNumber(value: number, schema: JsonObject, report: Report): void {
  const limit = (keyword: string): number | undefined => schema[keyword] as number | undefined;
  if (value < (limit('minimum') ?? value)) report('minimum');
  if (value > (limit('maximum') ?? value)) report('maximum');
  if (value <= (limit('exclusiveMinimum') ?? Number.NEGATIVE_INFINITY)) report('exclusiveMinimum');
  if (value >= (limit('exclusiveMaximum') ?? Number.POSITIVE_INFINITY)) report('exclusiveMaximum');
}

function checkList(
  list: readonly unknown[],
  { minItems = 0, maxItems, items }: JsonObject,
  at: Places,
  report: Report,
): readonly Violation[] {
  if (list.length < (minItems as number)) report('minItems');
  if (maxItems !== undefined && list.length > (maxItems as number)) report('maxItems');
  if (!isMapping(items)) return [];
  return list.flatMap((item, index) => violationsOf(item, items as JsonObject, below(at, String(index), 'items')));
}

function checkMapping(value: Readonly<Record<string, unknown>>, schema: JsonObject, at: Places, report: Report): readonly Violation[] {
  const { properties, required, additionalProperties: others, minProperties = 0, maxProperties } = schema;
  const known = (isMapping(properties) ? properties : {}) as Readonly<Record<string, JsonObject>>;
  const names = Object.keys(value);
  if (names.length < (minProperties as number)) report('minProperties');
  if (maxProperties !== undefined && names.length > (maxProperties as number)) report('maxProperties');
  for (const name of (required ?? []) as readonly string[]) if (!Object.hasOwn(value, name)) report('required', { missingProperty: name });
  return names.flatMap((name) => {
    const rule = Object.hasOwn(known, name) ? known[name] : undefined;
    if (rule !== undefined) return violationsOf(value[name], rule, below(at, name, `properties/${escaped(name)}`));
    if (isMapping(others)) return violationsOf(value[name], others as JsonObject, below(at, name, 'additionalProperties'));
    if (others === false) report('additionalProperties', { additionalProperty: name });
    return [];
  });
}

function below({ instancePath, schemaPath }: Places, name: string, keyword: string): Places {
  return { instancePath: `${instancePath}/${escaped(name)}`, schemaPath: `${schemaPath}/${keyword}` };
}

/** As a JSON pointer has it. */
function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

function isOfType(value: unknown, type: string): boolean {
  switch (type) {
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isMapping(value);
    case 'integer':
      return Number.isInteger(value);
    case 'number':
      return Number.isFinite(value);
    default:
      return typeof value === type;
  }
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
