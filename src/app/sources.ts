/** The data files that `steps.ingest` names, in the order in which they are read. */
import { readdirSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface DataFile {
  /** Absolute. */
  readonly path: string;
  /** As a person would name it: relative to the root, with forward slashes, unless it lies elsewhere. */
  readonly label: string;
}

/** A folder stands for its files with one of these endings, in code-unit order of their names. */
export function dataFiles(
  root: string,
  locations: readonly string[],
  endings: readonly string[],
  /** A location that came from outside → how the recipe writes it, which is all that may be shown. */
  written: ReadonlyMap<string, string> = new Map(),
): readonly DataFile[] {
  const files: DataFile[] = [];
  for (const location of locations) {
    const path = location.startsWith('file:') ? fileURLToPath(location) : resolve(root, location);
    const shown = written.get(location);
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) {
      for (const name of readdirSync(path).sort(byCodeUnit)) {
        if (endings.length === 0 || endings.some((ending) => name.endsWith(ending)))
          files.push(shown === undefined ? describe(root, join(path, name)) : { path: join(path, name), label: `${shown}/${name}` });
      }
    } else {
      files.push(shown === undefined ? describe(root, path) : { path, label: shown });
    }
  }
  return files;
}

function describe(root: string, path: string): DataFile {
  const label = relative(root, path);
  return { path, label: isAbsolute(label) || label.startsWith(join('..', '..', '..', '..')) ? path : label.split(sep).join('/') };
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
