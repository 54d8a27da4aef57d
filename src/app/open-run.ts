/**
 * The run that is being recorded now, on disk: a command that is killed leaves it behind, and the
 * next one closes it in the store, where it would be RUNNING for ever.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TrackingStore } from '../tracking/ports.ts';
import type { ProjectPaths } from './paths.ts';

interface OpenRun {
  readonly uri: string;
  readonly runId: string;
}

const FILE = 'open-run.json';

export function rememberOpenRun({ store }: ProjectPaths, run: OpenRun): void {
  const file = join(store, FILE);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(run));
}

export function forgetOpenRun({ store }: ProjectPaths): void {
  rmSync(join(store, FILE), { force: true });
}

/** To be called by the holder of the workspace's lock: whoever opened the run is dead. */
export async function closeKilledRun(paths: ProjectPaths, uri: string, tracking: TrackingStore): Promise<void> {
  const left = read(paths);
  if (left?.uri !== uri) return;
  try {
    if ((await tracking.findRun(left.runId))?.info.status === 'RUNNING') await tracking.finishRun(left.runId, 'KILLED', Date.now());
  } catch {
    // Tidying up must not stop a run.
  }
  forgetOpenRun(paths);
}

function read({ store }: ProjectPaths): OpenRun | undefined {
  try {
    return JSON.parse(readFileSync(join(store, FILE), 'utf8')) as OpenRun;
  } catch {
    return undefined;
  }
}
