/**
 * A local store with a shared cache behind it. Reads look here first and there second; what comes
 * from there is checked and kept here before it is shown. Writes go there only with an explicit
 * right. Nothing that happens over there fails a run: it is told once, and the run goes on locally.
 */
import type { ActionEntry, OutputFile, Store } from '../engine/ports.ts';
import type { Digest, TaskName } from '../engine/task.ts';
import type { FileStore } from './file-store.ts';
import { honoursConditionalCreate } from './shared/probe.ts';
import { RemoteError, type RemoteStore } from './shared/remote-store.ts';
import { decodeSharedEntry, encodeSharedEntry, type SharedEntry } from './shared/shared-entry.ts';
import { BadBlobError, download, upload } from './shared/transfer.ts';
import { allFiles } from './workspace.ts';

export interface LayeredStoreOptions {
  readonly local: FileStore;
  readonly remote: RemoteStore;
  /** Given on purpose, to trusted writers only; never guessed from the surroundings. */
  readonly mayWrite: boolean;
  /** With it, entries are signed when written, and only signed ones are taken. */
  readonly secret?: string;
  readonly onWarning: (message: string) => void;
}

/** What the shared cache did for a run. */
export interface SharedSummary {
  readonly restored: readonly TaskName[];
  readonly receivedBytes: number;
  readonly written: readonly TaskName[];
  readonly sentBytes: number;
  /** Results that should have been written and were not. */
  readonly notWritten: readonly TaskName[];
  /** Tasks whose key the cache already holds with other outputs. */
  readonly nondeterministic: readonly TaskName[];
}

type Draft = Parameters<Store['commit']>[0];

export class LayeredStore implements Store {
  readonly #options: LayeredStoreOptions;
  readonly #local: FileStore;
  /** What was asked for so far: an entry, or that there is none of use. */
  readonly #fetched = new Map<Digest, SharedEntry | undefined>();
  /** Keys and digests whose content over there is of no use, so that a writer puts a good one in its place. */
  readonly #bad = new Set<Digest>();
  #canRead = true;
  #canWrite: Promise<boolean> | undefined;
  #queue: Promise<void> = Promise.resolve();
  #stop: AbortSignal | undefined;
  readonly #restored: TaskName[] = [];
  readonly #written: TaskName[] = [];
  readonly #notWritten: TaskName[] = [];
  readonly #nondeterministic: TaskName[] = [];
  #receivedBytes = 0;
  #sentBytes = 0;

  constructor(options: LayeredStoreOptions) {
    this.#options = options;
    this.#local = options.local;
  }

  find(key: Digest): ActionEntry | undefined {
    return this.#local.find(key) ?? this.#fetched.get(key)?.entry;
  }

  async fetch(key: Digest): Promise<ActionEntry | undefined> {
    if (this.#fetched.has(key)) return this.find(key);
    if (!this.#canRead) return undefined;
    const { remote, secret, onWarning } = this.#options;
    try {
      const bytes = await remote.getEntry(key);
      const found = bytes && decodeSharedEntry(bytes, key, secret);
      if (bytes !== undefined && found === undefined) {
        this.#bad.add(key);
        onWarning(`the entry ${key.slice(0, 12)} of the shared cache \`${remote.name}\` cannot be trusted; it is not used`);
      }
      this.#fetched.set(key, found);
      return found?.entry;
    } catch (error) {
      this.#giveUpReading(error);
      return undefined;
    }
  }

  /** Whether the entry would come from the shared cache. */
  isRemote(entry: ActionEntry): boolean {
    return this.#fetched.get(entry.key)?.entry === entry;
  }

  async restore(entry: ActionEntry): Promise<boolean> {
    const shared = this.#fetched.get(entry.key);
    if (shared?.entry !== entry) return this.#local.restore(entry);
    if (!(await this.#bringHere(shared))) {
      this.#fetched.set(entry.key, undefined);
      return false;
    }
    this.#restored.push(entry.task);
    return this.#local.restore(entry);
  }

  async commit(draft: Draft, staging: string, outputs: readonly string[], attachments: readonly string[]): Promise<ActionEntry> {
    const entry = await this.#local.commit(draft, staging, outputs, attachments);
    this.#fetched.delete(entry.key);
    // Beside the next steps; `finish` waits for all.
    if (this.#options.mayWrite) this.#queue = this.#queue.then(() => this.#write(entry));
    return entry;
  }

  /**
   * Waits for everything that is still being written. To be awaited at the end of every run. Once
   * the signal is aborted no further result is begun.
   */
  async finish(signal?: AbortSignal): Promise<SharedSummary> {
    this.#stop = signal;
    await this.#queue;
    return {
      restored: this.#restored,
      receivedBytes: this.#receivedBytes,
      written: this.#written,
      sentBytes: this.#sentBytes,
      notWritten: this.#notWritten,
      nondeterministic: this.#nondeterministic,
    };
  }

  current(task: TaskName): ActionEntry | undefined {
    return this.#local.current(task);
  }
  isInPlace(entry: ActionEntry): boolean {
    return this.#local.isInPlace(entry);
  }
  refresh(task: TaskName): void {
    this.#local.refresh(task);
  }
  stage(task: TaskName): string {
    return this.#local.stage(task);
  }
  show(draft: Draft, staging: string, outputs: readonly string[], attachments: readonly string[]): Promise<ActionEntry> {
    return this.#local.show(draft, staging, outputs, attachments);
  }
  /** By hand and for this machine alone: an accepted result is not offered to others. */
  adopt(draft: Parameters<Store['adopt']>[0], shown: ActionEntry, amended?: string): Promise<ActionEntry | undefined> {
    return this.#local.adopt(draft, shown, amended);
  }
  /** Nobody can list the shared cache by task, so as long as it can be read no step is certain to run. */
  remembers(task: TaskName): boolean {
    return this.#canRead || this.#local.remembers(task);
  }
  findLoss(entry: ActionEntry): { readonly output: string; readonly detail: string } | undefined {
    return this.#local.findLoss(entry);
  }
  folder(task: TaskName): string {
    return this.#local.folder(task);
  }
  discard(staging: string): void {
    this.#local.discard(staging);
  }

  progressFolder(task: TaskName, key: Digest): string {
    return this.#local.progressFolder(task, key);
  }

  forgetProgress(task: TaskName, key?: Digest): void {
    this.#local.forgetProgress(task, key);
  }

  /** All bytes, then the entry, so that the local store is never promised more than it holds. */
  async #bringHere({ entry, lists }: SharedEntry): Promise<boolean> {
    const { remote, onWarning } = this.#options;
    const { fs } = this.#local.files;
    try {
      for (const file of allFiles(entry)) {
        const isThere = await this.#local.take(file, async (draft) => {
          await download(remote, fs, file, lists, draft);
          this.#receivedBytes += file.sizeBytes;
        });
        if (!isThere) throw new BadBlobError(file.digest, false);
      }
      this.#local.takeEntry(entry);
      return true;
    } catch (error) {
      if (error instanceof BadBlobError) {
        this.#bad.add(error.digest).add(entry.key);
        const what = error.isMissing ? 'lacks bytes' : 'has wrong bytes';
        onWarning(`the shared cache \`${remote.name}\` ${what} of \`${entry.task}\`; the step will run`);
      } else this.#giveUpReading(error);
      return false;
    }
  }

  async #write(entry: ActionEntry): Promise<void> {
    const { remote, secret, onWarning } = this.#options;
    try {
      this.#canWrite ??= this.#probe();
      if (!(await this.#canWrite) || this.#stop?.aborted === true) {
        this.#notWritten.push(entry.task);
        return;
      }
      const lists: Record<string, Digest> = {};
      // All bytes before the entry that names them, as in the local store.
      for (const file of distinct(allFiles(entry))) {
        const place = await upload(this.#uploading(), file, this.#local.blobPath(file));
        if (place !== undefined) lists[file.digest] = place;
      }
      const bytes = encodeSharedEntry({ entry, lists }, secret);
      const isBad = this.#bad.has(entry.key);
      if ((await remote.putEntry(entry.key, bytes, { replace: isBad })) === 'exists') await this.#compare(entry, bytes);
      this.#written.push(entry.task);
    } catch (error) {
      this.#notWritten.push(entry.task);
      if (!(error instanceof RemoteError || error instanceof BadBlobError || isSystemError(error))) throw error;
      // Told once; what follows in this run would only say the same.
      if (!(error instanceof BadBlobError)) this.#canWrite = Promise.resolve(false);
      onWarning(`the result of \`${entry.task}\` was not written to the shared cache \`${remote.name}\`: ${error.message}`);
    }
  }

  #uploading(): Parameters<typeof upload>[0] {
    const onSent = (bytes: number): void => {
      this.#sentBytes += bytes;
    };
    return { remote: this.#options.remote, fs: this.#local.files.fs, bad: this.#bad, onSent };
  }

  /** Another writer was first. Its result stands, unless it is of no use to anybody. */
  async #compare(entry: ActionEntry, bytes: Uint8Array): Promise<void> {
    const { remote, secret } = this.#options;
    const other = await remote.getEntry(entry.key);
    const first = other && decodeSharedEntry(other, entry.key, secret);
    if (first === undefined) await remote.putEntry(entry.key, bytes, { replace: true });
    else if (JSON.stringify(first.entry.outputs) !== JSON.stringify(entry.outputs)) this.#nondeterministic.push(entry.task);
  }

  async #probe(): Promise<boolean> {
    const { remote, onWarning } = this.#options;
    if (await honoursConditionalCreate(remote)) return true;
    onWarning(
      `the shared cache \`${remote.name}\` ignores conditional requests (If-None-Match), so results could replace each other; nothing is written to it`,
    );
    return false;
  }

  #giveUpReading(error: unknown): void {
    if (!(error instanceof RemoteError || isSystemError(error))) throw error;
    const { remote, onWarning } = this.#options;
    if (this.#canRead) onWarning(`the shared cache \`${remote.name}\` is not used in this run: ${error.message}`);
    this.#canRead = false;
  }
}

function distinct(files: readonly OutputFile[]): readonly OutputFile[] {
  return [...new Map(files.map((file) => [file.digest, file])).values()];
}

/** The local disk is full or may not be written. */
function isSystemError(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error;
}
