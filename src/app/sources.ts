/** The data files that `steps.ingest` names, in the order in which they are read. */
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isAddress, partsOfAddress, shownAddress } from '../recipe/address.ts';
import { diskFiles } from '../recipe/data-files.ts';
import { locateFiles } from '../recipe/data-locations.ts';
import { isPattern, splitPattern } from '../recipe/file-pattern.ts';
import { bytesPath, keptFile } from './kept-data.ts';

export interface DataFile {
  /** Bytes of another machine that are not here yet. */
  readonly isAwaited?: true;
  /** Absolute. */
  readonly path: string;
  /** As a person would name it: relative to the root, with forward slashes, unless it lies elsewhere. */
  readonly label: string;
}

/**
 * A folder stands for its files with one of these endings, a pattern for what matches it, both in
 * code-unit order. A file that a pattern brings is read once, however many locations name it.
 */
export function dataFiles(
  root: string,
  locations: readonly string[],
  endings: readonly string[],
  /** A location that came from outside → how the recipe writes it, which is all that may be shown. */
  written: ReadonlyMap<string, string> = new Map(),
): readonly DataFile[] {
  const files: DataFile[] = [];
  const seen = new Set<string>();
  const matched = new Set<string>();
  for (const location of locations) {
    if (isAddress(location)) {
      files.push(remoteFile(root, location, written));
      continue;
    }
    const path = location.startsWith('file:') ? fileURLToPath(location) : resolve(root, location);
    const shown = written.get(location);
    const found = locateFiles(path, endings, diskFiles);
    // One that is not there stays, so that whoever reads it can say so.
    const members = found.kind === 'missing' ? [{ path, rest: '' }] : found.files;
    for (const file of members) {
      if (found.kind === 'pattern' ? seen.has(file.path) : matched.has(file.path)) continue;
      seen.add(file.path);
      if (found.kind === 'pattern') matched.add(file.path);
      files.push(shown === undefined ? describe(root, file.path) : { path: file.path, label: shownLabel(shown, file.rest) });
    }
  }
  return files;
}

/** The kept bytes of an address. */
function remoteFile(root: string, location: string, written: ReadonlyMap<string, string>): DataFile {
  const kept = keptFile(root, location);
  const label = remoteLabel(location, written);
  return kept === undefined ? { path: bytesPath(root, location, 'awaited'), label, isAwaited: true } : { path: kept.path, label };
}

/** An address as it may be shown. */
export function remoteLabel(location: string, written: ReadonlyMap<string, string>): string {
  const { address, wanted } = partsOfAddress(location);
  const shown = shownAddress(written.get(address) ?? address);
  if (wanted === undefined) return shown;
  return `${wanted.sql === undefined ? `table ${wanted.table}` : 'a query'} of ${shown}`;
}

function shownLabel(shown: string, rest: string): string {
  if (rest === '') return shown;
  const folder = isPattern(shown) ? splitPattern(shown).folder : shown;
  return `${folder}/${rest}`;
}

function describe(root: string, path: string): DataFile {
  const label = relative(root, path);
  return { path, label: isAbsolute(label) || label.startsWith(join('..', '..', '..', '..')) ? path : label.split(sep).join('/') };
}
