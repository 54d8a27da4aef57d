/** From what a person wrote to an operation as plain data: the short form spelt out, defaults filled in, keys in the order of their declaration. */
import { describeOperationParam, takesOperationValue } from './operation-param.ts';
import { isOperationName, OPERATION_NAMES, type OperationData, type OperationName, type OperationOf, operationSpec } from './operations.ts';
import { shortened } from './shortened.ts';

type Given = { readonly [param: string]: unknown };

/** The values must be of the declared kinds, and the required ones there. */
export function makeOperation<Name extends OperationName>(name: Name, given: Given): OperationOf<Name> {
  const made: Record<string, unknown> = { op: name };
  for (const [param, spec] of Object.entries(operationSpec(name).params)) {
    const value = given[param] ?? spec.default;
    if (value === undefined) continue;
    made[param] = spec.kind === 'columns' ? selection(value) : value;
  }
  return made as unknown as OperationOf<Name>;
}

/** An item of `operations` that the schema accepts: a word alone, or a name with its value. */
export function readOperation(item: unknown): OperationData {
  if (typeof item === 'string') return makeOperation(item as OperationName, {});
  const [[name, value] = []] = Object.entries(item as Given) as readonly [name: OperationName, value: unknown][];
  if (name === undefined) throw new Error('an operation without a name passed the checks');
  const { short } = operationSpec(name);
  const isShort = short !== undefined && (short.only || typeof value !== 'object' || Array.isArray(value));
  return makeOperation(name, isShort ? { [short.param]: value } : (value as Given));
}

/** What is wrong with an operation that was made elsewhere, or `undefined`. */
export function operationFault(
  operation: unknown,
): { readonly message: string; readonly known?: readonly string[]; readonly found?: string } | undefined {
  const { op, ...given } = (operation ?? {}) as Given;
  if (typeof op !== 'string' || !isOperationName(op))
    return { message: `\`${shortened(String(op), 60)}\` is not an operation`, known: OPERATION_NAMES, found: String(op) };
  const { params } = operationSpec(op);
  for (const [param, value] of Object.entries(given)) {
    const spec = Object.hasOwn(params, param) ? params[param] : undefined;
    if (spec === undefined) return { message: `\`${param}\` is not a parameter of \`${op}\``, known: Object.keys(params), found: param };
    if (!takesOperationValue(spec, value))
      return {
        message: `\`${param}\` of \`${op}\` must be ${describeOperationParam(spec)}; found \`${shortened(JSON.stringify(value) ?? String(value), 60)}\``,
      };
  }
  const absent = Object.entries(params).find(([param, spec]) => spec.isRequired === true && given[param] === undefined);
  if (absent !== undefined) return { message: `\`${absent[0]}\` of \`${op}\` is missing` };
  return undefined;
}

/** One name is a list of one. */
function selection(value: unknown): unknown {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return value;
  const { except } = value as Given;
  return typeof except === 'string' ? { ...value, except: [except] } : value;
}
