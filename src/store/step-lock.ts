/**
 * One process at a time executes a step of a workspace; different steps go on side by side, also
 * in two processes. The lock is held from the last look at the store to the pointer that shows the
 * result, so whoever waited finds the result and does not make it again.
 */
import type { StepLocks } from '../engine/ports.ts';
import type { TaskName } from '../engine/task.ts';
import type { Processes } from './processes.ts';
import type { InspectableStore } from './store-folder.ts';
import { acquireWorkspaceLock, type LockHolder } from './workspace-lock.ts';

export interface StepLocksOptions {
  readonly store: InspectableStore;
  readonly processes: Processes;
  /** What this process does, such as `recipe run`. */
  readonly purpose: string;
  /** Called once for each holder that has to be waited for. */
  readonly onWait: (task: TaskName, holder: LockHolder) => void;
  readonly sleep?: (ms: number) => Promise<void>;
}

export function openStepLocks({ store, processes, purpose, onWait, sleep }: StepLocksOptions): StepLocks {
  const { fs, clock, layout } = store.files;
  return {
    acquire: (task, signal) =>
      acquireWorkspaceLock({
        file: layout.lock(task),
        fs,
        clock,
        processes,
        purpose,
        signal,
        onWait: (holder) => onWait(task, holder),
        ...(sleep !== undefined && { sleep }),
      }),
  };
}
