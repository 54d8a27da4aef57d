/** Recipes and profiles made from the schema: right and wrong values at any of its keys. */
import { recipeSchema } from '../../../src/recipe/generated/validate-recipe.ts';
import type { Json, JsonObject } from '../../../src/schema/json.ts';
import { type SchemaKey, type Segment, schemaKeys, withValue } from '../schema-keys.ts';
import { anyText, NAMES, piece } from './pieces.ts';
import type { Random } from './random.ts';

const KEYS: readonly SchemaKey[] = schemaKeys(recipeSchema());

const LEAST: Json = { recipe: 'regression/v1', target_col: 'price', steps: { ingest: { location: 'data/houses.csv' } } };

export function document(random: Random): string {
  let made: Json = random.chance(85) ? LEAST : {};
  const wrong = random.pick([0, 0, 0, 0, 5, 15, 60]);
  for (let left = random.below(14); left > 0; left--) {
    const key = random.pick(KEYS);
    const isWrong = random.chance(wrong);
    const name = random.pick(isWrong ? NAMES : ['extra', 'id', 'rows']);
    const path = key.path.map((segment) => (segment === 'NAME' ? name : segment));
    if (!isWrong) for (const needed of neededBy(key)) made = withMissing(made, path.slice(0, needed.path.length), needed.good[0] ?? null);
    if (key.with !== undefined) made = withValue(made, key.with.path, key.with.value);
    made = withValue(made, path, value(random, key, isWrong));
  }
  if (random.chance(80)) for (const [section, needed] of COMPANIONS) if (has(made, section)) made = withMissing(made, section, needed);
  return written(made, random);
}

/** What a section needs although the schema does not say so. */
const COMPANIONS: readonly (readonly [readonly string[], Json])[] = [
  [['steps', 'ingest_scoring'], { location: 'data/houses.csv' }],
  [['steps', 'predict'], { output: { using: 'csv', location: 'out.csv' } }],
  [['steps', 'predict', 'output'], { using: 'csv', location: 'out.csv' }],
  [['cache'], { user: 'ann', password: 'p', access_key_id: 'k', secret_access_key: 's' }],
];

function has(made: Json, path: readonly Segment[]): boolean {
  const at = path.reduce<unknown>((below, segment) => (below as Record<Segment, unknown> | undefined)?.[segment], made);
  return typeof at === 'object' && at !== null && !Array.isArray(at);
}

/** A key of the schema and a value for it, as an argument of `--set`. */
export function assignment(random: Random): string {
  const key = random.pick(KEYS);
  const path = key.path.map((segment) => (segment === 'NAME' ? 'extra' : segment));
  return `${path.join('.')}=${JSON.stringify(value(random, key, random.chance(20)))}`;
}

/** The mappings that it lies in and that must have keys. */
function neededBy({ path }: SchemaKey): readonly SchemaKey[] {
  return KEYS.filter(
    (key) => key.rule['required'] !== undefined && key.path.length < path.length && key.path.every((one, at) => one === path[at]),
  );
}

/** What is there already stays. */
function withMissing(made: Json, path: readonly Segment[], needed: Json): Json {
  return Object.entries(needed ?? {}).reduce((all, [name, inner]) => {
    const at = [...path, name].reduce<unknown>((below, segment) => (below as Record<Segment, unknown> | undefined)?.[segment], all);
    return at === undefined ? withValue(all, [...path, name], inner as Json) : all;
  }, made);
}

function value(random: Random, key: SchemaKey, isWrong: boolean): Json {
  if (!isWrong) return random.pick(key.good);
  if (random.chance(70) && key.bad.length > 0) return random.pick(key.bad).value;
  return anyJson(random, 4);
}

export function anyJson(random: Random, depth: number): Json {
  switch (random.below(depth > 0 ? 10 : 7)) {
    case 0:
      return null;
    case 1:
      return random.chance(50);
    case 2:
      return random.between(-3, 300);
    case 3:
      return random.pick([0.5, -1e308, 1e21, 5e-324, 4_294_967_296, 2 ** 53 + 1, -0]);
    case 4:
      return anyText(random, 20);
    case 5:
      return piece(random);
    case 6:
      return random.pick(NAMES);
    case 7:
      return random.many(random.below(4), () => anyJson(random, depth - 1));
    default: {
      // Through entries: an assignment to `__proto__` would be none.
      const names = random.many(random.below(4), () => (random.chance(50) ? random.pick(NAMES) : piece(random)));
      return Object.fromEntries(names.map((name) => [name, anyJson(random, depth - 1)])) as JsonObject;
    }
  }
}

/** As one of the ways in which people write YAML. */
function written(value: Json, random: Random): string {
  const style = random.below(4);
  if (style === 0) return JSON.stringify(value, null, 2);
  if (style === 1) return JSON.stringify(value);
  return `${block(value, '', random)}\n`;
}

function block(value: Json, indent: string, random: Random): string {
  if (Array.isArray(value)) {
    if (value.length === 0 || random.chance(40)) return JSON.stringify(value);
    return (value as readonly Json[]).map((item) => `\n${indent}- ${block(item, `${indent}  `, random)}`).join('');
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value as JsonObject);
    if (entries.length === 0 || random.chance(15)) return JSON.stringify(value);
    const lines = entries.map(([name, inner]) => `\n${indent}${scalar(name, random)}: ${block(inner, `${indent}  `, random)}`);
    return indent === '' ? lines.join('').slice(1) : lines.join('');
  }
  return scalar(value, random);
}

function scalar(value: Json, random: Random): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  if (/^[\w/.-]+$/u.test(value) && !/^[-.\d]/u.test(value) && random.chance(80)) return value;
  return random.chance(85) ? JSON.stringify(value) : value;
}
