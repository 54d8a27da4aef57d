/** A FileSystem port whose calls fail where a test says so, as a full, locked or broken disk does. */
import type { FileSystem } from '../../src/engine/ports.ts';
import { systemError } from './memory-fs.ts';

export interface Call {
  readonly operation: keyof FileSystem;
  /** The path that the call is about; of `rename` and `copyFile` the target. */
  readonly path: string;
  /** Counted from 1 over all calls. */
  readonly number: number;
  readonly isChange: boolean;
}

const READS: ReadonlySet<string> = new Set(['stat', 'statTarget', 'readFile', 'readFolder', 'hashFile']);

/** `fault` gives the code of the error to throw, or `undefined` to let the call through. */
export function faultyFileSystem(
  inner: FileSystem,
  fault: (call: Call) => string | undefined,
): { readonly fs: FileSystem; calls(): number } {
  let number = 0;
  const fs = Object.fromEntries(
    Object.entries(inner)
      .filter(([, call]) => typeof call === 'function')
      .map(([name, call]) => [
        name,
        (...args: unknown[]) => {
          const path = String(name === 'rename' || name === 'copyFile' ? args[1] : args[0]);
          const code = fault({ operation: name as keyof FileSystem, path, number: ++number, isChange: !READS.has(name) });
          if (code !== undefined) {
            if (name === 'hashFile') return Promise.reject(systemError(code, name, path));
            throw systemError(code, name, path);
          }
          return (call as (...args: unknown[]) => unknown)(...args);
        },
      ]),
  ) as unknown as FileSystem;
  return { fs, calls: () => number };
}
