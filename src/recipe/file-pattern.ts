/**
 * Patterns of file names with `*`, `**` and `?`: one matcher for the locations of data and for the inputs of
 * a step. It sees the disk through `DataFiles` alone, and its order is that of code units.
 */
import { type DataFiles, entriesOf } from './data-files.ts';

/** Never looked into by a pattern: ours, those of tools, and hidden ones. */
const SKIPPED: ReadonlySet<string> = new Set(['node_modules', 'mlartifacts']);

export function isPattern(text: string): boolean {
  return /[*?]/u.test(text);
}

/** The folder before the first wildcard, and the rest. Both without a slash between them. */
export function splitPattern(pattern: string): { readonly folder: string; readonly rest: string } {
  const end = pattern.lastIndexOf('/', pattern.search(/[*?]/u));
  if (end < 0) return { folder: '', rest: pattern };
  return { folder: end === 0 ? '/' : pattern.slice(0, end), rest: pattern.slice(end + 1) };
}

/** Whether the last part of a pattern says nothing of a file's name: such a pattern stands for all files of its folders. */
export function isOpenEnded(pattern: string): boolean {
  return /(?:^|\/)\*\*?$/u.test(pattern);
}

/** Paths of the files below `base` that match, relative to it and with forward slashes, in code-unit order. */
export function matchingFiles(base: string, pattern: string, files: DataFiles): readonly string[] {
  const { folder: fixed } = splitPattern(pattern);
  const expression = expressionOf(pattern);
  const found: string[] = [];
  const walk = (folder: string): void => {
    for (const { name, isFolder } of entriesOf(files, folder === '' ? base : `${base}/${folder}`)) {
      const path = folder === '' ? name : `${folder}/${name}`;
      if (isFolder) {
        if (!name.startsWith('.') && !SKIPPED.has(name)) walk(path);
      } else if (expression.test(path)) found.push(path);
    }
  };
  walk(fixed);
  return found.sort();
}

/** `**` stands for any number of folders, `*` and `?` stay within a name. */
function expressionOf(pattern: string): RegExp {
  const source = pattern
    .split('/')
    .map((part, index, all) => {
      if (part === '**') return index === all.length - 1 ? '.+' : '(?:[^/]+/)*';
      const name = part
        .replace(/[.+^${}()|[\]\\]/g, '\\$&')
        .replaceAll('*', '[^/]*')
        .replaceAll('?', '[^/]');
      return index === all.length - 1 ? name : `${name}/`;
    })
    .join('');
  return new RegExp(`^${source}$`, 'u');
}
