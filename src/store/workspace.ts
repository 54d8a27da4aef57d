/**
 * What the user sees: the outputs of each task in a folder, and a pointer that says which entry
 * they are and how each file looked when it was put there. Files here are copies of their own; an
 * edit of one changes nothing in the store.
 */
import { join } from 'node:path';
import type { ActionEntry, Clock, FileSystem, OutputFile, OutputRecord } from '../engine/ports.ts';
import type { Digest, TaskName } from '../engine/task.ts';
import type { Json } from '../schema/json.ts';
import { writeAtomically } from './atomic-file.ts';
import { decodeChecksummed, encodeChecksummed } from './checksummed.ts';
import { hasSafePaths } from './entries.ts';
import { inParallel } from './in-parallel.ts';
import type { Layout } from './layout.ts';
import { setAside } from './quarantine.ts';
import { readIfPresent } from './read-if-present.ts';
import { listFiles, makeOwnFolder, makeParents } from './safe-path.ts';
import type { Staging } from './staging.ts';
import { matches, type StatRecord, statRecord } from './stat-record.ts';
import { hasCode, isSystemError } from './system-error.ts';

const WRITABLE = 0o644;
/** Each may hold a descriptor; the threads that hash large files are fewer. */
const HASHED_AT_ONCE = 4;
const FORMAT = 1;

/** The sequence of an entry that is shown and may not be found again; stored ones count from 1. */
export const NOT_STORED = 0;

/**
 * Files are put here with a time of modification that lies this far back. Whoever writes to one
 * afterwards gives it a later time, on any file system, so an edit is seen however soon it comes.
 */
const BACKDATED_MS = 2_000;

/** The whole entry is inside, so that a reason can be told after the store has lost it. */
export interface Pointer {
  readonly entry: ActionEntry;
  /** Path → which bytes were put there, and how the file looked afterwards. */
  readonly files: { readonly [path: string]: { readonly digest: Digest; readonly stat: StatRecord } };
}

export interface WorkspaceOptions {
  readonly folder: string;
  readonly fs: FileSystem;
  readonly clock: Clock;
  readonly layout: Layout;
  readonly staging: Staging;
  readonly onWarning: (message: string) => void;
}

export class Workspace {
  readonly #options: WorkspaceOptions;
  /** What was read or written here stays true as long as this process alone works on a task; `forget` is for when it does not. */
  readonly #pointers = new Map<TaskName, Pointer | undefined>();
  readonly #byKey = new Map<Digest, ActionEntry>();

  constructor(options: WorkspaceOptions) {
    this.#options = options;
  }

  folder(task: TaskName): string {
    return join(this.#options.folder, task);
  }

  pointer(task: TaskName): Pointer | undefined {
    if (!this.#pointers.has(task)) this.#remember(task, this.#readPointer(task));
    return this.#pointers.get(task);
  }

  /** Read the pointer again when it is asked for. */
  forget(task: TaskName): void {
    this.#remember(task, undefined);
    this.#pointers.delete(task);
  }

  /** The stored entry of a key, if one of the pointers read so far holds it. */
  knownEntry(key: Digest): ActionEntry | undefined {
    return this.#byKey.get(key);
  }

  /** Whether the workspace shows exactly this entry. Reads no data. */
  shows(entry: ActionEntry): boolean {
    const pointer = this.pointer(entry.task);
    if (pointer?.entry.key !== entry.key || pointer.entry.sequence !== entry.sequence) return false;
    return (
      entry.outputs.every((output) => this.showsOutput(entry.task, output)) &&
      entry.attachments.every((file) => this.showsFile(entry.task, file))
    );
  }

  /** Whether this output is there, from whichever entry. */
  showsOutput(task: TaskName, output: OutputRecord): boolean {
    if (!output.files.every((file) => this.showsFile(task, file))) return false;
    if (!isFolder(output)) return true;
    // An added file would be read by downstream steps as a part of the folder.
    const { fs } = this.#options;
    const root = join(this.folder(task), output.name);
    return fs.stat(root)?.kind === 'folder' && listFiles(fs, root)?.length === output.files.length;
  }

  showsFile(task: TaskName, file: OutputFile): boolean {
    const files = this.pointer(task)?.files;
    const record = files !== undefined && Object.hasOwn(files, file.path) ? files[file.path] : undefined;
    if (record === undefined) return false;
    return record.digest === file.digest && matches(record.stat, this.#options.fs.stat(join(this.folder(task), file.path)));
  }

  /**
   * Move the files of an entry out of `from` into view, and point to the entry last: a crash on the
   * way leaves files that no pointer vouches for. Outputs that are in view already are left alone.
   */
  place(entry: ActionEntry, from: string): void {
    const { task } = entry;
    const { fs } = this.#options;
    const root = this.folder(task);
    const outputs = entry.outputs.filter((output) => !this.showsOutput(task, output));
    const attachments = entry.attachments.filter((file) => !this.showsFile(task, file));
    makeOwnFolder(fs, root);
    this.#removeObsolete(entry);
    for (const output of outputs) {
      if (isFolder(output)) {
        makeParents(fs, root, output.name);
        fs.remove(join(root, output.name));
        fs.makeFolder(join(root, output.name));
      }
      for (const file of output.files) this.#move(join(from, file.path), root, file.path);
    }
    for (const file of attachments) this.#move(join(from, file.path), root, file.path);
    this.#point(entry);
  }

  /** Hash all that is in view. A file with other bytes than its record says loses the record. Gives its path. */
  async rehash(): Promise<readonly string[]> {
    const { fs, layout } = this.#options;
    const changed: string[] = [];
    for (const name of fs.readFolder(layout.pointers)) {
      const task = name.replace(/\.json$/, '') as TaskName;
      const pointer = this.pointer(task);
      if (pointer === undefined) continue;
      const shown = Object.entries(pointer.files).filter(([path]) => fs.stat(join(this.folder(task), path))?.kind === 'file');
      const differing = await inParallel(shown, HASHED_AT_ONCE, async ([path, { digest }]) =>
        (await fs.hashFile(join(this.folder(task), path))).digest === digest ? [] : [path],
      );
      const bad = new Set(differing.flat());
      if (bad.size === 0) continue;
      const files = Object.fromEntries(Object.entries(pointer.files).filter(([path]) => !bad.has(path)));
      this.#remember(task, { entry: pointer.entry, files });
      changed.push(...[...bad].map((path) => `${task}/${path}`));
    }
    return changed;
  }

  /** Forget what is shown and remove it. */
  clear(task: TaskName): void {
    const { fs, layout } = this.#options;
    fs.remove(layout.pointer(task));
    this.#remember(task, undefined);
    fs.remove(this.folder(task));
  }

  #move(from: string, root: string, path: string): void {
    const { fs, clock } = this.#options;
    const to = join(root, path);
    makeParents(fs, root, path);
    if (fs.stat(to)?.kind === 'folder') fs.remove(to);
    try {
      fs.rename(from, to);
    } catch (error) {
      // The outputs folder may be a mount of its own.
      if (!hasCode(error, 'EXDEV')) throw error;
      fs.remove(to);
      fs.copyFile(from, to);
    }
    fs.setMode(to, WRITABLE);
    fs.setTime(to, clock.now() - BACKDATED_MS);
  }

  /** What an earlier entry showed and this one has not. Files that a user added stay. */
  #removeObsolete(entry: ActionEntry): void {
    const { fs } = this.#options;
    const before = this.pointer(entry.task)?.entry;
    if (before === undefined) return;
    const keep = new Set(shownNames(entry));
    for (const name of shownNames(before)) if (!keep.has(name)) fs.remove(join(this.folder(entry.task), name));
  }

  #point(entry: ActionEntry): void {
    const { fs, layout, staging, onWarning } = this.#options;
    const files: Record<string, { digest: Digest; stat: StatRecord }> = {};
    for (const file of allFiles(entry)) {
      const stat = fs.stat(join(this.folder(entry.task), file.path));
      if (stat !== undefined) files[file.path] = { digest: file.digest, stat: statRecord(stat) };
    }
    const pointer: Pointer = { entry, files };
    this.#remember(entry.task, pointer);
    try {
      const bytes = encodeChecksummed({ format: FORMAT, pointer });
      writeAtomically(fs, layout.pointer(entry.task), bytes, { draft: staging.draft(), durable: false });
    } catch (error) {
      // The outputs are there and this run may go on. The next one will bring them back once more.
      if (!isSystemError(error)) throw error;
      onWarning(`the state of \`${entry.task}\` could not be written: ${(error as Error).message}`);
    }
  }

  #remember(task: TaskName, pointer: Pointer | undefined): void {
    const before = this.#pointers.get(task)?.entry;
    if (before !== undefined) this.#byKey.delete(before.key);
    this.#pointers.set(task, pointer);
    if (pointer !== undefined && pointer.entry.sequence !== NOT_STORED) this.#byKey.set(pointer.entry.key, pointer.entry);
  }

  #readPointer(task: TaskName): Pointer | undefined {
    const { fs, layout, onWarning } = this.#options;
    const path = layout.pointer(task);
    const bytes = readIfPresent(fs, path);
    if (bytes === undefined) return undefined;
    const pointer = decodePointer(bytes);
    if (pointer?.entry.task === task) return pointer;
    setAside(fs, layout, path, `current-${task}.json`);
    onWarning(`the record of what is in the workspace of \`${task}\` is damaged; it was set aside`);
    return undefined;
  }
}

function decodePointer(bytes: Uint8Array): Pointer | undefined {
  const record = decodeChecksummed(bytes) as { readonly format?: Json; readonly pointer?: Json } | undefined;
  const pointer = record?.format === FORMAT ? (record.pointer as unknown as Pointer) : undefined;
  return pointer !== undefined && hasSafePaths(pointer.entry) ? pointer : undefined;
}

/** What the workspace shows of any task, as far as its records can be read. */
export function pointedEntries({ fs, layout }: Pick<WorkspaceOptions, 'fs' | 'layout'>): readonly ActionEntry[] {
  return fs
    .readFolder(layout.pointers)
    .flatMap((name) => decodePointer(readIfPresent(fs, join(layout.pointers, name)) ?? new Uint8Array())?.entry ?? []);
}

export function allFiles(entry: ActionEntry): readonly OutputFile[] {
  return [...entry.outputs.flatMap((output) => output.files), ...entry.attachments];
}

function isFolder(output: OutputRecord): boolean {
  return output.files.length !== 1 || output.files[0]?.path !== output.name;
}

function shownNames(entry: ActionEntry): readonly string[] {
  return [...entry.outputs.map((output) => output.name), ...entry.attachments.map((file) => file.path)];
}
