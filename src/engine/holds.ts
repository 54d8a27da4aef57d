/**
 * What one run holds of a workspace that other runs use too. Without locks nobody else is there,
 * and everything here is free.
 */
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { ActionEntry, Hold, StepLocks, Store } from './ports.ts';
import type { TaskName } from './task.ts';

const NOTHING: Hold = { release: () => undefined };

export class Holds {
  readonly #locks: StepLocks | undefined;
  readonly #store: Store;
  readonly #signal: AbortSignal;
  readonly #lingering: Promise<void>[] = [];

  constructor(locks: StepLocks | undefined, store: Store, signal: AbortSignal) {
    this.#locks = locks;
    this.#store = store;
    this.#signal = signal;
  }

  /** To change what the workspace shows of a task. `isNews`: another process did so since this one last looked. */
  async acquire(task: TaskName): Promise<Hold & { readonly isNews: boolean }> {
    if (this.#locks === undefined) return { ...NOTHING, isNews: false };
    const hold = await this.#locks.acquire(task, this.#signal);
    return { release: () => hold.release(), isNews: this.#isNews(task) };
  }

  /** To read results as long as it takes. What another run has replaced is brought back first. */
  async share(entries: readonly ActionEntry[]): Promise<Hold> {
    const locks = this.#locks;
    if (locks === undefined) return NOTHING;
    for (;;) {
      const holds: Hold[] = [];
      const release = (): void => {
        for (const hold of holds) hold.release();
      };
      try {
        const busy = entries.find(({ task }) => {
          const hold = locks.tryShare(task);
          if (hold !== undefined) holds.push(hold);
          return hold === undefined;
        });
        if (busy !== undefined) {
          // Nothing is held while waiting: two readers of the same two results could wait for each other.
          release();
          (await locks.share(busy.task, this.#signal)).release();
          continue;
        }
        // Each looks for itself: what is news to one step of this run is none to the next.
        for (const { task } of entries) this.#store.refresh?.(task);
        const replaced = entries.find((entry) => !this.#store.isInPlace(entry));
        if (replaced === undefined) return { release };
        release();
        await this.#bringBack(replaced);
      } catch (error) {
        release();
        throw error;
      }
    }
  }

  /** Let go once those that listen to the run have read what they need. */
  releaseAfter(settled: Promise<void> | undefined, hold: Hold): void {
    if (settled === undefined) hold.release();
    else
      this.#lingering.push(
        settled.then(
          () => hold.release(),
          () => hold.release(),
        ),
      );
  }

  async allReleased(): Promise<void> {
    await Promise.all(this.#lingering);
  }

  #isNews(task: TaskName): boolean {
    const before = this.#store.current(task);
    this.#store.refresh?.(task);
    const now = this.#store.current(task);
    return before?.key !== now?.key || before?.sequence !== now?.sequence;
  }

  async #bringBack(entry: ActionEntry): Promise<void> {
    const hold = await this.acquire(entry.task);
    try {
      if (this.#store.isInPlace(entry) || (await this.#store.restore(entry))) return;
    } finally {
      hold.release();
    }
    throw new DiagnosticError({
      code: 'step-failed',
      severity: 'error',
      message: `the result of \`${entry.task}\` was replaced or edited while this run went on, and it is not kept`,
      hint: 'run again when nothing else works in this folder',
    });
  }
}
