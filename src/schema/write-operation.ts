/** An operation as a person would write it in recipe.yaml: without what holds anyway, and in the short form where there is one. */
import type { Json } from './json.ts';
import { type OperationData, operationSpec } from './operations.ts';

export function writeOperation({ op, ...values }: OperationData): Json {
  const { params, short } = operationSpec(op);
  const said = Object.entries(values as Readonly<Record<string, Json>>).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(params[name]?.default),
  );
  if (said.length === 0) return op;
  const [[name, value] = [], ...more] = said;
  const isShort = short !== undefined && more.length === 0 && name === short.param && (short.only || Array.isArray(value));
  return { [op]: isShort ? (value as Json) : (Object.fromEntries(said) as Json) };
}
