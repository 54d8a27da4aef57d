/** Bad files are moved out of the way and kept for a look, never served again. */
import type { FileSystem } from '../engine/ports.ts';
import type { Layout } from './layout.ts';
import { isSystemError } from './system-error.ts';

export function setAside(fs: FileSystem, layout: Layout, path: string, name: string): void {
  try {
    fs.makeFolder(layout.quarantine);
    fs.rename(path, layout.quarantined(name));
  } catch (error) {
    // A store that may only be read keeps its bad file. It is a miss all the same.
    if (!isSystemError(error)) throw error;
  }
}
