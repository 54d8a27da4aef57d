/**
 * Why a step was stopped from outside, as what the executor answers. The reason travels in the
 * abort signal: the user, or the step's own time limit.
 */
import type { Failure } from '../engine/ports.ts';

/** The reason of the signal when the time limit of a step has passed. */
export class StepTimeout extends Error {
  readonly timeoutMs: number;

  constructor(timeoutMs: number) {
    super(`the time limit of ${seconds(timeoutMs)} has passed`);
    this.name = 'StepTimeout';
    this.timeoutMs = timeoutMs;
  }
}

/** The engine asks its own signal whether a run was interrupted, and not this value. */
export function stoppedFailure(step: string, signal: AbortSignal): Failure {
  const reason: unknown = signal.reason;
  if (reason instanceof StepTimeout) {
    return {
      code: 'step-timed-out',
      message: `\`${step}\` did not end within ${seconds(reason.timeoutMs)}`,
      hint: `raise \`timeout\` of \`${step}\`, or give it less to do`,
    };
  }
  return { code: 'interrupted', message: `\`${step}\` was stopped before it had finished`, exitCode: 130 };
}

function seconds(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${Number((ms / 1000).toFixed(3))} s`;
}
