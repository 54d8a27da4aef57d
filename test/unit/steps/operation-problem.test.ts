import { expect, test } from 'vitest';
import { derive, impute, type Operation, scale } from '../../../src/data/transform/api.ts';
import { OperationError } from '../../../src/data/transform/operation-error.ts';
import type { OperationData } from '../../../src/schema/operations.ts';
import { operationProblem } from '../../../src/steps/transform/operation-problem.ts';

const OPERATIONS: readonly Operation[] = [derive({ a: 'x', b: 'y' }), scale({ columns: ['p', 'q'] }), impute({ strategy: 'mean' })];

test.each([
  [0, 'the expression of `b` cannot be computed', ['derive', 'b'], 'value'],
  [1, '`scale` cannot use the column `q`, which is text', ['scale', 'columns', 1], 'value'],
  [2, '`strategy` of `impute` must be a word', ['impute', 'strategy'], 'value'],
  [2, 'nothing here is named', ['impute'], 'key'],
  [0, 'a message may name `__proto__`', ['derive'], 'key'],
] as const)('in operation %i: %s', (index, message, path, at) => {
  const error = new OperationError({ code: 'bad-value', severity: 'error', message, hint: 'try again' }, index);
  const { problems, diagnostic } = operationProblem(error, OPERATIONS as readonly OperationData[]);
  expect(problems).toEqual([{ code: 'bad-value', message, hint: 'try again', place: { path: ['operations', index, ...path], at } }]);
  expect(diagnostic.message).toBe(message);
});
