/** The store of results: its size, and a quick look for damage, bounded in files and bytes. */
import { readdirSync } from 'node:fs';
import type { Digest } from '../../engine/task.ts';
import { formatCount, plural } from '../../steps/wording.ts';
import { decodeChecksummed } from '../../store/checksummed.ts';
import { Layout, listSpread } from '../../store/layout.ts';
import { nodeFileSystem as fs } from '../../store/node-file-system.ts';
import { readIfPresent } from '../../store/read-if-present.ts';
import type { ProjectPaths } from '../paths.ts';
import { byteSize, type Check, type CheckResult } from './check.ts';

const MOST_ENTRIES = 500;
const MOST_BLOBS = 200;
const MOST_BYTES = 64 * 1024 * 1024;

export function storeChecks({ store }: ProjectPaths): readonly Check[] {
  return [{ name: 'cache', group: 'project', look: () => cacheHealth(new Layout(store)) }];
}

async function cacheHealth(layout: Layout): Promise<CheckResult> {
  const entries = listSpread(fs, layout.entries);
  const blobs = listSpread(fs, layout.blobs);
  if (entries.length === 0 && blobs.length === 0) return { state: 'ok', message: 'no results are stored yet' };
  const sizes = blobs.map(({ name, path }) => ({ name, path, bytes: fs.stat(path)?.sizeBytes ?? 0 }));
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  const stored = `${plural(entries.length, 'result')}, ${byteSize(total)}`;
  const badEntries = entries.slice(0, MOST_ENTRIES).filter(({ path }) => isDamaged(path)).length;
  const { looked, bad } = await damagedBlobs(sizes);
  const known = readdirIfPresent(layout.quarantine);
  if (badEntries + bad > 0)
    return {
      state: 'warning',
      message: `${stored}; ${plural(badEntries + bad, 'file')} of those looked at ${badEntries + bad === 1 ? 'is' : 'are'} damaged, and ${badEntries + bad === 1 ? 'its step runs' : 'their steps run'} again`,
      hint: '`npx mlrecipe cache verify` reads every byte and sets aside what is bad',
    };
  const some = looked < blobs.length ? `; ${formatCount(looked)} of ${plural(blobs.length, 'file')} looked at, all sound` : ', all sound';
  if (known > 0)
    return {
      state: 'warning',
      message: `${stored}${some}; ${plural(known, 'damaged file')} ${known === 1 ? 'was' : 'were'} set aside earlier, in ${shownQuarantine}`,
      hint: 'damage that comes back is a sign of a bad disk; the folder can be removed',
    };
  const hint = looked < blobs.length ? { hint: '`npx mlrecipe cache verify` reads every byte' } : {};
  return { state: 'ok', message: `${stored}${some}`, ...hint };
}

const shownQuarantine = '.recipe/store/quarantine';

function isDamaged(path: string): boolean {
  const bytes = readIfPresent(fs, path);
  return bytes !== undefined && decodeChecksummed(bytes) === undefined;
}

/** The smallest first, so that many are looked at. */
async function damagedBlobs(
  blobs: readonly { readonly name: string; readonly path: string; readonly bytes: number }[],
): Promise<{ readonly looked: number; readonly bad: number }> {
  let left = MOST_BYTES;
  let looked = 0;
  let bad = 0;
  for (const { name, path, bytes } of blobs.toSorted((a, b) => a.bytes - b.bytes)) {
    if (looked === MOST_BLOBS || bytes > left) break;
    left -= bytes;
    looked++;
    try {
      if ((await fs.hashFile(path)).digest !== (name as Digest)) bad++;
    } catch {
      // Collected meanwhile.
    }
  }
  return { looked, bad };
}

function readdirIfPresent(folder: string): number {
  try {
    return readdirSync(folder).length;
  } catch {
    return 0;
  }
}
