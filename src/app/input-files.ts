/** The files that `inputs` of a step names: paths, folders, and patterns with `*`, `**` and `?`. */
import { join } from 'node:path';
import { diskFiles } from '../recipe/data-files.ts';
import { isPattern, matchingFiles } from '../recipe/file-pattern.ts';
import type { DataFile } from './sources.ts';

/** In code-unit order of the labels, each once. A name without a pattern is taken as it is, be it there or not. */
export function inputFiles(root: string, patterns: readonly string[]): readonly DataFile[] {
  const found = new Map<string, string>();
  for (const pattern of patterns) {
    const text = pattern.replaceAll('\\', '/').replace(/^\.\//, '');
    for (const label of isPattern(text) ? matchingFiles(root, text, diskFiles) : filesAt(root, text)) found.set(label, join(root, label));
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([label, path]) => ({ label, path }));
}

/** A folder stands for all files below it. */
function filesAt(root: string, label: string): readonly string[] {
  if (diskFiles.kind(join(root, label)) !== 'folder') return [label];
  return matchingFiles(root, `${label.replace(/\/$/, '')}/**`, diskFiles);
}
