/** What killed processes left: locks, runs that never ended. All of it goes with the next run; it explains what one sees. */
import { join } from 'node:path';
import { plural } from '../../steps/wording.ts';
import { decodeChecksummed } from '../../store/checksummed.ts';
import { Layout } from '../../store/layout.ts';
import type { LockHolder } from '../../store/lock.ts';
import { nodeFileSystem as fs } from '../../store/node-file-system.ts';
import { systemProcesses } from '../../store/processes.ts';
import { readIfPresent } from '../../store/read-if-present.ts';
import { lastExecution } from '../last-execution.ts';
import { killedRuns } from '../open-run.ts';
import type { ProjectPaths } from '../paths.ts';
import type { Check, CheckResult } from './check.ts';

export function remainsChecks(paths: ProjectPaths): readonly Check[] {
  return [
    { name: 'locks', group: 'project', look: () => locks(new Layout(paths.store)) },
    { name: 'runs', group: 'project', look: () => runs(paths) },
  ];
}

interface Held {
  readonly file: string;
  readonly lives: 'yes' | 'no' | 'unknown';
  readonly holder: LockHolder | undefined;
}

function heldLocks(layout: Layout): readonly Held[] {
  const processes = systemProcesses();
  return fs.readFolder(layout.locks).flatMap((file): readonly Held[] => {
    const bytes = readIfPresent(fs, join(layout.locks, file));
    if (bytes === undefined) return [];
    const holder = decodeChecksummed(bytes) as unknown as LockHolder | undefined;
    return [{ file, holder, lives: holder === undefined ? 'unknown' : processes.lives(holder) }];
  });
}

function locks(layout: Layout): CheckResult {
  const held = heldLocks(layout);
  const unseen = held.find(({ lives }) => lives === 'unknown');
  if (unseen !== undefined) {
    const who = unseen.holder === undefined ? 'nobody that it names' : `process ${unseen.holder.pid} on ${unseen.holder.host}`;
    return {
      state: 'warning',
      message: `${unseen.file} is held by ${who}, which cannot be seen from here`,
      hint: 'a run waits 20 s for a sign of life and then takes the lock over',
    };
  }
  const working = held.find(({ lives }) => lives === 'yes')?.holder;
  if (working !== undefined) return { state: 'ok', message: `\`${working.purpose}\` of process ${working.pid} works here now` };
  const dead = held.filter(({ lives }) => lives === 'no').length;
  if (dead > 0)
    return { state: 'note', message: `${plural(dead, 'lock')} of killed processes; the next run replaces ${dead === 1 ? 'it' : 'them'}` };
  return { state: 'ok', message: 'no step is locked' };
}

function runs(paths: ProjectPaths): CheckResult {
  const killed = killedRuns(paths);
  if (killed.length > 0)
    return {
      state: 'warning',
      message: `${plural(killed.length, 'run')} of killed processes still ${killed.length === 1 ? 'counts' : 'count'} as running: ${killed[0]?.slice(0, 8)}${killed.length > 1 ? ' …' : ''}`,
      hint: 'the next `npx mlrecipe run` that records something marks them as killed',
    };
  const last = lastExecution(paths);
  if (last === undefined) return { state: 'ok', message: 'nothing was run here yet' };
  if (last.status !== 'unfinished') return { state: 'ok', message: `the last run ended with ${last.status}, exit ${last.exitCode}` };
  if (heldLocks(new Layout(paths.store)).some(({ lives }) => lives !== 'no')) return { state: 'ok', message: 'a run is going on' };
  return {
    state: 'warning',
    message: `the run of ${last.startedAt} did not end by itself`,
    hint: 'run again: finished steps are reused; when it was killed for memory, set `resources: {memory: …}` in a profile',
  };
}
