/**
 * The action cache: key → record of a result, one checksummed file each. A record that cannot be
 * trusted is moved aside and counts as absent, so the step runs again and writes a good one.
 */
import type { ActionEntry } from '../engine/ports.ts';
import type { Digest, TaskName } from '../engine/task.ts';
import { writeAtomically } from './atomic-file.ts';
import { decodeChecksummed, encodeChecksummed } from './checksummed.ts';
import { listSpread } from './layout.ts';
import { setAside } from './quarantine.ts';
import { readIfPresent } from './read-if-present.ts';
import { modifiedMs } from './remove-if-unused.ts';
import { findCollision, isSafePath } from './safe-path.ts';
import type { StoreFolder } from './store-folder.ts';
import { hasCode } from './system-error.ts';

/** Raised when the shape of an entry changes; entries of another format are misses. */
const FORMAT = 1;

/** A file of the action cache, whatever it holds. */
export interface EntryFile {
  readonly path: string;
  /** From the name of the file. */
  readonly key: Digest;
  /** Milliseconds since the epoch: when the entry was written, or last entered or left the workspace. */
  readonly lastUsedMs: number;
  /** `undefined` when it cannot be trusted. */
  readonly entry: ActionEntry | undefined;
}

export interface EntriesOptions extends StoreFolder {
  readonly onWarning: (message: string) => void;
}

export class Entries {
  readonly #options: EntriesOptions;
  /** Keys whose record was found bad by this process. */
  readonly #damaged = new Set<Digest>();
  #tasks: Set<TaskName> | undefined;

  constructor(options: EntriesOptions) {
    this.#options = options;
  }

  find(key: Digest): ActionEntry | undefined {
    const { fs, layout } = this.#options;
    const path = layout.entry(key);
    const bytes = readIfPresent(fs, path);
    if (bytes === undefined) return undefined;
    const entry = decodeEntry(bytes);
    // Also a whole entry of another key, copied under this name.
    if (entry?.key === key) return entry;
    this.#setAside(path, key);
    return undefined;
  }

  exists(key: Digest): boolean {
    const { fs, layout } = this.#options;
    return fs.stat(layout.entry(key)) !== undefined;
  }

  wasDamaged(key: Digest): boolean {
    return this.#damaged.has(key);
  }

  write(entry: ActionEntry): void {
    const { fs, layout, staging } = this.#options;
    writeAtomically(fs, layout.entry(entry.key), encodeEntry(entry), { draft: staging.draft(), durable: true });
    this.#damaged.delete(entry.key);
    this.#tasks?.add(entry.task);
  }

  /** One more than any entry so far has. The counter is only a memory: without it all entries are read. */
  nextSequence(): number {
    const { fs, layout, staging } = this.#options;
    const text = Buffer.from(readIfPresent(fs, layout.sequence) ?? []).toString('latin1');
    const last = /^\d{1,15}$/.test(text) ? Number(text) : this.all().reduce((most, entry) => Math.max(most, entry.sequence), 0);
    writeAtomically(fs, layout.sequence, Buffer.from(`${last + 1}`), { draft: staging.draft(), durable: false });
    return last + 1;
  }

  remembers(task: TaskName): boolean {
    this.#tasks ??= new Set(this.all().map((entry) => entry.task));
    return this.#tasks.has(task);
  }

  remove(key: Digest): void {
    const { fs, layout } = this.#options;
    fs.remove(layout.entry(key));
    this.#tasks = undefined;
  }

  /** Count the age of an entry from now on. Called when it enters or leaves the workspace, so a run that changes nothing writes nothing. */
  touch(key: Digest): void {
    const { fs, clock, layout } = this.#options;
    try {
      fs.setTime(layout.entry(key), clock.now());
    } catch (error) {
      // Gone, or in a store that may only be read. Its age is a convenience.
      if (!hasCode(error, 'ENOENT', 'EACCES', 'EPERM', 'EROFS')) throw error;
    }
  }

  /** Every readable entry. Reads the whole action cache. */
  all(): readonly ActionEntry[] {
    return entryFiles(this.#options).flatMap(({ entry }) => entry ?? []);
  }

  #setAside(path: string, key: Digest): void {
    const { fs, layout, onWarning } = this.#options;
    setAside(fs, layout, path, `entry-${key}.json`);
    this.#damaged.add(key);
    onWarning(`the stored entry ${key.slice(0, 12)} is damaged; it was set aside, and its step will run again`);
  }
}

/** The whole action cache, least recently used first. */
export function entryFiles({ fs, layout }: Pick<StoreFolder, 'fs' | 'layout'>): readonly EntryFile[] {
  const found: EntryFile[] = [];
  for (const { name, path } of listSpread(fs, layout.entries)) {
    const stat = fs.stat(path);
    const bytes = readIfPresent(fs, path);
    if (stat === undefined || bytes === undefined) continue;
    const key = name.replace(/\.json$/, '') as Digest;
    const entry = decodeEntry(bytes);
    found.push({ path, key, lastUsedMs: modifiedMs(stat), entry: entry?.key === key ? entry : undefined });
  }
  return found.sort((a, b) => a.lastUsedMs - b.lastUsedMs || (a.key < b.key ? -1 : 1));
}

export function encodeEntry(entry: ActionEntry): Uint8Array {
  return encodeChecksummed({ format: FORMAT, entry });
}

export function decodeEntry(bytes: Uint8Array): ActionEntry | undefined {
  const record = decodeChecksummed(bytes) as { readonly format?: unknown; readonly entry?: ActionEntry } | undefined;
  if (record?.format !== FORMAT || record.entry === undefined) return undefined;
  return hasSafePaths(record.entry) ? record.entry : undefined;
}

/** The names in an entry decide where files are put, so a foreign or damaged one must not lead out of the folder, nor put two files into one. */
export function hasSafePaths(entry: ActionEntry): boolean {
  const { outputs, attachments } = entry;
  const paths = [...outputs.flatMap((output) => output.files), ...attachments].map((file) => file.path);
  return (
    findCollision(paths) === undefined &&
    outputs.every(
      (output) => isSafePath(output.name) && output.files.every((file) => isSafePath(file.path) && isInside(file.path, output.name)),
    ) &&
    attachments.every((file) => isSafePath(file.path))
  );
}

function isInside(path: string, output: string): boolean {
  return path === output || path.startsWith(`${output}/`);
}
