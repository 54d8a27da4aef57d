/** How the last run ended that executed something, from its log. Reads the two ends of the file, which may be long. */
import { closeSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { Verdict } from '../steps/evaluate/params.ts';
import type { RecordedEvent, RunStatus } from './events.ts';
import type { ProjectPaths } from './paths.ts';

export interface LastExecution {
  /** In UTC. */
  readonly startedAt: string;
  readonly profile: string | null;
  /** `unfinished`: it goes on, or was killed. The fields below are then not known. */
  readonly status: RunStatus | 'unfinished';
  readonly exitCode: number | null;
  readonly verdict: Verdict | null;
  readonly durationMs: number | null;
  readonly executed: readonly string[];
  /** The tracking run. */
  readonly runId: string | null;
}

/** Longer than any first or last event of a run with hundreds of steps. */
const END_BYTES = 262_144;

export function lastExecution({ logs }: ProjectPaths): LastExecution | undefined {
  // Named by time, so the last name is the newest. One that was cut before its first line ended says nothing.
  for (const name of logNames(logs).reverse()) {
    const found = readLog(join(logs, name));
    if (found !== undefined) return found;
  }
  return undefined;
}

function logNames(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.ndjson'))
      .sort();
  } catch {
    return [];
  }
}

function readLog(file: string): LastExecution | undefined {
  const { head, tail } = ends(file);
  const first = event(head.split('\n')[0]);
  if (first?.type !== 'run-started') return undefined;
  const last = event(tail.split('\n').at(-2));
  const begun = { startedAt: first.time, profile: first.profile };
  if (last?.type !== 'run-finished') {
    return { ...begun, status: 'unfinished', exitCode: null, verdict: null, durationMs: null, executed: [], runId: last?.runId ?? null };
  }
  const { status, exitCode, verdict, durationMs, executed, runId } = last;
  return { ...begun, status, exitCode, verdict, durationMs, executed, runId };
}

function ends(file: string): { readonly head: string; readonly tail: string } {
  const descriptor = openSync(file, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const part = (from: number): string => {
      const bytes = Buffer.alloc(Math.min(END_BYTES, size - from));
      return bytes.toString('utf8', 0, readSync(descriptor, bytes, 0, bytes.length, from));
    };
    const head = part(0);
    return { head, tail: size <= END_BYTES ? head : part(size - END_BYTES) };
  } finally {
    closeSync(descriptor);
  }
}

function event(line: string | undefined): RecordedEvent | undefined {
  try {
    return line === undefined ? undefined : (JSON.parse(line) as RecordedEvent);
  } catch {
    return undefined;
  }
}
