/** What a store holds, for people: a list, a check of every byte, and removal by task or key. */
import type { FileDigest, OutputFile } from '../engine/ports.ts';
import type { Digest, TaskName } from '../engine/task.ts';
import { type EntryFile, entryFiles } from './entries.ts';
import { listSpread } from './layout.ts';
import { setAside } from './quarantine.ts';
import type { InspectableStore, StoreFolder } from './store-folder.ts';
import { hasCode } from './system-error.ts';
import { allFiles, pointedEntries } from './workspace.ts';

export interface StoredResult {
  readonly task: TaskName;
  readonly key: Digest;
  /** Milliseconds since the epoch. */
  readonly madeAt: number;
  readonly lastUsed: number;
  /** Of all its files. Results that share files each count them. */
  readonly bytes: number;
  readonly isPinned: boolean;
  /** Whether the workspace shows it. */
  readonly isCurrent: boolean;
}

/** By task, the most recently used first. */
export function listResults({ files }: InspectableStore, pins: ReadonlySet<Digest>): readonly StoredResult[] {
  const current = new Set(pointedEntries(files).map((entry) => entry.key));
  return entryFiles(files)
    .flatMap(({ entry, key, lastUsedMs }): StoredResult[] => {
      if (entry === undefined) return [];
      const bytes = allFiles(entry).reduce((sum, file) => sum + file.sizeBytes, 0);
      const isPinned = pins.has(key);
      return [{ task: entry.task, key, madeAt: entry.startedAt, lastUsed: lastUsedMs, bytes, isPinned, isCurrent: current.has(key) }];
    })
    .sort(byTaskAndUse);
}

/** The result in view came into use when the one before it went out, often within one tick of the clock. */
function byTaskAndUse(a: StoredResult, b: StoredResult): number {
  if (a.task !== b.task) return a.task < b.task ? -1 : 1;
  return b.lastUsed - a.lastUsed || Number(b.isCurrent) - Number(a.isCurrent) || (a.key < b.key ? -1 : 1);
}

/** How many results are stored, without reading them. */
export function countResults({ files }: InspectableStore): number {
  return listSpread(files.fs, files.layout.entries).length;
}

/** Distinct bytes of all blobs. */
export function storedBytes({ files }: InspectableStore): number {
  const { fs, layout } = files;
  return listSpread(fs, layout.blobs).reduce((sum, { path }) => sum + (fs.stat(path)?.sizeBytes ?? 0), 0);
}

export interface VerifyReport {
  readonly entries: number;
  readonly blobs: number;
  readonly bytes: number;
  /** Names of the files that were set aside, in code-unit order. */
  readonly badEntries: readonly string[];
  readonly badBlobs: readonly string[];
  /** Files that an entry names and that are not held, or no longer are. Their steps run again when they are needed. */
  readonly missing: readonly { readonly task: TaskName; readonly key: Digest; readonly path: string }[];
}

/** Read every byte. What is bad is set aside, so that it is never served. */
export async function verifyStore({ files }: InspectableStore): Promise<VerifyReport> {
  const { fs, layout } = files;
  const badBlobs: string[] = [];
  let blobs = 0;
  let bytes = 0;
  for (const { name, path } of listSpread(fs, layout.blobs)) {
    const found = await hashIfPresent(files, path);
    if (found === undefined) continue;
    blobs++;
    bytes += found.stat.sizeBytes;
    if (found.digest === name) continue;
    setAside(fs, layout, path, `blob-${name}`);
    badBlobs.push(name);
  }
  const all = entryFiles(files);
  const bad = all.filter((file) => file.entry === undefined);
  for (const { path, key } of bad) setAside(fs, layout, path, `entry-${key}.json`);
  return { entries: all.length, blobs, bytes, badEntries: bad.map((file) => file.key).sort(), badBlobs, missing: findMissing(files, all) };
}

function findMissing({ fs, layout }: StoreFolder, all: readonly EntryFile[]): VerifyReport['missing'] {
  const isHeld = (file: OutputFile): boolean => fs.stat(layout.blob(file.digest))?.sizeBytes === file.sizeBytes;
  return all.flatMap(({ entry, key }) => {
    if (entry === undefined) return [];
    const gaps = allFiles(entry).filter((file) => !isHeld(file));
    return gaps.map(({ path }) => ({ task: entry.task, key, path }));
  });
}

async function hashIfPresent({ fs }: StoreFolder, path: string): Promise<FileDigest | undefined> {
  try {
    return await fs.hashFile(path);
  } catch (error) {
    // Collected meanwhile.
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

export interface Selection {
  readonly task?: TaskName;
  /** The beginning of a key, as a list shows it. */
  readonly key?: string;
}

/** The results that match everything that is said. */
export function selectResults(results: readonly StoredResult[], { task, key }: Selection): readonly StoredResult[] {
  return results.filter((result) => (task === undefined || result.task === task) && (key === undefined || result.key.startsWith(key)));
}

/** Forget results. What the workspace shows of them stays in view; their bytes go with the next collection. */
export function removeResults({ files }: InspectableStore, results: readonly StoredResult[]): void {
  for (const { key } of results) files.fs.remove(files.layout.entry(key));
}
