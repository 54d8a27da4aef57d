/**
 * Which tracking run holds the complete record of an outcome: a new one when something ran, the
 * earlier one when nothing did, and a new one again when that is gone from this profile's store.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ok, type Result } from '../diagnostics/diagnostic.ts';
import type { RunOutcome } from '../engine/events.ts';
import type { TaskName } from '../engine/task.ts';
import { hasRun } from './embedded-store.ts';
import { startRecording } from './execution.ts';
import type { Project } from './project.ts';
import type { RunRecording } from './run-recording.ts';
import { findRunRecord, keysOf, readRunRecords } from './run-records.ts';
import { trackingTarget } from './tracking-target.ts';
import type { Workspace } from './workspace.ts';

export interface RecordRequest {
  readonly outcome: RunOutcome;
  /** The one that was begun, if any. */
  readonly recording: RunRecording | undefined;
  readonly startedAt: number;
  readonly step: string | undefined;
  /** The run was stopped because another one follows at once: it leaves no record. */
  readonly isSuperseded?: boolean;
}

export async function recordOutcome(project: Project, workspace: Workspace, request: RecordRequest): Promise<Result<string | null>> {
  const { outcome, recording, startedAt, step } = request;
  if (request.isSuperseded === true && outcome.status === 'interrupted') {
    await recording?.discard();
    return ok(null);
  }
  if (outcome.executed.length > 0 || outcome.failures.size > 0 || outcome.status === 'interrupted') {
    return recording === undefined ? ok(null) : recording.finish(outcome);
  }
  // Begun in vain: another process executed what this one waited for.
  const target = trackingTarget(project);
  const known = findRunRecord(readRunRecords(project.paths), target, keysOf(outcome.entries));
  if (known !== undefined && (await hasRun(project.paths, target.trackingUri, known.runId))) {
    await recording?.discard();
    await showRun(project, outcome, known.runId);
    return ok(known.runId);
  }
  if (recording !== undefined) return recording.finish(outcome);
  const again = await startRecording(project, workspace, { startedAt, step });
  if (!again.ok) return again;
  for (const entry of outcome.entries.values()) again.value.observe({ type: 'step-reused', step: entry.task, state: 'fresh', entry });
  return again.value.finish(outcome);
}

/**
 * Results of an earlier run may have come back after another: what lies beside the outputs must
 * speak of the run that made them, too.
 */
async function showRun(project: Project, outcome: RunOutcome, runId: string): Promise<void> {
  const { outputs } = project.paths;
  if (outcome.entries.has('train' as TaskName)) replace(join(outputs, 'train'), runId);
  const overview = join(outputs, 'run');
  if (read(join(overview, 'run_id')) === runId && existsSync(join(overview, 'card.html'))) return;
  const { writeRunCard } = await import('./run-card.ts');
  const { reusedEnds } = await import('./step-end.ts');
  await writeRunCard(project, { outcome, ends: reusedEnds(outcome.entries), runId, startedAt: Date.now() });
}

function replace(folder: string, runId: string): void {
  if (read(join(folder, 'run_id')) === runId) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'run_id'), runId);
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
