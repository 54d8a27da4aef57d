/** A file that may be absent. Asking first and reading then would cost a call more and could be wrong in between. */
import type { FileSystem } from '../engine/ports.ts';
import { hasCode } from './system-error.ts';

export function readIfPresent(fs: FileSystem, path: string): Uint8Array | undefined {
  try {
    return fs.readFile(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}
