/**
 * Every key of the schema refuses what it should, with the code that belongs to the mistake, at the value: the
 * declarations give the validator, and here the values that it is tried with.
 */
import { expect, it } from 'vitest';
import type { DiagnosticCode } from '../../../src/diagnostics/codes.ts';
import type { Diagnostic } from '../../../src/diagnostics/diagnostic.ts';
import { recipeSchema } from '../../../src/recipe/generated/validate-recipe.ts';
import { locate } from '../../../src/recipe/located.ts';
import { parseYaml } from '../../../src/recipe/parse-yaml.ts';
import type { Json } from '../../../src/schema/json.ts';
import { loadMemory } from '../../support/memory-recipe.ts';
import { type SchemaKey, type Segment, schemaKeys, withValue } from '../../support/schema-keys.ts';

const KEYS = schemaKeys(recipeSchema());
const LEAST: Json = { recipe: 'regression/v1', target_col: 'price', steps: { ingest: { location: 'data/houses.csv' } } };

/** A recipe in which nothing is wrong but this value. */
function recipeWith({ path, with: beside }: SchemaKey, value: Json): { readonly text: string; readonly path: readonly Segment[] } {
  const named = path.map((segment) => (segment === 'NAME' ? 'extra' : segment));
  const needed = KEYS.filter((key) => key.path.length < path.length && key.path.every((segment, at) => segment === path[at]));
  const base = needed.reduce<Json>((made, key) => withValue(made, named.slice(0, key.path.length), merged(made, named, key)), LEAST);
  const ready = beside === undefined ? base : withValue(base, beside.path, beside.value);
  return { text: JSON.stringify(withValue(ready, named, value), null, 1), path: named };
}

/** What is there, with what must be there. */
function merged(made: Json, named: readonly Segment[], key: SchemaKey): Json {
  const there = named
    .slice(0, key.path.length)
    .reduce<Json | undefined>((at, segment) => (at as Record<string, Json> | undefined)?.[segment], made);
  const needed = key.rule['required'] === undefined ? {} : key.good[0];
  if (Array.isArray(there) || typeof key.path[key.path.length] === 'number') return there ?? [];
  return key.rule['items'] !== undefined && key.rule['properties'] === undefined
    ? (there ?? [])
    : { ...(needed as object), ...(there as object | undefined) };
}

/** What is said at a place, and what is said elsewhere. */
function saidOf(
  text: string,
  path: readonly Segment[],
  at: 'key' | 'value',
): { readonly here: readonly string[]; readonly elsewhere: readonly string[] } {
  const { tree } = parseYaml(text, 'recipe.yaml');
  if (tree === undefined) throw new Error(`no YAML: ${text}`);
  const { span: place } = locate(tree, path, at);
  const result = loadMemory({ recipe: text, data: ['data/houses.csv', 'word'] });
  const found = (result.ok ? result.warnings : result.diagnostics).filter(({ code }) => !NOTES.includes(code));
  const isHere = ({ span }: Diagnostic): boolean => span?.start === place.start && span.end === place.end;
  const told = (diagnostic: Diagnostic): string => `${diagnostic.code} ${diagnostic.message}`;
  return { here: found.filter(isHere).map(({ code }) => code), elsewhere: found.filter((one) => !isHere(one)).map(told) };
}

/** Told beside a mistake: that a key is not used here, or not yet. */
const NOTES: readonly DiagnosticCode[] = ['not-supported-yet', 'unused-key', 'open-secret'];

const nameOf = ({ path, with: beside }: SchemaKey): string =>
  `${path.join('.')}${beside === undefined ? '' : ` of ${String(beside.value)}`}`;

it('every key has values that it refuses', () => {
  expect(KEYS.length).toBeGreaterThan(150);
  expect(KEYS.filter(({ bad }) => bad.length < 3).map(nameOf)).toEqual([]);
});

it.each(KEYS.map((key) => [nameOf(key), key] as const))('%s', (_, key) => {
  const usual = new Set(key.good.flatMap((value) => saidOf(recipeWith(key, value).text, [], 'value').elsewhere));
  for (const { value, code } of key.bad) {
    const { text, path } = recipeWith(key, value);
    // A section is a step of one's own by its `using`; without that the name is what is wrong.
    const isNoStep = ['steps.NAME', 'steps.NAME.using'].includes(nameOf(key)) && code !== 'unknown-key';
    const { here, elsewhere } = isNoStep
      ? saidOf(text, path.slice(0, 2), 'key')
      : code === 'unknown-key'
        ? saidOf(text, [...path, 'no_such_key'], 'key')
        : saidOf(text, path, 'value');
    if (isNoStep) expect(here).toEqual(['unknown-key']);
    else expect([value, ...here, ...elsewhere.filter((one) => !usual.has(one))]).toEqual([value, code]);
  }
});
