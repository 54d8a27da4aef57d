/**
 * Who may change what the workspace shows of a step, and who reads it. One process at a time
 * executes a step or brings its result back; nobody does while another reads the result. Readers
 * share. Different steps go on side by side, also in several processes.
 */
import { join } from 'node:path';
import type { StepLocks } from '../engine/ports.ts';
import type { TaskName } from '../engine/task.ts';
import { acquireLock, type FileLock, type LockHolder, type LockOptions, LockWatch, markPresence, pause, tryLock } from './lock.ts';
import type { Processes } from './processes.ts';
import type { InspectableStore } from './store-folder.ts';

export interface StepLocksOptions {
  readonly store: InspectableStore;
  readonly processes: Processes;
  /** What this process does, such as `recipe run`. */
  readonly purpose: string;
  /** Called once for each holder that has to be waited for. */
  readonly onWait: (task: TaskName, holder: LockHolder) => void;
  readonly sleep?: (ms: number) => Promise<void>;
}

export function openStepLocks(options: StepLocksOptions): StepLocks {
  return new FileStepLocks(options);
}

class FileStepLocks implements StepLocks {
  readonly #options: StepLocksOptions;
  /** What this process may change. It may read that, too. */
  readonly #changing = new Set<TaskName>();
  readonly #marks = new Set<string>();
  #count = 0;

  constructor(options: StepLocksOptions) {
    this.#options = options;
  }

  async acquire(task: TaskName, signal: AbortSignal): Promise<FileLock> {
    const { layout } = this.#options.store.files;
    const lock = await acquireLock(this.#lockOptions(task, layout.lock(task), signal));
    try {
      // Nobody begins to read from here on.
      await this.#readersGone(task, signal);
    } catch (error) {
      lock.release();
      throw error;
    }
    this.#changing.add(task);
    return {
      release: () => {
        this.#changing.delete(task);
        lock.release();
      },
    };
  }

  async share(task: TaskName, signal: AbortSignal): Promise<FileLock> {
    // Tried without a pause first, so that two steps of this process do not get into each other's way.
    const hold = this.tryShare(task);
    if (hold !== undefined) return hold;
    const gate = await acquireLock(this.#lockOptions(task, this.#options.store.files.layout.lock(task), signal));
    try {
      return this.#mark(task);
    } finally {
      gate.release();
    }
  }

  tryShare(task: TaskName): FileLock | undefined {
    if (this.#changing.has(task)) return this.#mark(task);
    const gate = tryLock(this.#lockOptions(task, this.#options.store.files.layout.lock(task), NEVER));
    if (gate === undefined) return undefined;
    try {
      return this.#mark(task);
    } finally {
      gate.release();
    }
  }

  /** To be called while nobody changes the task. */
  #mark(task: TaskName): FileLock {
    const { layout } = this.#options.store.files;
    const name = `${readerPrefix(task)}${this.#options.processes.self.pid}-${this.#count++}`;
    const mark = markPresence(this.#lockOptions(task, join(layout.locks, name), NEVER));
    this.#marks.add(name);
    return {
      release: () => {
        mark.release();
        this.#marks.delete(name);
      },
    };
  }

  async #readersGone(task: TaskName, signal: AbortSignal): Promise<void> {
    const { fs, layout } = this.#options.store.files;
    const watches = new Map<string, LockWatch>();
    for (;;) {
      signal.throwIfAborted();
      const others = fs.readFolder(layout.locks).filter((name) => name.startsWith(readerPrefix(task)) && !this.#marks.has(name));
      let isFree = true;
      for (const name of others) {
        const file = join(layout.locks, name);
        const watch = watches.get(name) ?? new LockWatch(this.#lockOptions(task, file, signal));
        watches.set(name, watch);
        if (watch.isDead()) fs.remove(file);
        else isFree = false;
      }
      if (isFree) return;
      await pause(this.#options);
    }
  }

  #lockOptions(task: TaskName, file: string, signal: AbortSignal): LockOptions {
    const { store, processes, purpose, onWait, sleep } = this.#options;
    const { fs, clock } = store.files;
    return {
      file,
      fs,
      clock,
      processes,
      purpose,
      signal,
      onWait: (holder) => onWait(task, holder),
      ...(sleep !== undefined && { sleep }),
    };
  }
}

const NEVER = new AbortController().signal;

function readerPrefix(task: TaskName): string {
  return `${task}.reader-`;
}
