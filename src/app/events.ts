/**
 * The events of a run as reporters, recorders and `--format json` see them: the engine's, with
 * what the engine does not know (recipe, summaries, metrics, cards, verdict).
 */
import type { Finding } from '../cards/blocks.ts';
import type { Failure } from '../engine/ports.ts';
import type { PlanState, Reason } from '../engine/task.ts';
import type { Verdict } from '../steps/evaluate/params.ts';

export const EVENT_SCHEMA_VERSION = 1;

export interface PlannedStep {
  readonly name: string;
  readonly state: PlanState;
  readonly reasons: readonly Reason[];
  /** Where a result that is brought back comes from, when not from this machine. */
  readonly source?: 'shared';
  /** The steps that must run before this one can be decided. Only when it is `unknown`. */
  readonly waitsFor?: readonly string[];
  /** It lies before `--from`: its result is used without asking whether it is still right. */
  readonly isTaken?: true;
  /** Its result was made for another state, and a person accepted it for this one. */
  readonly acceptedByHand?: true;
}

/** What `recipe plan --format json` prints. */
export interface PlanDocument {
  readonly schemaVersion: number;
  readonly profile: string | null;
  readonly steps: readonly PlannedStep[];
}

export type RunStatus = 'ok' | 'failed' | 'rejected' | 'interrupted';

export interface RunFinished {
  readonly type: 'run-finished';
  readonly status: RunStatus;
  readonly exitCode: number;
  readonly executed: readonly string[];
  readonly reused: readonly string[];
  /** Did not run because a step that they read from had failed. */
  readonly blocked: readonly string[];
  /** Were not begun because another step had failed. */
  readonly skipped: readonly string[];
  /** Of the reused: used as they are, because they lie before `--from`. */
  readonly taken: readonly string[];
  /** Of the reused: a person accepted their result. */
  readonly acceptedByHand: readonly string[];
  /** Prefixed names, such as `test_root_mean_squared_error`. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Absent when `evaluate` was not part of the run. */
  readonly verdict: Verdict | null;
  /** The tracking run that holds the complete record; of an earlier execution when nothing ran. */
  readonly runId: string | null;
  /** The store that holds the run, without credentials. */
  readonly tracking: string;
  readonly findings: readonly (Finding & { readonly step: string })[];
  /** Step → path of its card, relative to the recipe's root; `run` is the overview. */
  readonly cards: Readonly<Record<string, string>>;
  readonly durationMs: number;
  /** The results come from a sample of at most so many rows. */
  readonly sample?: number;
  /** Present when the model was registered, now or before. */
  readonly registered?: { readonly name: string; readonly version: string };
  readonly failures?: readonly (Failure & { readonly step: string })[];
  /** Present when the recipe names a shared cache: which results came from there and went there. */
  readonly sharedCache?: {
    readonly restored: readonly string[];
    readonly receivedBytes: number;
    readonly written: readonly string[];
    readonly sentBytes: number;
    readonly notWritten: readonly string[];
  };
}

export type RunEvent =
  | {
      readonly type: 'run-started';
      readonly recipe: string;
      readonly template: string;
      readonly profile: string | null;
      readonly steps: readonly PlannedStep[];
    }
  | { readonly type: 'step-started'; readonly step: string; readonly reasons: readonly Reason[] }
  | {
      readonly type: 'step-reused';
      readonly step: string;
      readonly state: 'fresh' | 'restore';
      readonly summary: string;
      readonly sourceRun: string | null;
      readonly isTaken?: true;
      readonly acceptedByHand?: true;
    }
  | {
      readonly type: 'step-progress';
      readonly step: string;
      readonly message?: string;
      readonly done?: number;
      readonly total?: number;
      readonly unit?: string;
      readonly metrics?: Readonly<Record<string, number>>;
    }
  | { readonly type: 'step-log'; readonly step: string; readonly stream: 'stdout' | 'stderr'; readonly line: string }
  | { readonly type: 'step-blocked'; readonly step: string; readonly by: string }
  | { readonly type: 'step-skipped'; readonly step: string }
  | {
      readonly type: 'step-finished';
      readonly step: string;
      readonly status: 'ok' | 'failed' | 'interrupted';
      readonly durationMs: number;
      readonly summary?: string;
      readonly error?: Failure;
    }
  | { readonly type: 'card-written'; readonly step: string; readonly path: string }
  | ({ readonly type: 'warning'; readonly step?: string } & Finding)
  | {
      readonly type: 'criterion';
      readonly metric: string;
      readonly threshold: number;
      readonly value: number | null;
      readonly result: 'pass' | 'pass-close' | 'fail-close' | 'fail';
    }
  | RunFinished;

/** As written to stdout and to the log: one object a line. */
export type RecordedEvent = RunEvent & {
  readonly schemaVersion: number;
  readonly seq: number;
  readonly time: string;
  readonly runId: string | null;
};
