/** Machines with a workspace of their own each, in memory, and a shared cache between them. */
import { planTasks } from '../../src/engine/plan.ts';
import type { FileDigests } from '../../src/engine/ports.ts';
import type { RunOptions } from '../../src/engine/run.ts';
import type { Task } from '../../src/engine/task.ts';
import { LayeredStore, type LayeredStoreOptions, type SharedSummary } from '../../src/store/layered-store.ts';
import { openFolderRemote } from '../../src/store/shared/folder-remote.ts';
import type { RemoteStore } from '../../src/store/shared/remote-store.ts';
import { openStatCache } from '../../src/store/stat-cache.ts';
import { type Rig, rig } from './fake-task.ts';
import { fakeClock, type MemoryFileSystem, memoryFileSystem } from './memory-fs.ts';

export interface SharedFolder {
  readonly fs: MemoryFileSystem;
  readonly remote: RemoteStore;
}

export function sharedFolder(): SharedFolder {
  const fs = memoryFileSystem(fakeClock());
  return { fs, remote: openFolderRemote({ folder: '/shared', fs }) };
}

export interface Machine {
  readonly rig: Rig;
  store(): LayeredStore;
  /** Runs the tasks and gives the names of those that executed. */
  run(
    tasks: readonly Task[],
    options?: Partial<RunOptions>,
  ): Promise<{ readonly executed: readonly string[]; readonly summary: SharedSummary }>;
}

export function machine(remote: RemoteStore, options: Partial<LayeredStoreOptions> = {}): Machine {
  const work = rig();
  const store = (): LayeredStore =>
    new LayeredStore({ local: work.store(), remote, mayWrite: false, onWarning: (text) => work.warnings.push(text), ...options });
  return {
    rig: work,
    store,
    async run(tasks, runOptions = {}) {
      const layered = store();
      await askAhead(tasks, layered, openStatCache({ file: '/w/.recipe/store/stat-cache', fs: work.fs, clock: work.clock }));
      const outcome = await work.run(tasks, { store: layered, ...runOptions });
      if (outcome.status !== 'ok') throw new Error(`the run is ${outcome.status}: ${JSON.stringify([...outcome.failures.values()])}`);
      return { executed: outcome.executed, summary: await layered.finish() };
    },
  };
}

/** Ask for every key that can be known before anything runs. */
async function askAhead(tasks: readonly Task[], store: LayeredStore, digests: FileDigests): Promise<void> {
  for (let isMore = true; isMore; ) {
    isMore = false;
    for (const { state, key } of (await planTasks({ tasks, store, digests })).tasks)
      if (state === 'run' && key !== undefined && (await store.fetch(key)) !== undefined) isMore = true;
  }
}
