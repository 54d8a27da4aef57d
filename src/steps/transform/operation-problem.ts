/** A mistake that shows when an operation of the recipe is fitted, at its place there: the name or parameter that the message speaks of, else the operation. */
import type { OperationError } from '../../data/transform/operation-error.ts';
import type { OperationData } from '../../schema/operations.ts';
import { StepProblems } from '../problem.ts';

type Path = readonly (string | number)[];

export function operationProblem({ diagnostic, index }: OperationError, operations: readonly OperationData[]): StepProblems {
  const { code, message, hint } = diagnostic;
  const { op, ...values } = operations[index] as OperationData;
  const named = [...message.matchAll(/`([^`]+)`/g)].map(([, name]) => name as string);
  const inside = placeIn(values, named);
  const place = { path: ['operations', index, op, ...(inside ?? [])], at: inside === undefined ? ('key' as const) : ('value' as const) };
  return new StepProblems([{ code, message, place, ...(hint !== undefined && { hint }) }], message);
}

/** Below the operation, as its long form has it. */
function placeIn(values: Readonly<Record<string, unknown>>, named: readonly string[]): Path | undefined {
  for (const name of named) {
    for (const [param, value] of Object.entries(values)) {
      if (param === 'expressions' && Object.hasOwn(value as object, name)) return [name];
      if (value === name || param === name) return [param];
      const at = Array.isArray(value) ? value.indexOf(name) : -1;
      if (at >= 0) return [param, at];
    }
  }
  return undefined;
}
