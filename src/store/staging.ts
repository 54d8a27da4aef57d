/**
 * Folders and files under construction. Each name says which process made it, so that a later one
 * can clear away what a killed process left, and nothing else.
 */
import { join } from 'node:path';
import type { Clock, FileSystem } from '../engine/ports.ts';
import type { TaskName } from '../engine/task.ts';
import { type Processes, spaceOf } from './processes.ts';
import { isSystemError } from './system-error.ts';

/** Leftovers of hosts and containers that cannot be asked are kept this long. */
const FOREIGN_MS = 24 * 60 * 60 * 1000;

export interface StagingOptions {
  readonly folder: string;
  readonly fs: FileSystem;
  readonly clock: Clock;
  readonly processes: Processes;
}

export class Staging {
  readonly #options: StagingOptions;
  readonly #owner: string;
  #count = 0;
  #isReady = false;

  constructor(options: StagingOptions) {
    this.#options = options;
    const { self } = options.processes;
    this.#owner = `${spaceOf(self)}.${self.pid}`;
    try {
      this.#clean();
    } catch (error) {
      // What cannot be cleared away now is cleared away another time.
      if (!isSystemError(error)) throw error;
    }
  }

  /** A new empty folder. */
  folder(task: TaskName): string {
    const path = this.#unused(task);
    this.#options.fs.makeFolder(path);
    return path;
  }

  /** A path for a file that is renamed once it is complete. */
  draft(): string {
    const { fs, folder } = this.#options;
    if (!this.#isReady) fs.makeFolder(folder);
    this.#isReady = true;
    return this.#unused('file');
  }

  #unused(name: string): string {
    const { fs, folder } = this.#options;
    // Another store of this process may be open on the same folder.
    for (;;) {
      const path = join(folder, `${name}.${this.#owner}.${this.#count++}`);
      if (fs.stat(path) === undefined) return path;
    }
  }

  #clean(): void {
    const { fs, folder, processes, clock } = this.#options;
    const space = spaceOf(processes.self);
    for (const name of fs.readFolder(folder)) {
      const [owner, pid] = name.split('.').slice(-3);
      const path = join(folder, name);
      if (owner !== space) {
        const stat = fs.stat(path);
        if (stat !== undefined && Number(stat.mtimeNs / 1_000_000n) < clock.now() - FOREIGN_MS) fs.remove(path);
        // The start time is not in the name. Where a number was given out again, the leftover waits for another day.
      } else if (Number(pid) !== processes.self.pid && !processes.answers(Number(pid))) fs.remove(path);
    }
  }
}
