/**
 * The runs that are being recorded now, on disk, each with the process that does it: a command that
 * is killed leaves its run behind, and the next one closes it in the store, where it would be
 * RUNNING for ever.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ProcessIdentity, systemProcesses } from '../store/processes.ts';
import type { TrackingStore } from '../tracking/ports.ts';
import type { ProjectPaths } from './paths.ts';

interface OpenRun {
  readonly uri: string;
  readonly runId: string;
  readonly process: ProcessIdentity;
}

const FOLDER = 'open-runs';

export function rememberOpenRun({ store }: ProjectPaths, run: Omit<OpenRun, 'process'>): void {
  const folder = join(store, FOLDER);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${run.runId}.json`), JSON.stringify({ ...run, process: systemProcesses().self } satisfies OpenRun));
}

export function forgetOpenRun({ store }: ProjectPaths, runId: string): void {
  rmSync(join(store, FOLDER, `${runId}.json`), { force: true });
}

/** Ids of runs whose processes are dead for certain, and which the next run closes. */
export function killedRuns(paths: ProjectPaths): readonly string[] {
  const processes = systemProcesses();
  return openRuns(paths).flatMap(({ runId, process }) => (processes.lives(process) === 'no' ? [runId] : []));
}

/** Of processes that are dead for certain. Those of other machines close their own. */
export async function closeKilledRuns(paths: ProjectPaths, uri: string, tracking: TrackingStore): Promise<void> {
  for (const left of openRuns(paths)) {
    if (left.uri !== uri || systemProcesses().lives(left.process) !== 'no') continue;
    try {
      if ((await tracking.findRun(left.runId))?.info.status === 'RUNNING') await tracking.finishRun(left.runId, 'KILLED', Date.now());
    } catch {
      // Tidying up must not stop a run.
    }
    forgetOpenRun(paths, left.runId);
  }
}

function openRuns({ store }: ProjectPaths): readonly OpenRun[] {
  const folder = join(store, FOLDER);
  let names: readonly string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    try {
      return [JSON.parse(readFileSync(join(folder, name), 'utf8')) as OpenRun];
    } catch {
      // Cut off by the kill: it says nothing that could be used.
      rmSync(join(folder, name), { force: true });
      return [];
    }
  });
}
