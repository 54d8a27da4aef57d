/** Whatever stands in `steps.transform.operations`: it is read as the same data again, or told at its place. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { operationFault, readOperation } from '../../src/schema/make-operation.ts';
import { type OperationParam, SELECTED_TYPES } from '../../src/schema/operation-param.ts';
import { OPERATION_NAMES, type OperationData, operationSpec } from '../../src/schema/operations.ts';
import { writeOperation } from '../../src/schema/write-operation.ts';
import { loadMemory } from '../support/memory-recipe.ts';

function load(operations: unknown): ReturnType<typeof loadMemory> {
  const recipe = { recipe: 'regression/v1', target_col: 'price', steps: { ingest: { location: 'data.csv' }, transform: { operations } } };
  return loadMemory({ recipe: JSON.stringify(recipe, null, 1), data: ['data.csv'] });
}

const name = fc.string({ minLength: 1, maxLength: 8 }).filter((text) => text.trim() !== '');
const names = fc.uniqueArray(name, { minLength: 1, maxLength: 3 });

function someValue(spec: OperationParam): fc.Arbitrary<unknown> {
  switch (spec.kind) {
    case 'columns':
      return fc.oneof(names, fc.record({ type: fc.constantFrom(...SELECTED_TYPES), except: names }, { requiredKeys: ['type'] }));
    case 'column':
    case 'string':
      return name;
    case 'expressions':
      return fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.constantFrom('a + 1', 'lower(s)', '"x y"'), { minKeys: 1, maxKeys: 2 });
    case 'choice':
      return fc.constantFrom(...spec.choices);
    case 'choices':
      return fc.subarray([...spec.choices], { minLength: 1 });
    case 'boolean':
      return fc.boolean();
    case 'numbers':
      return fc.constant([1, 2.5, 4]);
    case 'value':
      return fc.oneof(fc.integer(), name);
    default: {
      const least = spec.minimum ?? (spec.exclusiveMinimum ?? 0) + 1;
      return fc.integer({ min: least, max: Math.min(spec.maximum ?? least + 50, least + 50) });
    }
  }
}

const operation = fc.constantFrom(...OPERATION_NAMES).chain((op) => {
  const { params } = operationSpec(op);
  const required = Object.keys(params).filter((param) => params[param]?.isRequired === true);
  const values = fc.record(Object.fromEntries(Object.entries(params).map(([param, spec]) => [param, someValue(spec)])), {
    requiredKeys: required,
  });
  return values.map((given) => readOperation(writeOperation({ op, ...given } as OperationData)));
});

describe('operations', () => {
  test('that are good are read, and written as the same', () => {
    fc.assert(
      fc.property(fc.array(operation, { minLength: 1, maxLength: 4 }), (operations): void => {
        expect(operations.map(operationFault).filter(Boolean)).toEqual([]);
        const loaded = load(operations.map(writeOperation));
        const isTogether = ({ message }: { readonly message: string }): boolean =>
          /^`(?:strategy|fill_value)/.test(message) || / not there any more/.test(message);
        if (!loaded.ok) expect(loaded.diagnostics.filter((one) => one.severity === 'error' && !isTogether(one))).toEqual([]);
        else {
          const { transform } = loaded.value.recipe.steps;
          expect(transform.using === 'operations' && transform.operations).toEqual(operations);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('that are anything at all are told at a place, and never stop the program', () => {
    const key = fc.constantFrom<string>(...OPERATION_NAMES, 'columns', 'type', 'except', 'strategy', '__proto__', 'no');
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom('', 'impute', 'drop', '*', 'a', 3, true, null),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(key, tie('value'), { maxKeys: 2 }),
      ),
    }));
    fc.assert(
      fc.property(value, (operations): void => {
        const loaded = load(operations);
        if (!loaded.ok) for (const { span, message } of loaded.diagnostics) expect([message, span?.file]).toEqual([message, 'recipe.yaml']);
      }),
      { numRuns: 150 },
    );
  });
});
