/** Where a project stands: what is in place and what would run, how the last run ended, who works here now. Changes nothing. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ok, type Result } from '../diagnostics/diagnostic.ts';
import type { ActionEntry } from '../engine/ports.ts';
import type { TaskName } from '../engine/task.ts';
import { stepHolders } from '../store/holders.ts';
import { countResults, storedBytes } from '../store/inventory.ts';
import { systemProcesses } from '../store/processes.ts';
import { EVENT_SCHEMA_VERSION, type PlannedStep } from './events.ts';
import { failureFolder } from './failed-step.ts';
import { type LastExecution, lastExecution } from './last-execution.ts';
import { preparePlan } from './plan.ts';
import type { Project } from './project.ts';
import { readRunRecords, sourceRun } from './run-records.ts';
import { storedResult } from './step-result.ts';

export interface StepStatus extends PlannedStep {
  /** The result that was last brought into view. */
  readonly shown: ShownResult | null;
  /** Its last attempt failed; `recipe logs` and `recipe inspect` tell of it. */
  readonly hasFailed?: true;
}

export interface ShownResult {
  readonly key: string;
  /** When it was made, in UTC. */
  readonly madeAt: string;
  readonly durationMs: number;
  readonly summary: string;
  /** The tracking run that executed it, when that is known. */
  readonly sourceRun: string | null;
  /** False: a file was edited or removed since. */
  readonly isInPlace: boolean;
  readonly acceptedByHand?: true;
}

export interface Holder {
  readonly step: string;
  readonly how: 'changes' | 'reads';
  /** Such as `recipe run`. */
  readonly purpose: string;
  readonly pid: number;
  readonly host: string;
  readonly since: string;
  /** False when nobody here can see whether the process lives. */
  readonly isSeen: boolean;
}

/** What `recipe status --format json` prints. */
export interface StatusDocument {
  readonly schemaVersion: number;
  readonly recipe: string;
  readonly template: string;
  readonly profile: string | null;
  readonly steps: readonly StepStatus[];
  /** The last run that executed something. */
  readonly lastRun: LastExecution | null;
  readonly holders: readonly Holder[];
  readonly store: { readonly results: number; readonly bytes: number };
  /** Present when the recipe names a shared cache: a status does not wait for it, so `run` may turn out to be `restore`. */
  readonly sharedCache?: 'not-asked';
}

export async function statusOf(project: Project): Promise<Result<StatusDocument>> {
  const prepared = await preparePlan(project, { isLocal: true });
  if (!prepared.ok) return prepared;
  const { steps, workspace } = prepared.value;
  const { store } = workspace;
  const records = readRunRecords(project.paths);
  const shown = (name: string): ShownResult | null => {
    const entry = store.current(name as TaskName);
    return entry === undefined ? null : shownResult(entry, store.isInPlace(entry), sourceRun(records, name, entry.key) ?? null);
  };
  return ok(
    {
      schemaVersion: EVENT_SCHEMA_VERSION,
      recipe: project.name,
      template: project.template.id,
      profile: project.loaded.profile ?? null,
      steps: steps.map((step) => ({
        ...step,
        shown: shown(step.name),
        ...(existsSync(join(project.paths.root, failureFolder(step.name))) && { hasFailed: true }),
      })),
      lastRun: lastExecution(project.paths) ?? null,
      holders: stepHolders(store, systemProcesses()).map(({ task, how, holder: { purpose, pid, host, since }, isSeen }) => ({
        step: task,
        how,
        purpose,
        pid,
        host,
        since: new Date(since).toISOString(),
        isSeen,
      })),
      store: { results: countResults(store), bytes: storedBytes(store) },
      ...(project.loaded.recipe.cache !== undefined && { sharedCache: 'not-asked' }),
    },
    prepared.warnings,
  );
}

function shownResult(entry: ActionEntry, isInPlace: boolean, source: string | null): ShownResult {
  const { key, startedAt, durationMs, acceptedByHand } = entry;
  return {
    key,
    madeAt: new Date(startedAt).toISOString(),
    durationMs,
    summary: storedResult(entry).summary,
    sourceRun: source,
    isInPlace,
    ...(acceptedByHand === true && { acceptedByHand }),
  };
}
