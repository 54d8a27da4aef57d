/** The outcome of a task that was told to stop. The engine asks its own signal and not this value. */
import type { ExecuteOutcome } from '../engine/ports.ts';

export function interrupted(step: string): ExecuteOutcome {
  return { ok: false, failure: { code: 'interrupted', message: `\`${step}\` was stopped before it had finished`, exitCode: 130 } };
}
