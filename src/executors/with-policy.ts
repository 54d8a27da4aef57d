/**
 * Time limits and retries of tasks, around any executor. An executor must end a step when its
 * signal is aborted and answer with the reason; it need not know of attempts.
 */
import { readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecuteOutcome, ExecuteRequest, Executor, Failure } from '../engine/ports.ts';
import { StepTimeout } from './stopped.ts';
import { STEP_LOG } from './worker-messages.ts';

/** What may be different the next time. A mistake in the recipe or in the data is not. */
const RETRIED: ReadonlySet<string> = new Set(['step-failed', 'step-crashed', 'step-timed-out', 'step-out-of-memory', 'tracking-failed']);

export function withPolicy(inner: Executor): Executor {
  return {
    async execute(request) {
      const attempts = 1 + (request.task.policy?.retries ?? 0);
      const logs: string[] = [];
      for (let attempt = 1; ; attempt++) {
        const outcome = await attemptOnce(inner, request);
        if (outcome.ok) return { ...outcome, attachments: [...outcome.attachments, ...logs] };
        if (attempt >= attempts || request.signal.aborted || !RETRIED.has(outcome.failure.code)) {
          return attempt === 1 ? outcome : { ok: false, failure: afterAttempts(outcome.failure, attempt) };
        }
        const log = clearAttempt(request.staging, attempt);
        if (log !== undefined) logs.push(log);
        request.onLog('stderr', `attempt ${attempt} of ${attempts} failed: ${outcome.failure.message}`);
      }
    },
    close: () => inner.close(),
  };
}

async function attemptOnce(inner: Executor, request: ExecuteRequest): Promise<ExecuteOutcome> {
  const timeoutMs = request.task.policy?.timeoutMs;
  if (timeoutMs === undefined) return inner.execute(request);
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(new StepTimeout(timeoutMs)), timeoutMs);
  try {
    return await inner.execute({ ...request, signal: AbortSignal.any([request.signal, limit.signal]) });
  } finally {
    clearTimeout(timer);
  }
}

/** Everything that the attempt left goes, except its log, which gets a name of its own. */
function clearAttempt(staging: string, attempt: number): string | undefined {
  const kept = `step.attempt-${attempt}.log`;
  let hasLog = false;
  for (const name of readdirSync(staging)) {
    if (name === STEP_LOG) {
      renameSync(join(staging, name), join(staging, kept));
      hasLog = true;
    } else if (!isAttemptLog(name)) rmSync(join(staging, name), { recursive: true, force: true });
  }
  return hasLog ? kept : undefined;
}

/** The log of an earlier attempt, in the staging folder. */
export function isAttemptLog(name: string): boolean {
  return /^step\.attempt-\d+\.log$/.test(name);
}

function afterAttempts(failure: Failure, attempts: number): Failure {
  return { ...failure, causes: [...(failure.causes ?? []), `all ${attempts} attempts failed; this is the last one`] };
}
