/** The files that a location of data stands for: itself, those of a folder, or those that match its pattern. */
import { type DataFiles, FILE_ENDINGS } from './data-files.ts';
import { isOpenEnded, isPattern, matchingFiles, splitPattern } from './file-pattern.ts';
import type { Format } from './vocabulary.ts';

export interface LocatedFiles {
  readonly kind: 'file' | 'folder' | 'pattern' | 'missing';
  /** Absolute, with what stands behind the folder of a folder or pattern; in code-unit order. */
  readonly files: readonly LocatedFile[];
}

export interface LocatedFile {
  readonly path: string;
  /** Behind the folder, or behind what stands before the first wildcard; empty for a file that was named. */
  readonly rest: string;
}

/**
 * `path` is absolute. A folder, and a pattern whose last part is `*` or `**`, stands for the files with one of
 * the endings; all files where there are none. A file whose name holds a wildcard is taken by its name.
 */
export function locateFiles(path: string, endings: readonly string[], files: DataFiles): LocatedFiles {
  const kind = files.kind(path);
  if (kind === 'file') return { kind, files: [{ path, rest: '' }] };
  const isTaken = (name: string): boolean => endings.length === 0 || endings.some((ending) => name.endsWith(ending));
  if (kind === 'folder') {
    const names = files.names(path).filter(isTaken);
    return { kind, files: names.map((name) => ({ path: below(path, name), rest: name })) };
  }
  const pattern = path.replaceAll('\\', '/');
  if (!isPattern(pattern)) return { kind: 'missing', files: [] };
  const { folder, rest } = splitPattern(pattern);
  const found = matchingFiles(folder, rest, files).filter(
    (name) => (!isHidden(name) || isHidden(rest)) && (!isOpenEnded(rest) || isTaken(name)),
  );
  return { kind: 'pattern', files: found.map((name) => ({ path: below(folder, name), rest: name })) };
}

/** The reader for a file, or for a folder or pattern whose files agree. */
export function formatOf(path: string, files: DataFiles): Format | undefined {
  const kind = files.kind(path);
  if (kind === 'file' || (kind === undefined && !isPattern(path))) return formatOfName(path);
  const isOpen = kind === 'folder' || isOpenEnded(path.replaceAll('\\', '/'));
  if (!isOpen && formatOfName(path) !== undefined) return formatOfName(path);
  const formats = formatsOf(path, files).filter((format) => format !== undefined || !isOpen);
  return formats.length === 1 ? formats[0] : undefined;
}

/** The formats of what a folder or pattern stands for, each once; `undefined` is that of files that have none. */
export function formatsOf(path: string, files: DataFiles): readonly (Format | undefined)[] {
  return [...new Set(locateFiles(path, [], files).files.map((file) => formatOfName(file.path)))];
}

function formatOfName(path: string): Format | undefined {
  const name = path.toLowerCase();
  return (Object.keys(FILE_ENDINGS) as Format[]).find((format) => FILE_ENDINGS[format].some((ending) => name.endsWith(ending)));
}

/** Of a pattern, the files that another format has where its own has none. */
export function otherEndings(path: string, files: DataFiles): readonly string[] {
  const stem = path.replace(/\.[^./]*$/u, '');
  if (stem === path || stem.endsWith('/')) return [];
  return [...new Set(Object.values(FILE_ENDINGS).flat())].filter((ending) => locateFiles(`${stem}${ending}`, [], files).files.length > 0);
}

function isHidden(path: string): boolean {
  return path.startsWith('.', path.lastIndexOf('/') + 1);
}

function below(folder: string, name: string): string {
  return folder.endsWith('/') ? `${folder}${name}` : `${folder}/${name}`;
}
