/**
 * The store of one workspace on a local disk. What is written goes out in this order: bytes, then
 * the entry that names them, then the files in view, then the pointer that vouches for those. A
 * process that dies anywhere on the way leaves garbage behind, and never something false.
 */
import { dirname, join } from 'node:path';
import { BadOutputError } from '../engine/bad-output-error.ts';
import { folderDigest } from '../engine/digest.ts';
import { NotShownError } from '../engine/not-shown-error.ts';
import type { ActionEntry, Clock, FileSystem, OutputFile, OutputRecord, Store } from '../engine/ports.ts';
import type { Digest, TaskName } from '../engine/task.ts';
import { Blobs } from './blobs.ts';
import { Entries } from './entries.ts';
import { inParallel } from './in-parallel.ts';
import { Layout } from './layout.ts';
import { type Processes, systemProcesses } from './processes.ts';
import { findCollision, isSafePath, listFiles } from './safe-path.ts';
import { Staging } from './staging.ts';
import type { InspectableStore, StoreFolder } from './store-folder.ts';
import { isSystemError } from './system-error.ts';
import { allFiles, NOT_STORED, Workspace } from './workspace.ts';

export interface FileStoreOptions {
  /** The folder of the store, such as `.recipe/store`. */
  readonly root: string;
  /** Where outputs are shown, such as `.recipe/outputs`; best on the same file system. */
  readonly outputs: string;
  readonly fs: FileSystem;
  readonly clock: Clock;
  readonly onWarning: (message: string) => void;
  readonly processes?: Processes;
}

/** What `clean` removed of one task, or would remove. */
export interface Cleaned {
  readonly task: TaskName;
  /** The folder of the outputs, absolute. Absent when there was none. */
  readonly folder?: string;
  /** How many stored results were forgotten. */
  readonly entries: number;
}

/** Each may hold a descriptor; the threads that hash large files are fewer. */
const HASHED_AT_ONCE = 4;

type Draft = Omit<ActionEntry, 'outputs' | 'attachments' | 'sequence'>;
type Files = Pick<ActionEntry, 'outputs' | 'attachments'>;

export function openFileStore(options: FileStoreOptions): FileStore {
  return new FileStore(options);
}

export class FileStore implements Store, InspectableStore {
  readonly files: StoreFolder;
  readonly #fs: FileSystem;
  readonly #outputs: string;
  readonly #onWarning: (message: string) => void;
  readonly #layout: Layout;
  readonly #staging: Staging;
  readonly #blobs: Blobs;
  readonly #entries: Entries;
  readonly #workspace: Workspace;

  constructor(options: FileStoreOptions) {
    const { root, outputs, fs, clock, onWarning } = options;
    const layout = new Layout(root);
    const staging = new Staging({ folder: layout.staging, fs, clock, processes: options.processes ?? systemProcesses() });
    this.#fs = fs;
    this.#outputs = outputs;
    this.#onWarning = onWarning;
    this.#layout = layout;
    this.#staging = staging;
    this.files = { fs, clock, layout, staging };
    this.#blobs = new Blobs(this.files);
    this.#entries = new Entries({ ...this.files, onWarning });
    this.#workspace = new Workspace({ ...this.files, folder: outputs, onWarning });
  }

  find(key: Digest): ActionEntry | undefined {
    // What the pointer holds need not be read again: it is the common case of a run that changes nothing.
    const known = this.#workspace.knownEntry(key);
    const entry = known !== undefined && this.#entries.exists(key) ? known : this.#entries.find(key);
    return entry !== undefined && allFiles(entry).every((file) => this.#blobs.holds(file)) ? entry : undefined;
  }

  current(task: TaskName): ActionEntry | undefined {
    return this.#workspace.pointer(task)?.entry;
  }

  isInPlace(entry: ActionEntry): boolean {
    return this.#workspace.shows(entry);
  }

  /**
   * Read every file in view and believe no stat record of one that differs from its digest, so that
   * it is brought back. To be awaited before a plan. Gives the paths that differ.
   */
  rehashShown(): Promise<readonly string[]> {
    return this.#workspace.rehash();
  }

  refresh(task: TaskName): void {
    this.#workspace.forget(task);
  }

  remembers(task: TaskName): boolean {
    return this.#entries.remembers(task);
  }

  findLoss(entry: ActionEntry): { readonly output: string; readonly detail: string } | undefined {
    const output = entry.outputs[0]?.name ?? entry.task;
    if (!this.#entries.exists(entry.key)) {
      return { output, detail: this.#entries.wasDamaged(entry.key) ? 'its stored entry was damaged' : 'no stored entry holds it' };
    }
    const lost = allFiles(entry).find((file) => !this.#blobs.holds(file));
    return (
      lost && { output: lost.path, detail: this.#blobs.isDamaged(lost) ? 'its stored bytes were damaged' : 'its stored bytes are gone' }
    );
  }

  async restore(entry: ActionEntry): Promise<boolean> {
    const { task } = entry;
    // Before the bytes are read, so that a collection that runs beside this sees it in use.
    this.#touchCurrent(task);
    this.#entries.touch(entry.key);
    const missing = [
      ...entry.outputs.filter((output) => !this.#workspace.showsOutput(task, output)).flatMap((output) => output.files),
      ...entry.attachments.filter((file) => !this.#workspace.showsFile(task, file)),
    ];
    const staging = this.stage(task);
    try {
      // All of them, before the first is visible.
      for (const file of missing) {
        const copy = join(staging, file.path);
        this.#fs.makeFolder(dirname(copy));
        if (await this.#blobs.copyOut(file, copy)) continue;
        if (this.#blobs.isDamaged(file)) {
          this.#onWarning(
            `the stored bytes of \`${task}/${file.path}\` do not match their digest; they were set aside, and the step will run again`,
          );
        }
        return false;
      }
      this.#workspace.place(entry, staging);
      return true;
    } finally {
      this.discard(staging);
    }
  }

  stage(task: TaskName): string {
    return this.#staging.folder(task);
  }

  async commit(draft: Draft, staging: string, outputs: readonly string[], attachments: readonly string[]): Promise<ActionEntry> {
    const entry = this.#keep(draft, await this.#measure(draft.task, staging, outputs, attachments), staging);
    this.discard(staging);
    return entry;
  }

  async adopt(draft: Draft, shown: ActionEntry, amended?: string): Promise<ActionEntry | undefined> {
    const folder = this.folder(draft.task);
    const names = shown.outputs.map((output) => output.name);
    const paths = shown.attachments.map((file) => file.path);
    const files = await this.#measure(draft.task, folder, names, paths);
    const isAsShown = files.outputs.every((output, index) => output.digest === shown.outputs[index]?.digest);
    if (amended === undefined) return isAsShown && this.isInPlace(shown) ? this.#keep(draft, files, folder) : undefined;
    const replaced = new Set(paths.filter((path) => this.#fs.stat(join(amended, path))?.kind === 'file'));
    const attachments = await inParallel(files.attachments, HASHED_AT_ONCE, async (file) =>
      replaced.has(file.path) ? await this.#measureFile(amended, file.path) : file,
    );
    if (!isAsShown || !this.isInPlace(shown)) return undefined;
    return this.#keep(draft, { ...files, attachments }, amended, (path) => (replaced.has(path) ? amended : folder));
  }

  /** Bytes, then the entry, then the view. What is in view already stays where it is; the rest is moved out of `from`. */
  #keep(draft: Draft, files: Files, from: string, sourceOf: (path: string) => string = () => from): ActionEntry {
    const entry: ActionEntry = { ...draft, ...files, sequence: this.#entries.nextSequence() };
    const stored = allFiles(entry);
    for (const file of stored) this.#blobs.put(join(sourceOf(file.path), file.path), file);
    this.#blobs.sync(stored);
    this.#touchCurrent(entry.task);
    this.#entries.write(entry);
    try {
      this.#workspace.place(entry, from);
    } catch (error) {
      throw isSystemError(error) ? new NotShownError(error) : error;
    }
    return entry;
  }

  async show(draft: Draft, staging: string, outputs: readonly string[], attachments: readonly string[]): Promise<ActionEntry> {
    const files = await this.#measure(draft.task, staging, outputs, attachments);
    const entry: ActionEntry = { ...draft, ...files, sequence: NOT_STORED };
    this.#workspace.place(entry, staging);
    this.discard(staging);
    return entry;
  }

  /** Bring bytes from elsewhere into the store: `fill` writes them to a draft. False when they are not what the digest says. */
  take(file: OutputFile, fill: (draft: string) => Promise<void>): Promise<boolean> {
    return this.#blobs.take(file, fill);
  }

  /** Remember a result that was made elsewhere and whose bytes were taken. It keeps its sequence, which orders results of one key. */
  takeEntry(entry: ActionEntry): void {
    this.#blobs.sync(allFiles(entry));
    this.#entries.write(entry);
  }

  blobPath(file: OutputFile): string {
    return this.#layout.blob(file.digest);
  }

  folder(task: TaskName): string {
    return this.#workspace.folder(task);
  }

  progressFolder(task: TaskName, key: Digest): string {
    return this.#layout.progressOf(task, key);
  }

  forgetProgress(task: TaskName, key?: Digest): void {
    const { progress } = this.#layout;
    const isMeant = (name: string): boolean => (key === undefined ? name.startsWith(`${task}.`) : name === `${task}.${key}`);
    // Most steps leave none.
    for (const name of this.#fs.readFolder(progress).filter(isMeant)) this.discard(join(progress, name));
  }

  /** The result that leaves the workspace was in use until now. */
  #touchCurrent(task: TaskName): void {
    const before = this.current(task);
    if (before !== undefined) this.#entries.touch(before.key);
  }

  /** A leftover does no harm and is cleared away by a later command, so this never fails what was done before it. */
  discard(staging: string): void {
    try {
      this.#fs.remove(staging);
    } catch (error) {
      if (!isSystemError(error)) throw error;
    }
  }

  /**
   * Remove what is shown of a task, or of all, and forget its results, so that the next run really
   * executes it. Bytes stay until garbage is collected.
   */
  clean(options: { readonly task?: TaskName; readonly dryRun?: boolean } = {}): readonly Cleaned[] {
    const keys = new Map<TaskName, Digest[]>();
    for (const { task, key } of this.#entries.all()) keys.set(task, [...(keys.get(task) ?? []), key]);
    for (const name of this.#fs.readFolder(this.#layout.pointers)) if (name.endsWith('.json')) addKey(keys, name.slice(0, -'.json'.length));
    for (const name of this.#fs.readFolder(this.#outputs)) addKey(keys, name);
    for (const name of this.#fs.readFolder(this.#layout.progress)) addKey(keys, name.slice(0, name.lastIndexOf('.')));
    const report: Cleaned[] = [];
    for (const task of [...keys.keys()].sort()) {
      if (options.task !== undefined && options.task !== task) continue;
      const folder = this.folder(task);
      const isShown = this.#fs.stat(folder) !== undefined;
      const entries = keys.get(task) ?? [];
      if (options.dryRun !== true) {
        // Entries first: what is shown must not outlive a crash as the only trace of a forgotten result.
        for (const key of entries) this.#entries.remove(key);
        this.#workspace.clear(task);
        this.forgetProgress(task);
      }
      report.push({ task, ...(isShown && { folder }), entries: entries.length });
    }
    return report;
  }

  async #measure(task: TaskName, staging: string, outputs: readonly string[], attachments: readonly string[]): Promise<Files> {
    const records = await inParallel(outputs, HASHED_AT_ONCE, (name) => this.#measureOutput(task, staging, name));
    const files: OutputFile[] = [];
    for (const path of attachments) {
      if (isSafePath(path) && this.#fs.stat(join(staging, path))?.kind === 'file') files.push(await this.#measureFile(staging, path));
      // A result of hours is not thrown away for a missing log.
      else this.#onWarning(`\`${task}\` did not leave its file \`${path}\``);
    }
    const collision = findCollision([...records.flatMap((record) => record.files), ...files].map((file) => file.path));
    if (collision !== undefined) {
      const [one, other] = collision;
      throw new BadOutputError(one, `\`${task}\` left \`${one}\` and \`${other}\`, which are one file on Windows and macOS`);
    }
    return { outputs: records, attachments: files };
  }

  async #measureOutput(task: TaskName, staging: string, name: string): Promise<OutputRecord> {
    if (!isSafePath(name)) throw new Error(`${task} declares the output ${name}, which is no path inside its folder`);
    const stat = this.#fs.stat(join(staging, name));
    if (stat?.kind === 'file') {
      const file = await this.#measureFile(staging, name);
      return { name, digest: file.digest, files: [file] };
    }
    if (stat === undefined) throw new BadOutputError(name, `\`${task}\` ended without its output \`${name}\``);
    const paths = stat.kind === 'folder' ? listFiles(this.#fs, join(staging, name)) : undefined;
    if (paths === undefined)
      throw new BadOutputError(name, `the output \`${name}\` of \`${task}\` holds something that is neither file nor folder`);
    const odd = paths.find((path) => !isSafePath(path));
    if (odd !== undefined)
      throw new BadOutputError(name, `the output \`${name}\` of \`${task}\` holds \`${odd}\`, which is no file name on Windows`);
    const files = await inParallel(paths, HASHED_AT_ONCE, (path) => this.#measureFile(staging, `${name}/${path}`));
    return { name, digest: folderDigest(files.map((file) => ({ ...file, path: file.path.slice(name.length + 1) }))), files };
  }

  async #measureFile(staging: string, path: string): Promise<OutputFile> {
    const { digest, stat } = await this.#fs.hashFile(join(staging, path));
    return { path, digest, sizeBytes: stat.sizeBytes };
  }
}

function addKey(keys: Map<TaskName, Digest[]>, name: string): void {
  if (!keys.has(name as TaskName)) keys.set(name as TaskName, []);
}
