/** What a folder holds. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Relative paths of all files in a folder, with forward slashes, in code-unit order. What a link points to is not looked at. */
export function folderFiles(folder: string, prefix = ''): readonly string[] {
  const found = readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? folderFiles(join(folder, entry.name), `${prefix}${entry.name}/`)
      : entry.isFile()
        ? [`${prefix}${entry.name}`]
        : [],
  );
  return prefix === '' ? found.sort() : found;
}
