/**
 * The messages between a command and its worker. Control only: data moves by file path, and
 * what a step prints moves through the worker's stdout and stderr.
 */
import type { Failure, StepProgress } from '../engine/ports.ts';
import type { Json, JsonObject } from '../schema/json.ts';
import type { StepName } from '../steps/define.ts';
import type { CardContext } from './worker-payload.ts';

export type ToWorker = WarmMessage | RunMessage | FailureCardMessage;

/** Import what the steps need while the command still plans. No answer. */
export interface WarmMessage {
  readonly type: 'warm';
  readonly steps: readonly StepName[];
}

export interface RunMessage {
  readonly type: 'run';
  readonly id: string;
  readonly step: StepName;
  readonly code: string;
  readonly root: string;
  readonly params: Json;
  readonly pace?: JsonObject;
  readonly inputs: Readonly<Record<string, string>>;
  /** What to call inputs whose paths must not be shown, by role. */
  readonly inputNames: Readonly<Record<string, string>>;
  readonly lastOutputs?: string;
  readonly staging: string;
  readonly progressFolder?: string;
  readonly seed: number;
  /** Declared environment variables: the only ones that the step sees beside a fixed few. */
  readonly env: Readonly<Record<string, string>>;
  readonly userCode: Readonly<Record<string, LoadableCode>>;
  readonly card: CardContext;
}

export interface LoadableCode {
  /** Absolute path of the module to import. */
  readonly bundlePath: string;
  /** Absent when the key of the task does not name the code, because an input does. */
  readonly digest?: string;
}

/** Draw the card of a failure into a folder. Sent after the log is complete, to a fresh worker when the other one died. */
export interface FailureCardMessage {
  readonly type: 'failure-card';
  readonly id: string;
  readonly step: StepName;
  readonly folder: string;
  readonly failure: Failure;
  readonly card: CardContext;
  readonly durationMs: number;
  /** The last lines that the step printed. */
  readonly lastLines: readonly string[];
}

export type FromWorker =
  /** Resident memory of the process, now and then while a step runs: for systems that do not tell it from outside. */
  | { readonly type: 'memory'; readonly id: string; readonly residentBytes: number }
  /** The step is in this worker's hands. A worker that ends before this had nothing to do with it. */
  | { readonly type: 'begun'; readonly id: string }
  | { readonly type: 'progress'; readonly id: string; readonly progress: StepProgress }
  | { readonly type: 'done'; readonly id: string; readonly result: Json; readonly attachments: readonly string[] }
  /** `isSpent` says that code of the step may still be running, so this worker must not get another one. */
  | { readonly type: 'failed'; readonly id: string; readonly failure: Failure; readonly isSpent: boolean }
  | { readonly type: 'card-written'; readonly id: string };

/**
 * Written by the worker to stdout and to stderr when a step has ended: messages and output travel
 * on different roads, and the log is complete only when this has arrived on both.
 */
export function endOfOutput(id: string): string {
  return `\u0000end-of-step ${id}\u0000\n`;
}

/** The log of a step, in its staging folder. */
export const STEP_LOG = 'step.log';
