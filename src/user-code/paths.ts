/** Paths of user code: shown relative to the root with forward slashes, written so that no reader sees half a file. */
import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, relative, sep } from 'node:path';

export function relativePath(root: string, path: string): string {
  return relative(root, path).split(sep).join('/');
}

/** A name for the build files of a step file: readable, and different for different paths. */
export function buildName(file: string): string {
  const stem = basename(file, extname(file)).replace(/[^A-Za-z0-9_-]/g, '-');
  return `${stem}-${createHash('sha256').update(file).digest('hex').slice(0, 8)}`;
}

/** Create or replace a file by a rename, so that another process reads the old or the new one. */
export function writeWhole(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, content);
  renameSync(temporary, path);
}
