/**
 * Windows refuses to rename or remove a file that somebody has open, and virus scanners open every
 * new file for a moment. So there such a call is tried again, for about a second in all. Elsewhere
 * these errors stay what they are, and come at once.
 */
import { hasCode } from './system-error.ts';

const PAUSES_MS = [5, 10, 20, 40, 80, 160, 320, 400];

export interface PersistOptions {
  readonly platform?: NodeJS.Platform;
  readonly pause?: (ms: number) => void;
}

export function persist<T>(work: () => T, { platform = process.platform, pause = sleepSync }: PersistOptions = {}): T {
  if (platform !== 'win32') return work();
  for (const ms of PAUSES_MS) {
    try {
      return work();
    } catch (error) {
      if (!hasCode(error, 'EPERM', 'EBUSY', 'EACCES')) throw error;
      pause(ms);
    }
  }
  return work();
}

/** The calls around it are synchronous too. */
function sleepSync(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
