import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { recipeKeys, recipeSchema, validateRecipe } from '../../../src/recipe/generated/validate-recipe.ts';
import type { Json, JsonObject } from '../../../src/schema/json.ts';

const root = join(import.meta.dirname, '../../..');
const editor = JSON.parse(readFileSync(join(root, 'schema/recipe.schema.json'), 'utf8')) as JsonObject;

const ajv = new Ajv({ strict: false });

/** Every property of the editor's schema: its path, and what the schema says of it. */
function properties(schema: Json | undefined, path = ''): readonly (readonly [string, JsonObject])[] {
  if (typeof schema !== 'object' || schema === null) return [];
  if (Array.isArray(schema)) return schema.flatMap((inner: Json) => properties(inner, path));
  const object = schema as JsonObject;
  const named = Object.entries((object['properties'] ?? {}) as JsonObject).map(
    ([name, inner]) => [`${path}.${name}`, inner as JsonObject] as const,
  );
  const rest = ['items', 'additionalProperties', 'anyOf', 'allOf', 'then'].flatMap((keyword) => properties(object[keyword], path));
  return [...named.flatMap(([name, inner]) => [[name, inner] as const, ...properties(inner, name)]), ...rest];
}

describe('the schema for editors', () => {
  it('is what the sources give', () => {
    execFileSync(process.execPath, [join(root, 'scripts/generate-schema.mjs'), '--check'], { stdio: 'pipe' });
  });

  it('is valid draft-07', () => {
    expect(editor['$schema']).toBe('http://json-schema.org/draft-07/schema#');
    expect(ajv.validateSchema(editor)).toBe(true);
  });

  it('describes every key', () => {
    const found = properties(editor);
    expect(found.length).toBeGreaterThan(100);
    expect(found.filter(([, inner]) => typeof inner['description'] !== 'string').map(([path]) => path)).toEqual([]);
  });

  it('has defaults that it accepts itself', () => {
    const refused = properties(editor).filter(([, inner]) => {
      const schema = { ...inner, definitions: editor['definitions'] };
      const values = [...('default' in inner ? [inner['default']] : []), ...((inner['examples'] ?? []) as readonly Json[])];
      return values.some((value) => !ajv.validate(schema, value));
    });
    expect(refused.map(([path]) => path)).toEqual([]);
  });

  it('accepts quoted placeholders anywhere, and still finds mistakes', () => {
    const validate = ajv.compile(editor);
    const recipe = {
      recipe: 'regression/v1',
      target_col: '{{TARGET}}',
      steps: { ingest: '{{INGEST}}', split: { split_ratios: '{{RATIOS}}' } },
    };
    expect(validate(recipe)).toBe(true);
    expect(validate({ ...recipe, steps: { ...recipe.steps, train: { using: 'linear', estimator_params: { max_leaves: 3 } } } })).toBe(
      false,
    );
    expect(validate({ ...recipe, stepz: {} })).toBe(false);
  });
});

describe('the compiled validator', () => {
  const text = readFileSync(join(root, 'src/recipe/generated/validate-recipe.ts'), 'utf8');

  it('needs no package at run time', () => {
    expect(text.match(/\brequire\(|\bimport\s*\(|from\s*['"](?=[\w@])/gu)).toBeNull();
  });

  it('agrees with its schema on the keys', () => {
    expect(recipeKeys).toEqual(Object.keys(recipeSchema()['properties'] as object));
    expect(Object.keys(editor['properties'] as object)).toEqual(recipeKeys);
  });

  it('accepts and refuses', () => {
    const recipe = { recipe: 'regression/v1', target_col: 'y', steps: { ingest: { location: 'a.csv' } } };
    expect(validateRecipe(recipe)).toBe(true);
    expect(validateRecipe({ ...recipe, extra: 1 })).toBe(false);
    expect(validateRecipe.errors?.map(({ keyword, instancePath }) => [keyword, instancePath])).toEqual([['additionalProperties', '']]);
  });
});
