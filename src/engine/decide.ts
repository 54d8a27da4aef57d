/**
 * Whether a task runs. Pure: `examine.ts` has read the store, and nobody else decides, so the
 * plan and the run cannot disagree.
 */
import { differences } from './differences.ts';
import type { ActionEntry, KeyFields } from './ports.ts';
import type { Digest, Reason, TaskName } from './task.ts';

/** What is known about a task when all that it reads is known. */
export interface Evidence {
  readonly task: TaskName;
  readonly key: Digest;
  readonly fields: KeyFields;
  readonly isForced: boolean;
  /** The entry under the key, with all its bytes held. */
  readonly found: ActionEntry | undefined;
  /** Whether the workspace shows `found`. */
  readonly isInPlace: boolean;
  /** Why `found` may not be reused although nothing that the key covers has changed. */
  readonly objection: Reason | undefined;
  /** The last entry that this workspace showed, whatever its key. */
  readonly current: ActionEntry | undefined;
  /** What of `current` the store has lost. */
  readonly loss: { readonly output: string; readonly detail: string } | undefined;
}

export type Decision = Reuse | Execution;

export interface Reuse {
  readonly state: 'fresh' | 'restore';
  readonly key: Digest;
  readonly fields: KeyFields;
  readonly entry: ActionEntry;
}

export interface Execution {
  readonly state: 'run';
  readonly key: Digest;
  readonly fields: KeyFields;
  readonly reasons: readonly Reason[];
}

/** The order of the checks is visible: the first that applies is what the user reads. */
export function decide(evidence: Evidence): Decision {
  const { key, fields, found, current } = evidence;
  const run = (reasons: readonly Reason[]): Execution => ({ state: 'run', key, fields, reasons });
  if (evidence.isForced) return run([{ kind: 'forced' }]);
  if (found !== undefined) {
    if (evidence.objection !== undefined) return run([evidence.objection]);
    return { state: evidence.isInPlace ? 'fresh' : 'restore', key, fields, entry: found };
  }
  if (current === undefined) return run([{ kind: 'never-ran' }]);
  if (current.key === key) return run([lossReason(current, evidence.loss)]);
  return run(differences(evidence.task, current.fields, fields));
}

/** The reason to run a task whose result is known and cannot be brought back. */
export function lossReason(entry: ActionEntry, loss: Evidence['loss']): Reason {
  if (loss !== undefined) return { kind: 'output-missing', ...loss };
  return { kind: 'output-missing', output: entry.outputs[0]?.name ?? entry.task };
}
