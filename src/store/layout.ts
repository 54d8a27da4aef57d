/**
 * Where things lie in a store. Bytes and entries are spread over 256 folders, because some file
 * systems slow down on large ones.
 */
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
    return `${this.#root}/blobs`;
  }
  get entries(): string {
    return `${this.#root}/entries`;
  }
  get pointers(): string {
    return `${this.#root}/current`;
  }
  get staging(): string {
    return `${this.#root}/staging`;
  }
  get sequence(): string {
    return `${this.#root}/sequence`;
  }
  blob(digest: Digest): string {
    return `${this.blobs}/${digest.slice(0, 2)}/${digest}`;
  }
  entry(key: Digest): string {
    return `${this.entries}/${key.slice(0, 2)}/${key}.json`;
  }
  /** The record of what the workspace shows of a task. */
  pointer(task: TaskName): string {
    return `${this.pointers}/${task}.json`;
  }
  get quarantine(): string {
    return `${this.#root}/quarantine`;
  }
}
