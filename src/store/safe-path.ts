/**
 * Paths inside an output folder. An entry may come from a damaged or foreign store, so nothing in
 * it may lead out of the folder: neither by its name nor by a link on the way.
 */

import { isPortableName } from '../engine/portable-name.ts';
import type { FileSystem } from '../engine/ports.ts';

/**
 * A relative path with forward slashes whose every part is a file name on every system: an entry
 * made here may be restored on another one. So no `.` or `..`, no drive and no backslash either.
 */
export function isSafePath(path: string): boolean {
  return path.split('/').every(isPortableName);
}

/** Two of the paths that one file system takes for one file: they differ in case or in how letters are composed. */
export function findCollision(paths: readonly string[]): readonly [string, string] | undefined {
  const seen = new Map<string, string>();
  for (const path of paths) {
    const folded = path.normalize('NFC').toLowerCase();
    const other = seen.get(folded);
    if (other !== undefined) return [other, path];
    seen.set(folded, path);
  }
  return undefined;
}

/** Make a folder of ours. A link or file in the way is removed: it would lead elsewhere. */
export function makeOwnFolder(fs: FileSystem, path: string): void {
  const stat = fs.stat(path);
  if (stat?.kind === 'folder') return;
  if (stat !== undefined) fs.remove(path);
  fs.makeFolder(path);
}

/** The folders above `path` inside `root`, which exists. */
export function makeParents(fs: FileSystem, root: string, path: string): void {
  let folder = root;
  for (const part of path.split('/').slice(0, -1)) {
    folder = `${folder}/${part}`;
    makeOwnFolder(fs, folder);
  }
}

/** All files below a folder, relative to it, in code-unit order of their paths. Links and devices are refused by `undefined`. */
export function listFiles(fs: FileSystem, root: string): readonly string[] | undefined {
  const found: string[] = [];
  const walk = (prefix: string): boolean =>
    fs.readFolder(prefix === '' ? root : `${root}/${prefix}`).every((name) => {
      const path = prefix === '' ? name : `${prefix}/${name}`;
      const kind = fs.stat(`${root}/${path}`)?.kind;
      if (kind === 'folder') return walk(path);
      if (kind === 'file') found.push(path);
      return kind === 'file';
    });
  return walk('') ? found.sort() : undefined;
}
