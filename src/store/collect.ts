/**
 * Garbage collection beside running recipes, without a lock. Entries go before the bytes that they
 * name, so a crash leaves unnamed bytes and never a named gap; whoever meets a gap all the same
 * (it had read the entry before) takes a miss.
 */
import { join } from 'node:path';
import type { Clock } from '../engine/ports.ts';
import type { Digest, TaskName } from '../engine/task.ts';
import { type EntryFile, entryFiles } from './entries.ts';
import { listSpread } from './layout.ts';
import { modifiedMs, removeIfUnused } from './remove-if-unused.ts';
import type { InspectableStore, StoreFolder } from './store-folder.ts';
import { allFiles, pointedEntries } from './workspace.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Results that nobody used for this long go, unless they are pinned or shown. */
export const DEFAULT_OLDER_THAN_MS: number = 30 * DAY_MS;
/** Bytes without an entry may belong to a step that is being stored; none takes an hour from its first byte to its entry. */
export const DEFAULT_GRACE_MS: number = 60 * 60 * 1000;

export interface CollectOptions {
  readonly store: InspectableStore;
  /** Without it no result is too old. */
  readonly olderThanMs?: number;
  /** Then the least recently used results go until the rest fits. Pinned and shown ones stay, whatever their size. */
  readonly maxBytes?: number;
  readonly pins: ReadonlySet<Digest>;
  readonly graceMs?: number;
  /** Tell what would go, and leave everything. */
  readonly dryRun?: boolean;
  readonly clock: Clock;
}

export interface CollectedEntry {
  readonly task: TaskName;
  readonly key: Digest;
  /** Milliseconds since the epoch. */
  readonly lastUsed: number;
  readonly why: 'old' | 'size';
}

export interface GarbageReport {
  readonly dryRun: boolean;
  /** Least recently used first. */
  readonly entries: readonly CollectedEntry[];
  readonly blobs: number;
  readonly bytes: number;
  readonly kept: { readonly entries: number; readonly blobs: number; readonly bytes: number };
  /** Bytes without an entry that are too young to go. Part of `kept`. */
  readonly youngBytes: number;
  /** By how much pinned and shown results alone, and young bytes, are above the cap. */
  readonly overBytes: number;
}

export function collectGarbage(options: CollectOptions): GarbageReport {
  const { store, olderThanMs, maxBytes, pins, graceMs = DEFAULT_GRACE_MS, dryRun = false, clock } = options;
  const { files } = store;
  const now = clock.now();
  const before = entryFiles(files);
  const current = new Set(pointedEntries(files).map((entry) => entry.key));
  const isProtected = (file: EntryFile): boolean => pins.has(file.key) || current.has(file.key);
  const victims = new Map<EntryFile, CollectedEntry['why']>();
  for (const file of before) {
    if (isProtected(file)) continue;
    // A file that is no entry is a miss anyway. It may also be one that a later version wrote, so it gets the same time.
    if (olderThanMs !== undefined && file.lastUsedMs < now - olderThanMs) victims.set(file, 'old');
  }
  if (maxBytes !== undefined) evict(before, victims, isProtected, maxBytes);
  const removed = [...victims].filter(
    ([file]) => dryRun || removeIfUnused(files, file.path, (stat) => modifiedMs(stat) <= file.lastUsedMs),
  );

  // Read again: an entry may have been written or used since, and whatever is named now must stay.
  const gone = new Set(dryRun ? removed.map(([file]) => file.path) : []);
  const left = entryFiles(files).filter((file) => !gone.has(file.path));
  const swept = sweep(files, new Set(left.flatMap(namedBlobs)), now - graceMs, dryRun);
  if (!dryRun) {
    const limitMs = now - (olderThanMs ?? DEFAULT_OLDER_THAN_MS);
    emptyQuarantine(files, limitMs);
    dropProgress(files, limitMs);
  }
  return {
    dryRun,
    entries: removed.flatMap(([{ entry, key, lastUsedMs }, why]) =>
      entry === undefined ? [] : [{ task: entry.task, key, lastUsed: lastUsedMs, why }],
    ),
    ...swept,
    kept: { entries: left.length, ...swept.kept },
    overBytes: Math.max(0, swept.kept.bytes - (maxBytes ?? Number.POSITIVE_INFINITY)),
  };
}

/** Least recently used first, until the distinct bytes of the rest fit. */
function evict(
  all: readonly EntryFile[],
  victims: Map<EntryFile, CollectedEntry['why']>,
  isProtected: (file: EntryFile) => boolean,
  maxBytes: number,
): void {
  const users = new Map<string, { count: number; readonly sizeBytes: number }>();
  let bytes = 0;
  for (const file of all) {
    if (victims.has(file)) continue;
    for (const { digest, sizeBytes } of distinctFiles(file)) {
      const blob = users.get(digest) ?? { count: 0, sizeBytes };
      if (blob.count++ === 0) bytes += sizeBytes;
      users.set(digest, blob);
    }
  }
  for (const file of all) {
    if (bytes <= maxBytes) return;
    if (victims.has(file) || isProtected(file)) continue;
    victims.set(file, 'size');
    for (const { digest } of distinctFiles(file)) {
      const blob = users.get(digest);
      if (blob !== undefined && --blob.count === 0) bytes -= blob.sizeBytes;
    }
  }
}

interface Swept {
  readonly blobs: number;
  readonly bytes: number;
  readonly youngBytes: number;
  readonly kept: { readonly blobs: number; readonly bytes: number };
}

function sweep(files: StoreFolder, marked: ReadonlySet<string>, limitMs: number, dryRun: boolean): Swept {
  const { fs, layout } = files;
  const removed = { blobs: 0, bytes: 0 };
  const kept = { blobs: 0, bytes: 0 };
  let youngBytes = 0;
  for (const { path, name } of listSpread(fs, layout.blobs)) {
    const stat = fs.stat(path);
    if (stat === undefined) continue;
    const isMarked = marked.has(name);
    const isOld = modifiedMs(stat) < limitMs;
    const goes = !isMarked && isOld && (dryRun || removeIfUnused(files, path, (later) => modifiedMs(later) < limitMs));
    const count = goes ? removed : kept;
    count.blobs++;
    count.bytes += stat.sizeBytes;
    if (!isMarked && !isOld) youngBytes += stat.sizeBytes;
  }
  return { ...removed, youngBytes, kept };
}

function emptyQuarantine({ fs, layout }: StoreFolder, limitMs: number): void {
  for (const name of fs.readFolder(layout.quarantine)) {
    const stat = fs.stat(layout.quarantined(name));
    if (stat !== undefined && modifiedMs(stat) < limitMs) fs.remove(layout.quarantined(name));
  }
}

/** What killed executions left, once nobody came back for it. The time of a folder is that of its last new file. */
function dropProgress({ fs, layout }: StoreFolder, limitMs: number): void {
  for (const name of fs.readFolder(layout.progress)) {
    const folder = join(layout.progress, name);
    const stat = fs.stat(folder);
    if (stat !== undefined && modifiedMs(stat) < limitMs) fs.remove(folder);
  }
}

function distinctFiles({ entry }: EntryFile): Iterable<{ readonly digest: string; readonly sizeBytes: number }> {
  if (entry === undefined) return [];
  return new Map(allFiles(entry).map((file) => [file.digest, file])).values();
}

function namedBlobs({ entry }: EntryFile): readonly string[] {
  return entry === undefined ? [] : allFiles(entry).map((file) => file.digest);
}
