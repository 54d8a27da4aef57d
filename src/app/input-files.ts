/** The files that `inputs` of a step names: paths, folders, and patterns with `*`, `**` and `?`. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { DataFile } from './sources.ts';

/** Never looked into by a pattern: ours, those of tools, and hidden ones. */
const SKIPPED: ReadonlySet<string> = new Set(['node_modules', 'mlartifacts']);

/** In code-unit order of the labels, each once. A name without a pattern is taken as it is, be it there or not. */
export function inputFiles(root: string, patterns: readonly string[]): readonly DataFile[] {
  const found = new Map<string, string>();
  for (const pattern of patterns) {
    const text = pattern.replaceAll('\\', '/').replace(/^\.\//, '');
    for (const label of /[*?]/.test(text) ? matching(root, text) : filesAt(root, text)) found.set(label, join(root, label));
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([label, path]) => ({ label, path }));
}

/** A folder stands for all files below it. */
function filesAt(root: string, label: string): readonly string[] {
  const isFolder = statSync(join(root, label), { throwIfNoEntry: false })?.isDirectory() === true;
  return isFolder ? matching(root, `${label.replace(/\/$/, '')}/**`) : [label];
}

function matching(root: string, pattern: string): readonly string[] {
  const parts = pattern.split('/');
  const fixed = parts.slice(
    0,
    parts.findIndex((part) => /[*?]/.test(part)),
  );
  const expression = expressionOf(pattern);
  const found: string[] = [];
  const walk = (folder: string): void => {
    for (const entry of entriesOf(join(root, folder))) {
      const label = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!entry.name.startsWith('.') && !SKIPPED.has(entry.name)) walk(label);
      } else if (expression.test(label)) found.push(label);
    }
  };
  walk(fixed.join('/'));
  return found;
}

function entriesOf(folder: string): readonly import('node:fs').Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
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
