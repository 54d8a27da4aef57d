/** How steps ended, for the run card. */
import type { ActionEntry } from '../engine/ports.ts';
import type { TaskName } from '../engine/task.ts';
import { ACCEPTED_BY_HAND, TAKEN_AS_IT_IS } from './reason-text.ts';
import { storedResult } from './step-result.ts';

export interface StepEnd {
  readonly state: 'fresh' | 'restore' | 'run' | 'failed' | 'blocked' | 'skipped';
  readonly durationMs?: number;
  readonly summary?: string;
  readonly reason?: string;
}

/** The ends of a run in which nothing had to run. */
export function reusedEnds(entries: ReadonlyMap<TaskName, ActionEntry>): ReadonlyMap<string, StepEnd> {
  return new Map(
    [...entries.values()].map((entry) => [
      entry.task as string,
      { state: 'fresh', durationMs: entry.durationMs, summary: storedResult(entry).summary, ...reuseReason(entry) },
    ]),
  );
}

/** Why a result is reused that no run has made for this state. */
export function reuseReason({ acceptedByHand }: ActionEntry, isTaken: boolean = false): Pick<StepEnd, 'reason'> {
  return acceptedByHand === true ? { reason: ACCEPTED_BY_HAND } : isTaken ? { reason: TAKEN_AS_IT_IS } : {};
}
