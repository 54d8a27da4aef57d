/**
 * Gather what `decide` needs to know of one task: digests of its inputs, its key, and what the
 * store holds. Reads only what the decision can depend on, since this is the whole cost of a no-op.
 */
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { type Decision, decide } from './decide.ts';
import { keyFields, keyOf } from './key.ts';
import type { ActionEntry, FileDigests, KeyFields, Store } from './ports.ts';
import type { Digest, Task, TaskInput, TaskName } from './task.ts';

export interface ExamineOptions {
  readonly task: Task;
  /** The entries of all tasks that this one reads from. */
  readonly upstream: ReadonlyMap<TaskName, ActionEntry>;
  readonly store: Store;
  readonly digests: FileDigests;
  readonly isForced: boolean;
}

export async function examine(options: ExamineOptions): Promise<Decision> {
  const { task, store, isForced } = options;
  const inputDigests: Digest[] = [];
  for (const input of task.inputs) inputDigests.push(await inputDigest(input, options));
  const fields: KeyFields = keyFields(task, inputDigests);
  const key = keyOf(task, fields);
  const base = { task: task.name, key, fields, isForced, isInPlace: false, objection: undefined, current: undefined, loss: undefined };

  if (isForced) return decide({ ...base, found: undefined });
  // Asked first, since a store finds faster what it has just read as the current entry.
  const current = store.current(task.name);
  const found = store.find(key) ?? (await store.fetch?.(key));
  if (found !== undefined) {
    const objection = await task.revalidate?.(found.result);
    return decide({ ...base, found, objection, isInPlace: store.isInPlace(found) });
  }
  const loss = current?.key === key ? store.findLoss(current) : undefined;
  return decide({ ...base, found, current, loss });
}

async function inputDigest(input: TaskInput, options: ExamineOptions): Promise<Digest> {
  if (input.kind === 'file') {
    if (input.isAwaited === true) throw notFetched(input.label);
    try {
      return await options.digests.digest(input.path);
    } catch (cause) {
      throw unreadableInput(input.label, cause);
    }
  }
  const entry = options.upstream.get(input.task);
  const record = entry?.outputs.find((output) => output.name === input.output);
  if (record === undefined) throw new Error(`the entry of ${input.task} has no ${input.output}`);
  return record.digest;
}

/** A run fetches before it plans, so this is a command that only looks. */
function notFetched(label: string): DiagnosticError {
  const message = `\`${label}\` has not been fetched yet`;
  return new DiagnosticError({ code: 'not-fetched', severity: 'error', message, hint: '`recipe run` fetches it' });
}

/** Validation has checked that input files exist, so this is a file that went away or may not be read. */
function unreadableInput(label: string, cause: unknown): unknown {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ENOENT') {
    return new DiagnosticError({ code: 'file-not-found', severity: 'error', message: `\`${label}\` does not exist` });
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EISDIR' || code === 'EIO' || code === 'EBUSY') {
    return new DiagnosticError({
      code: 'file-unreadable',
      severity: 'error',
      message: `\`${label}\` cannot be read: ${(cause as Error).message}`,
    });
  }
  return cause;
}
