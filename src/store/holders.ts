/** Which processes hold steps of a workspace now, for people. Reads only: whoever wants a dead holder's lock replaces it. */
import { join } from 'node:path';
import type { TaskName } from '../engine/task.ts';
import { decodeChecksummed } from './checksummed.ts';
import type { LockHolder } from './lock.ts';
import type { Processes } from './processes.ts';
import { readIfPresent } from './read-if-present.ts';
import type { InspectableStore } from './store-folder.ts';

export interface StepHolder {
  readonly task: TaskName;
  /** `changes`: executes the step or brings its result back. `reads`: needs the result to stay in view. */
  readonly how: 'changes' | 'reads';
  readonly holder: LockHolder;
  /** False for a process of another host or container, which may have died. */
  readonly isSeen: boolean;
}

/** By task. A process that is dead for certain holds nothing. */
export function stepHolders({ files: { fs, layout } }: InspectableStore, processes: Processes): readonly StepHolder[] {
  return fs.readFolder(layout.locks).flatMap((name): StepHolder[] => {
    const [, task, reader] = /^(.+?)\.(?:lock|(reader)-[\d-]+)$/.exec(name) ?? [];
    const bytes = task === undefined ? undefined : readIfPresent(fs, join(layout.locks, name));
    const holder = bytes && (decodeChecksummed(bytes) as unknown as LockHolder | undefined);
    if (holder === undefined) return [];
    const lives = processes.lives(holder);
    if (lives === 'no') return [];
    return [{ task: task as TaskName, how: reader === undefined ? 'changes' : 'reads', holder, isSeen: lives === 'yes' }];
  });
}
