/** What is checked apart from the compiled validator is checked as that would. */
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { recipeSchema } from '../../src/recipe/generated/validate-recipe.ts';
import { APART, violationsOf } from '../../src/recipe/shape.ts';
import type { JsonObject } from '../../src/schema/json.ts';
import { schemaKeys, withValue } from '../support/schema-keys.ts';

const list = APART.reduce((at, name) => (at['properties'] as JsonObject)[name] as JsonObject, recipeSchema());
const validate = new Ajv({ allErrors: true, messages: false, strict: false }).compile(list);
/** In no order, and without the word that a branch of a condition failed. */
const lines = (found: readonly { keyword: string; instancePath: string; schemaPath: string; params: object }[]) =>
  found
    .filter(({ keyword }) => keyword !== 'if')
    .map(({ keyword, instancePath, schemaPath, params }) => {
      const { additionalProperty, missingProperty } = params as Record<string, unknown>;
      return `${schemaPath} ${keyword} at ${instancePath} ${additionalProperty ?? missingProperty ?? ''}`;
    })
    .sort();

function expectSame(value: unknown): void {
  validate(value);
  expect(lines(violationsOf(value, list, { instancePath: '', schemaPath: '#' }))).toEqual(lines(validate.errors ?? []));
}

test('every bad and every good value of every key', () => {
  const keys = schemaKeys(list);
  expect(keys.length).toBeGreaterThan(30);
  for (const { path, good, bad } of keys)
    for (const value of [...good, ...bad.map((one) => one.value)]) expectSame(withValue([], path, value));
});

test('anything at all', () => {
  const names = [...new Set(schemaKeys(list).flatMap(({ path }) => path))].filter((name) => typeof name === 'string');
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom('', ' ', 'impute', 'drop', 'median', 'a/b~c', 3, 0.5, -1, true, null),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...names, 'a/b~c', '__proto__'), tie('value'), { maxKeys: 3 }),
    ),
  }));
  fc.assert(
    fc.property(value, (any): void => expectSame(any)),
    { numRuns: 300 },
  );
});
