/**
 * Take a file out of a store in which others work. Looking first and removing then would lose a
 * file that somebody made young in between, so it is moved aside and looked at there: whoever
 * refreshes a blob either did it before, and is seen, or finds no blob and writes a new one.
 */
import type { FileStat } from '../engine/ports.ts';
import type { StoreFolder } from './store-folder.ts';
import { hasCode } from './system-error.ts';

/** False when it was gone already, is in use after all, or may not be removed. */
export function removeIfUnused({ fs, staging }: StoreFolder, path: string, isUnused: (stat: FileStat) => boolean): boolean {
  const aside = staging.draft();
  try {
    fs.rename(path, aside);
  } catch (error) {
    if (!hasCode(error, 'ENOENT', 'EACCES', 'EPERM', 'EROFS', 'EBUSY')) throw error;
    return false;
  }
  const stat = fs.stat(aside);
  const isGarbage = stat === undefined || isUnused(stat);
  if (isGarbage || fs.stat(path) !== undefined) fs.remove(aside);
  else fs.rename(aside, path);
  return isGarbage;
}

export function modifiedMs(stat: FileStat): number {
  return Number(stat.mtimeNs / 1_000_000n);
}
