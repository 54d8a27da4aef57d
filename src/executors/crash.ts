/** What is said when a worker process ends without an answer. */
import type { Failure } from '../engine/ports.ts';
import type { Exit } from './worker-process.ts';

export function crashFailure(step: string, exit: Exit, lastLines: readonly string[]): Failure {
  const outOfHeap = lastLines.some((line) => line.includes('JavaScript heap out of memory'));
  const how =
    exit.error !== undefined
      ? `could not be started: ${exit.error.message}`
      : exit.signal !== null
        ? `was ended by ${exit.signal} before the step had finished`
        : `ended with exit code ${exit.code} before the step had finished`;
  const hint = outOfHeap
    ? 'it ran out of memory for JavaScript objects; keep large tables in columns, or train on fewer rows'
    : exit.signal === 'SIGKILL'
      ? 'the system ends processes so when memory runs out; try fewer rows or a machine with more memory'
      : 'look at the log of the step; a native library or the system ended the process';
  return {
    code: 'step-crashed',
    message: `the process of \`${step}\` ${how}`,
    hint,
    ...(lastLines.length > 0 && { causes: [logCause(lastLines)] }),
  };
}

export function logCause(lastLines: readonly string[]): string {
  return `the log ends with:\n${lastLines.join('\n')}`;
}
