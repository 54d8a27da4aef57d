/** The text of a file by the name that a diagnostic gives it: relative to the root of the recipe around a folder. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findRoot } from '../recipe/load.ts';

export function sourceTexts(from: string): (file: string) => string | undefined {
  const root = findRoot(from);
  return (file) => {
    try {
      return readFileSync(root === undefined ? file : join(root, file), 'utf8');
    } catch {
      return undefined;
    }
  };
}
