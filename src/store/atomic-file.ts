/** Files that others either see whole or not at all: written under another name, then renamed. */
import { dirname } from 'node:path';
import type { FileSystem } from '../engine/ports.ts';

export interface AtomicOptions {
  /** A path on the same file system that nobody else writes to. */
  readonly draft: string;
  /** Whether the file must survive a loss of power from now on. */
  readonly durable: boolean;
}

export function writeAtomically(fs: FileSystem, path: string, bytes: Uint8Array, { draft, durable }: AtomicOptions): void {
  fs.makeFolder(dirname(path));
  try {
    fs.writeFile(draft, bytes, { durable });
    fs.rename(draft, path);
  } catch (error) {
    fs.remove(draft);
    throw error;
  }
  if (durable) fs.syncFolder(dirname(path));
}
