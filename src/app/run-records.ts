/**
 * What this project remembers of its recorded runs: which execution made which results, and in
 * which store the record is. Losing the file costs a new record, never a wrong answer.
 */
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ActionEntry } from '../engine/ports.ts';
import type { TaskName } from '../engine/task.ts';
import type { ProjectPaths } from './paths.ts';
import type { TrackingTarget } from './tracking-target.ts';

export interface RunRecord {
  readonly runId: string;
  readonly target: TrackingTarget;
  /** Step → key of the results that the run recorded. */
  readonly keys: Readonly<Record<string, string>>;
  /** The steps that this run executed itself. */
  readonly executed: readonly string[];
  readonly time: string;
}

const FILE = 'runs.ndjson';

/** Newest last. A torn last line, left by a crash, is skipped. */
export function readRunRecords(paths: ProjectPaths): readonly RunRecord[] {
  let text: string;
  try {
    text = readFileSync(join(paths.store, FILE), 'utf8');
  } catch {
    return [];
  }
  return text.split('\n').flatMap((line) => {
    try {
      return line === '' ? [] : [JSON.parse(line) as RunRecord];
    } catch {
      return [];
    }
  });
}

export function addRunRecord(paths: ProjectPaths, record: RunRecord): void {
  mkdirSync(paths.store, { recursive: true });
  appendFileSync(join(paths.store, FILE), `${JSON.stringify(record)}\n`);
}

/**
 * The run that the last command ended with, which is an earlier one when nothing had to run: the
 * overview card names it. Without a card, the newest record.
 */
export function lastRun(paths: ProjectPaths, records: readonly RunRecord[]): RunRecord | undefined {
  let shown: string | undefined;
  try {
    shown = readFileSync(join(paths.outputs, 'run', 'run_id'), 'utf8');
  } catch {
    shown = undefined;
  }
  return records.findLast(({ runId }) => runId === shown) ?? records.at(-1);
}

/** What names the results of an outcome. */
export function keysOf(entries: ReadonlyMap<TaskName, ActionEntry>): Readonly<Record<string, string>> {
  return Object.fromEntries([...entries].map(([name, { key }]) => [name as string, key as string]));
}

/** The newest run in this target that recorded all these results. */
export function findRunRecord(
  records: readonly RunRecord[],
  target: TrackingTarget,
  keys: Readonly<Record<string, string>>,
): RunRecord | undefined {
  const wanted = Object.entries(keys);
  return records.findLast((record) => sameTarget(record.target, target) && wanted.every(([step, key]) => record.keys[step] === key));
}

/** The run that executed a step to the result of this key, in whichever store it is. */
export function sourceRun(records: readonly RunRecord[], step: string, key: string): string | undefined {
  return records.find((record) => record.keys[step] === key && record.executed.includes(step))?.runId;
}

function sameTarget(a: TrackingTarget, b: TrackingTarget): boolean {
  return a.trackingUri === b.trackingUri && a.registryUri === b.registryUri && a.experiment === b.experiment;
}
