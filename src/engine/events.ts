/** What the engine says while it runs. The engine never prints; reporters and recorders listen. */
import type { ActionEntry, Failure, StepProgress } from './ports.ts';
import type { Plan, Reason, TaskName } from './task.ts';

export type EngineEvent =
  | { readonly type: 'run-started'; readonly plan: Plan }
  | { readonly type: 'step-started'; readonly step: TaskName; readonly reasons: readonly Reason[]; readonly startedAt: number }
  | {
      readonly type: 'step-reused';
      readonly step: TaskName;
      readonly state: 'fresh' | 'restore';
      readonly entry: ActionEntry;
      /** It lies before the first task to run, so nobody asked whether it is still right. */
      readonly isTaken?: true;
    }
  | { readonly type: 'step-progress'; readonly step: TaskName; readonly progress: StepProgress }
  | { readonly type: 'step-log'; readonly step: TaskName; readonly stream: 'stdout' | 'stderr'; readonly line: string }
  | { readonly type: 'step-blocked'; readonly step: TaskName; readonly by: TaskName }
  /** Not begun because another step had failed, on which it does not depend. */
  | { readonly type: 'step-skipped'; readonly step: TaskName }
  | { readonly type: 'store-warning'; readonly message: string }
  | {
      readonly type: 'step-finished';
      readonly step: TaskName;
      readonly status: 'ok';
      readonly entry: ActionEntry;
      readonly stored: boolean;
    }
  | {
      readonly type: 'step-finished';
      readonly step: TaskName;
      readonly status: 'failed';
      readonly failure: Failure;
      readonly durationMs: number;
    }
  | { readonly type: 'step-finished'; readonly step: TaskName; readonly status: 'interrupted'; readonly durationMs: number };

/** The end of a run, as the engine knows it. Verdicts and metrics are read from the entries' results by the app. */
export interface RunOutcome {
  readonly status: 'ok' | 'failed' | 'interrupted';
  /** Every task that the executor was asked to run, whatever came of it. */
  readonly executed: readonly TaskName[];
  readonly reused: readonly TaskName[];
  readonly entries: ReadonlyMap<TaskName, ActionEntry>;
  readonly failures: ReadonlyMap<TaskName, Failure>;
  readonly blocked: readonly TaskName[];
  /** Not begun because another step had failed, on which they do not depend. Empty when the run keeps going. */
  readonly skipped: readonly TaskName[];
}
