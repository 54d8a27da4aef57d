/** Where the table lies that `init --data` names: its files, its format, and how the recipe will say it. */
import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { closest, listNames } from '../../diagnostics/suggest.ts';
import { diskFiles, FILE_ENDINGS, schemeOf } from '../../recipe/data-files.ts';
import { formatOf } from '../../recipe/data-locations.ts';
import type { Format } from '../../recipe/vocabulary.ts';
import { type DataFile, dataFiles } from '../sources.ts';

export interface DataLocation {
  /** As the user named it, for messages. */
  readonly shown: string;
  /** For the recipe: relative to the project, with forward slashes. */
  readonly location: string;
  readonly format: Format;
  /** The format cannot be told from the name, so the recipe must say it. */
  readonly mustSayFormat: boolean;
  readonly files: readonly DataFile[];
}

export type Located = { readonly ok: true; readonly value: DataLocation } | { readonly ok: false; readonly diagnostic: Diagnostic };

export function locateData(data: string, target: string): Located {
  const scheme = schemeOf(data);
  const path = resolve(data);
  if (diskFiles.kind(path) === undefined) {
    if (scheme !== undefined && !existsSync(path))
      return refuse(
        'not-supported-yet',
        `data at \`${scheme}:\` addresses cannot be read yet`,
        'download the data and name the local file',
      );
    const near = closest(basename(path), diskFiles.names(dirname(path)));
    const hint = near === undefined ? 'name a file or a folder; a relative path starts in the current folder' : `did you mean \`${near}\`?`;
    return refuse('file-not-found', `\`${data}\` does not exist`, hint);
  }
  const isFolder = diskFiles.kind(path) === 'folder';
  const names = isFolder ? diskFiles.names(path) : [basename(path)];
  const formats = [...new Set(names.flatMap((name) => formatByEnding(name) ?? []))];
  const [format] = formats;
  if (format === undefined || formats.length > 1) {
    if (formats.length > 1)
      return refuse(
        'unsupported-format',
        `\`${data}\` has files of several formats: ${listNames(formats)}`,
        'name one file, or a folder whose files agree',
      );
    const endings = listNames(Object.values(FILE_ENDINGS).flat(), 20, 'or');
    const what = isFolder ? `no file in \`${data}\` has an ending that is known` : `the format of \`${data}\` cannot be told from its name`;
    return refuse('unsupported-format', what, `the endings are ${endings}`);
  }
  return {
    ok: true,
    value: {
      shown: data,
      location: shownLocation(target, path),
      format,
      mustSayFormat: formatOf(path, diskFiles) !== format,
      files: dataFiles(dirname(path), [path], FILE_ENDINGS[format]),
    },
  };
}

function refuse(code: Diagnostic['code'], message: string, hint: string): Located {
  return { ok: false, diagnostic: { code, severity: 'error', message, hint } };
}

function formatByEnding(name: string): Format | undefined {
  const lower = name.toLowerCase();
  return (Object.keys(FILE_ENDINGS) as Format[]).find((format) => FILE_ENDINGS[format].some((ending) => lower.endsWith(ending)));
}

/** From the folder of recipe.yaml; absolute on another drive. Links are followed, since `..` means the real parent. */
function shownLocation(target: string, path: string): string {
  const found = relative(realPath(target), join(realPath(dirname(path)), basename(path)));
  if (isAbsolute(found)) return found;
  const shown = found === '' ? '.' : found.split(sep).join('/');
  // `a:b.csv` would be read as an address, and `-x.csv` as a list without its blank.
  return schemeOf(shown) !== undefined || shown.startsWith('-') ? `./${shown}` : shown;
}

/** Also of a folder that is not there yet. */
function realPath(path: string): string {
  if (existsSync(path) || dirname(path) === path) return realpathSync(path);
  return join(realPath(dirname(path)), basename(path));
}
