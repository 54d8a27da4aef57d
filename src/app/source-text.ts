/** The text of a file by the name that a diagnostic gives it: as it was read with the recipe, else from the disk. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findRoot } from '../recipe/load.ts';

/** `files` holds what is not on the disk as well, such as the arguments of `--set`. */
export function sourceTexts(from: string, files: ReadonlyMap<string, string> = new Map()): (file: string) => string | undefined {
  const root = findRoot(from);
  return (file) => {
    const known = files.get(file);
    if (known !== undefined) return known;
    try {
      return readFileSync(root === undefined ? file : join(root, file), 'utf8');
    } catch {
      return undefined;
    }
  };
}
