/**
 * After a step ran: are its inputs still what its key says? A file that moved meanwhile would
 * put the wrong result under a good key, for everybody who shares the store.
 */
import type { ActionEntry, FileDigests, KeyFields, Store } from './ports.ts';
import type { Digest, Task, TaskName } from './task.ts';

export interface RecheckOptions {
  readonly task: Task;
  readonly fields: KeyFields;
  readonly upstream: ReadonlyMap<TaskName, ActionEntry>;
  readonly store: Store;
  readonly digests: FileDigests;
}

/** How people call what changed: labels of files, `step output`, user files. Empty when all is as it was. */
export async function findMoved({ task, fields, upstream, store, digests }: RecheckOptions): Promise<readonly string[]> {
  const moved: string[] = [];
  for (const [index, input] of task.inputs.entries()) {
    const recorded = fields.inputs[index];
    if (recorded === undefined) throw new Error(`the key of ${task.name} lacks the input ${input.role}`);
    const holds = input.kind === 'file' ? await isSameFile(input.path, recorded.digest, digests) : isShown(upstream.get(input.task), store);
    if (!holds) moved.push(recorded.label);
  }
  for (const code of task.userCode) if (code.isUnchanged?.() === false) moved.push(code.file);
  return [...new Set(moved)];
}

/**
 * Both questions are needed. The record of the hashing tells of a file that changed and changed
 * back; the digest tells of a change within one tick of the file system's clock, since a file
 * that was young when it was hashed is read again.
 */
async function isSameFile(path: string, digest: Digest, digests: FileDigests): Promise<boolean> {
  if (!digests.isUnchanged(path)) return false;
  try {
    return (await digests.digest(path)) === digest;
  } catch {
    // It can no longer be read, so it is not what it was.
    return false;
  }
}

function isShown(entry: ActionEntry | undefined, store: Store): boolean {
  return entry !== undefined && store.isInPlace(entry);
}
