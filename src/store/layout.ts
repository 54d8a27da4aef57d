/**
 * Where things lie in a store. Bytes and entries are spread over 256 folders, because some file
 * systems slow down on large ones. Every name here is one that Windows takes too.
 */
import { join } from 'node:path';
import type { FileSystem } from '../engine/ports.ts';
import type { Digest, TaskName } from '../engine/task.ts';

export class Layout {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  get root(): string {
    return this.#root;
  }
  get blobs(): string {
    return join(this.#root, 'blobs');
  }
  get entries(): string {
    return join(this.#root, 'entries');
  }
  get pointers(): string {
    return join(this.#root, 'current');
  }
  get staging(): string {
    return join(this.#root, 'staging');
  }
  get sequence(): string {
    return join(this.#root, 'sequence');
  }
  get quarantine(): string {
    return join(this.#root, 'quarantine');
  }
  get pins(): string {
    return join(this.#root, 'pins');
  }
  get locks(): string {
    return join(this.#root, 'locks');
  }
  blob(digest: Digest): string {
    return join(this.#root, 'blobs', digest.slice(0, 2), digest);
  }
  entry(key: Digest): string {
    return join(this.#root, 'entries', key.slice(0, 2), `${key}.json`);
  }
  /** The record of what the workspace shows of a task. */
  pointer(task: TaskName): string {
    return join(this.#root, 'current', `${task}.json`);
  }
  pin(name: string): string {
    return join(this.#root, 'pins', `${name}.json`);
  }
  get progress(): string {
    return join(this.#root, 'progress');
  }
  /** What an execution of a key that has not ended yet wants to find again. */
  progressOf(task: TaskName, key: Digest): string {
    return join(this.#root, 'progress', `${task}.${key}`);
  }
  lock(task: TaskName): string {
    return join(this.#root, 'locks', `${task}.lock`);
  }
  quarantined(name: string): string {
    return join(this.#root, 'quarantine', name);
  }
}

/** The files of `blobs` or `entries`, in code-unit order of their names. */
export function listSpread(fs: FileSystem, folder: string): readonly { readonly name: string; readonly path: string }[] {
  return fs
    .readFolder(folder)
    .flatMap((part) => fs.readFolder(join(folder, part)).map((name) => ({ name, path: join(folder, part, name) })));
}
