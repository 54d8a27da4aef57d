/**
 * Load functions of user code from their bundle. Only the worker does this: user code never runs
 * in the command process. What a loaded function throws arrives as a `UserCodeError`.
 */
import { pathToFileURL } from 'node:url';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';

/** Something thrown while user code was loaded or called. The place is in the stack of the cause. */
export class UserCodeError extends Error {
  readonly file: string;
  /** Absent when the file itself failed while it was loaded. */
  readonly functionName: string | undefined;

  constructor(file: string, functionName: string | undefined, cause: unknown) {
    super(`${functionName ?? 'the code'} in ${file} threw`, { cause });
    this.name = 'UserCodeError';
    this.file = file;
    this.functionName = functionName;
  }
}

export interface LoadRequest {
  /** Relative to the root, as the user knows it. */
  readonly file: string;
  readonly bundlePath: string;
  readonly functionName: string;
}

export type UserFunction = (...args: readonly never[]) => unknown;

export async function loadFunction({ file, bundlePath, functionName }: LoadRequest): Promise<UserFunction> {
  let module: Readonly<Record<string, unknown>>;
  try {
    module = (await import(pathToFileURL(bundlePath).href)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    throw new UserCodeError(file, undefined, error);
  }
  const found = Object.hasOwn(module, functionName) ? module[functionName] : undefined;
  if (typeof found !== 'function') throw new DiagnosticError(unknownFunction(file, functionName, module));
  return guarded(file, functionName, found as UserFunction);
}

/** The same function, with a name on whatever it throws. */
function guarded(file: string, functionName: string, call: UserFunction): UserFunction {
  const failed = (error: unknown): never => {
    throw new UserCodeError(file, functionName, error);
  };
  const wrapper: UserFunction = (...args) => {
    let result: unknown;
    try {
      result = call(...args);
    } catch (error) {
      return failed(error);
    }
    return isThenable(result) ? Promise.resolve(result).catch(failed) : result;
  };
  // A caller may look at how many arguments the function takes.
  return Object.defineProperties(wrapper, { name: { value: functionName }, length: { value: call.length } });
}

function unknownFunction(file: string, functionName: string, module: Readonly<Record<string, unknown>>): DiagnosticError['diagnostic'] {
  const functions = Object.keys(module).filter((name) => typeof module[name] === 'function');
  return {
    code: 'unknown-function',
    severity: 'error',
    message: `\`${file}\` does not export a function \`${functionName}\``,
    hint:
      functions.length === 0
        ? `add \`export function ${functionName}(…)\` to ${file}`
        : `it exports ${functions.map((name) => `\`${name}\``).join(', ')}`,
  };
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}
