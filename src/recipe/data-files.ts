/** What the recipe needs to know of the disk: whether a location exists, and what lies beside it. */
import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Format } from './vocabulary.ts';

export interface DataFiles {
  kind(path: string): 'file' | 'folder' | undefined;
  /** Names in a folder, in code-unit order; none when it cannot be read. */
  names(path: string): readonly string[];
  /** The same with what each is. Links to folders are no folders. Absent: `kind` is asked of each. */
  entries?(path: string): readonly Entry[];
  /**
   * At most `length` bytes of a file; a negative `from` counts from its end. `undefined` when it cannot be
   * read. Where this is absent, nothing is said of what files hold.
   */
  read?(path: string, from: number, length: number): FilePart | undefined;
}

export interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
}

export interface FilePart {
  readonly bytes: Uint8Array;
  readonly fileSize: number;
}

/** The files of a folder that a reader takes. */
export const FILE_ENDINGS: Readonly<Record<Format, readonly string[]>> = {
  csv: ['.csv', '.csv.gz'],
  tsv: ['.tsv', '.tsv.gz', '.tab'],
  parquet: ['.parquet'],
  json: ['.json', '.json.gz'],
  ndjson: ['.ndjson', '.jsonl', '.ndjson.gz', '.jsonl.gz'],
};

/** The files of a folder that hold databases of SQLite. */
export const SQLITE_ENDINGS: readonly string[] = ['.db', '.sqlite', '.sqlite3'];

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
  entries(path) {
    try {
      const found = readdirSync(path, { withFileTypes: true }).map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }));
      return found.sort((a, b) => (a.name < b.name ? -1 : 1));
    } catch {
      return [];
    }
  },
  read(path, from, length) {
    let descriptor: number | undefined;
    try {
      descriptor = openSync(path, 'r');
      const { size } = fstatSync(descriptor);
      const start = from < 0 ? Math.max(0, size + from) : from;
      const bytes = Buffer.alloc(Math.max(0, Math.min(length, size - start)));
      let filled = 0;
      while (filled < bytes.length) {
        const read = readSync(descriptor, bytes, filled, bytes.length - filled, start + filled);
        if (read === 0) break;
        filled += read;
      }
      return { bytes: bytes.subarray(0, filled), fileSize: size };
    } catch {
      return undefined;
    } finally {
      if (descriptor !== undefined) closeSync(descriptor);
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

export function entriesOf(files: DataFiles, folder: string): readonly Entry[] {
  return files.entries?.(folder) ?? files.names(folder).map((name) => ({ name, isFolder: files.kind(join(folder, name)) === 'folder' }));
}
