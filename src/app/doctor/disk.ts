/** Whether the disk of the project has room and does what the store asks of it, and whether the clocks agree. */
import { randomUUID } from 'node:crypto';
import { existsSync, linkSync, statfsSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeFileSystem as fs } from '../../store/node-file-system.ts';
import { packageRoot } from '../package-root.ts';
import { byteSize, type Check, type CheckResult, firstLine } from './check.ts';

const LITTLE_ROOM = 2e9;
const NO_ROOM = 100e6;
/** File times of a network disk come from the clock of its server. */
const CLOCK_DIFFERENCE_MS = 5_000;
const DAY_MS = 86_400_000;

export function diskChecks(folder: string): readonly Check[] {
  return [
    { name: 'space', group: 'machine', look: () => space([folder, tmpdir()]) },
    { name: 'disk', group: 'machine', look: () => abilities(folder) },
    { name: 'clock', group: 'machine', look: () => clock(Date.now(), statSync(join(packageRoot(), 'package.json')).mtimeMs) },
  ];
}

function space(folders: readonly string[]): CheckResult {
  const [least] = folders
    .map((folder) => {
      const { bavail, bsize } = statfsSync(folder);
      return { folder, free: Number(bavail) * Number(bsize) };
    })
    .sort((a, b) => a.free - b.free);
  return least === undefined ? { state: 'note', message: 'no folder to look at' } : spaceResult(least.free, least.folder);
}

export function spaceResult(free: number, folder: string): CheckResult {
  const message = `${byteSize(free)} free at ${folder}`;
  if (free >= LITTLE_ROOM) return { state: 'ok', message };
  return {
    state: free < NO_ROOM ? 'error' : 'warning',
    message,
    hint: '`npx mlrecipe gc --older-than 7d` removes stored results; `--max-size 10GB` bounds them',
  };
}

/** In a folder of its own beside the store, which is removed again. */
export function abilities(folder: string): CheckResult {
  const base = existsSync(join(folder, '.recipe')) ? join(folder, '.recipe') : folder;
  const room = join(base, `.doctor-${randomUUID()}`);
  let doing = 'be written';
  try {
    fs.makeFolder(room);
    const [draft, file, second] = ['draft', 'file', 'second'].map((name) => join(room, name)) as [string, string, string];
    fs.writeFile(file, Buffer.from('old'));
    doing = 'flush files';
    fs.writeFile(draft, Buffer.from('new'), { durable: true });
    doing = 'rename over a file';
    fs.rename(draft, file);
    if (Buffer.from(fs.readFile(file)).toString() !== 'new') throw new Error('the old file is still there');
    doing = 'flush folders';
    fs.syncFolder(room);
    doing = 'set the times of files';
    fs.setTime(file, 1_600_000_000_000);
    const clockDifference = differenceOf(join(room, 'now'));
    if (Math.abs(clockDifference) > CLOCK_DIFFERENCE_MS)
      return {
        state: 'warning',
        message: `the disk's clock and this machine's differ by ${Math.round(Math.abs(clockDifference) / 1000)} s`,
        hint: 'set both clocks by the network; results stay right, but files may be read more often than needed',
      };
    if (!hasLinks(file, second))
      return {
        state: 'warning',
        message: 'the disk has no hard links, so locks are made in two calls',
        hint: 'let one command at a time run in this folder, or put the project on another disk',
      };
    return { state: 'ok', message: 'the disk renames, flushes and links as the store needs it' };
  } catch (error) {
    return {
      state: 'error',
      message: `the disk at ${base} cannot ${doing}: ${firstLine(error)}`,
      hint: 'check its permissions, or put the project on another disk',
    };
  } finally {
    try {
      fs.remove(room);
    } catch {
      // What could not be written cannot be removed.
    }
  }
}

function differenceOf(file: string): number {
  const before = Date.now();
  fs.writeFile(file, Buffer.from('x'));
  return statSync(file).mtimeMs - before;
}

function hasLinks(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch {
    return false;
  }
}

/** `installedMs`: nothing that was written here can be later than now. */
export function clock(now: number, installedMs: number): CheckResult {
  const shown = `${new Date(now).toISOString().slice(0, 19)} UTC`;
  if (now >= installedMs - DAY_MS) return { state: 'ok', message: `it is ${shown}` };
  return {
    state: 'warning',
    message: `the clock says ${shown}, and mlrecipe was installed on ${new Date(installedMs).toISOString().slice(0, 10)}`,
    hint: 'set the clock: runs are listed by time, and results are kept by age',
  };
}
