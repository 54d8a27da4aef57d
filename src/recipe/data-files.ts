/** What the recipe needs to know of the disk: whether a location exists, and what lies beside it. */
import { readdirSync, statSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FORMAT_OF_EXTENSION, type Format } from './vocabulary.ts';

export interface DataFiles {
  kind(path: string): 'file' | 'folder' | undefined;
  /** Names in a folder, in code-unit order; none when it cannot be read. */
  names(path: string): readonly string[];
}

export const diskFiles: DataFiles = {
  kind(path) {
    try {
      return statSync(path).isDirectory() ? 'folder' : 'file';
    } catch {
      return undefined;
    }
  },
  names(path) {
    try {
      return readdirSync(path).sort();
    } catch {
      return [];
    }
  },
};

/** The scheme of an address, such as `https` or `s3`; `undefined` for a path, also one with a drive letter. */
export function schemeOf(location: string): string | undefined {
  return /^([A-Za-z][A-Za-z0-9+.-]+):/u.exec(location)?.[1]?.toLowerCase();
}

/** A path as the file system takes it. `undefined` for a `file:` address that names none. */
export function localPath(location: string): string | undefined {
  if (schemeOf(location) !== 'file') return location;
  const rest = location.slice('file:'.length);
  if (!rest.startsWith('//')) return rest;
  try {
    return fileURLToPath(location);
  } catch {
    return undefined;
  }
}

/** `parquet` of `data/x.parquet`; empty without one. */
export function extensionOf(location: string): string {
  return posix.extname(location.replaceAll('\\', '/')).slice(1).toLowerCase();
}

/** The reader for a file, or for a folder whose files agree. */
export function formatOf(path: string, files: DataFiles): Format | undefined {
  if (files.kind(path) !== 'folder') return FORMAT_OF_EXTENSION.get(extensionOf(path));
  const formats = new Set(files.names(path).flatMap((name) => FORMAT_OF_EXTENSION.get(extensionOf(name)) ?? []));
  return formats.size === 1 ? [...formats][0] : undefined;
}
