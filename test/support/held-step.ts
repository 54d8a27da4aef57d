/** Holds a step of a project from this process, as a command that works on it would. */
import { join } from 'node:path';
import { asTaskName } from '../../src/engine/digest.ts';
import type { Hold } from '../../src/engine/ports.ts';
import { openFileStore } from '../../src/store/file-store.ts';
import { nodeFileSystem } from '../../src/store/node-file-system.ts';
import { systemProcesses } from '../../src/store/processes.ts';
import { openStepLocks } from '../../src/store/step-lock.ts';

export function holdStep(root: string, step: string, how: 'acquire' | 'share' = 'acquire'): Promise<Hold> {
  const store = openFileStore({
    root: join(root, '.recipe/store'),
    outputs: join(root, '.recipe/outputs'),
    fs: nodeFileSystem,
    clock: { now: () => Date.now() },
    onWarning: () => undefined,
  });
  const locks = openStepLocks({ store, processes: systemProcesses(), purpose: 'a test', onWait: () => undefined });
  return locks[how](asTaskName(step), new AbortController().signal);
}
