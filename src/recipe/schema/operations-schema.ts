/** The schema of `steps.transform.operations`, from the declarations of the operations. */
import type { Json, JsonObject } from '../../schema/json.ts';
import { type OperationParams, operationParamSchema } from '../../schema/operation-param.ts';
import { OPERATION_NAMES, type OperationName, type OperationSpec, operationSpec } from '../../schema/operations.ts';
import { list, mapping } from './define.ts';

/** Operations that need nothing to be said: the word alone will do. */
const WORDS = OPERATION_NAMES.filter((name) => Object.values(operationSpec(name).params).every(({ isRequired }) => isRequired !== true));

const byName = Object.fromEntries(OPERATION_NAMES.map((name) => [name, operation(name)]));

export const operations: JsonObject = list(
  {
    ...mapping(byName, 'An operation: its name alone, or with its parameters.', { minProperties: 1, maxProperties: 1 }),
    type: ['string', 'object'],
    if: { type: 'string' },
    // biome-ignore lint/suspicious/noThenProperty: `then` is a keyword of JSON Schema; this is no promise
    then: { enum: WORDS },
    examples: ['impute', { scale: { columns: { type: 'number' } } }],
  },
  'What makes features of the columns, one operation after the other; each sees what the ones before it leave. All is learned on the training rows. The same as `pipeline([…])` in `steps/transform.ts`.',
  {
    minItems: 1,
    examples: [
      [
        { impute: { columns: { type: 'number' }, strategy: 'median' } },
        { one_hot: { columns: ['region'], max_levels: 20 } },
        { rest: 'auto' },
      ],
    ],
  },
);

function operation(name: OperationName): JsonObject {
  const { doc, params, short } = operationSpec(name);
  if (short?.only === true) return { ...operationParamSchema(params[short.param] as OperationSpec['params'][string]), description: doc };
  return withShortForm(mapping(schemasOf(params), doc, requiredOf(params)), short === undefined ? undefined : params[short.param]);
}

/** A name or a list of names stands for `columns`. */
function withShortForm(long: JsonObject, param: OperationParams[string] | undefined): JsonObject {
  if (param === undefined) return long;
  const { pattern, minItems, items } = operationParamSchema(param);
  return {
    ...long,
    type: ['string', 'array', 'object'],
    ...(pattern !== undefined && { pattern }),
    ...(minItems !== undefined && { minItems }),
    ...(items !== undefined && { items }),
  };
}

function schemasOf(params: OperationParams): JsonObject {
  return Object.fromEntries(Object.entries(params).map(([name, spec]) => [name, operationParamSchema(spec)]));
}

function requiredOf(params: OperationParams): JsonObject {
  const required: readonly Json[] = Object.entries(params).flatMap(([name, { isRequired }]) => (isRequired === true ? [name] : []));
  return required.length === 0 ? {} : { required };
}
