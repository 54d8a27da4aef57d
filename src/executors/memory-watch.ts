/**
 * Watches how much memory a worker holds and ends it above a limit, before the system begins to
 * swap or ends something else. Native libraries keep their data outside of Node's own heap, so the
 * whole process is measured.
 */
import { readFileSync } from 'node:fs';
import type { Failure } from '../engine/ports.ts';

export interface MemoryLimit {
  readonly bytes: number;
  /** How often to look, in milliseconds. */
  readonly everyMs: number;
}

export class MemoryWatch {
  readonly #limit: MemoryLimit;
  #timer: NodeJS.Timeout | undefined;
  #reached: number | undefined;

  /** `held` gives the bytes of the process, `undefined` while nobody knows. `onExceeded` is called once. */
  constructor(limit: MemoryLimit, held: () => number | undefined, onExceeded: () => void) {
    this.#limit = limit;
    const look = (): void => {
      const bytes = held();
      if (bytes === undefined || bytes <= limit.bytes) return;
      this.#reached = bytes;
      this.stop();
      onExceeded();
    };
    this.#timer = setInterval(look, limit.everyMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** What to say when the limit was exceeded. */
  failure(step: string): Failure | undefined {
    if (this.#reached === undefined) return undefined;
    return {
      code: 'step-out-of-memory',
      message: `the process of \`${step}\` held ${mebibytes(this.#reached)} of memory; its limit is ${mebibytes(this.#limit.bytes)}`,
      hint: 'use fewer rows or columns, or raise the limit',
    };
  }
}

/** Resident memory of a process as Linux tells it, also while the process is busy. `undefined` elsewhere. */
export function residentBytes(pid: number): number | undefined {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}

function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 1024 ** 2)} MiB`;
}
