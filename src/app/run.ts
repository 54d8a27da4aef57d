/**
 * One execution of a recipe: compose, plan, run, record, report. The engine decides what runs;
 * this file connects it with workers, tracking and cards, and puts the end into one value.
 */
import { join } from 'node:path';
import { failed, ok, type Result } from '../diagnostics/diagnostic.ts';
import type { EngineEvent, RunOutcome } from '../engine/events.ts';
import { planTasks } from '../engine/plan.ts';
import type { ActionEntry } from '../engine/ports.ts';
import { runTasks } from '../engine/run.ts';
import type { TaskName } from '../engine/task.ts';
import type { StepName } from '../steps/define.ts';
import { type Composition, composeTasks } from './compose.ts';
import { hasRun } from './embedded-store.ts';
import { EventLog } from './event-log.ts';
import type { RecordedEvent, RunEvent, RunFinished } from './events.ts';
import { Execution, startRecording } from './execution.ts';
import { finishedRun } from './finished-run.ts';
import type { Project } from './project.ts';
import { registerCheck } from './register-check.ts';
import type { RunRecording } from './run-recording.ts';
import { findRunRecord, type RunRecord, readRunRecords, sourceRun } from './run-records.ts';
import { criteriaOf, storedResult } from './step-result.ts';
import { trackingTarget } from './tracking-target.ts';
import { unknownStep } from './unknown-step.ts';
import { lockWorkspace, openWorkspace, type Workspace } from './workspace.ts';

export interface RunOptions {
  /** Run up to this step. Without it, all steps. */
  readonly step?: string;
  /** Run the named step, or all, even when fresh. */
  readonly force?: boolean;
  /** Open the named step in a debugger. It runs also when fresh. */
  readonly inspectBrk?: boolean;
  /** Flags of Node for the worker processes. */
  readonly nodeFlags?: readonly string[];
  readonly signal?: AbortSignal;
  /** Another run holds this folder; called once with who it is. */
  readonly onWaiting?: (holder: string) => void;
  /** Called when it is known whether anything runs, before the first event. */
  readonly onPlanned?: (willRun: boolean, steps: readonly string[]) => Promise<void>;
  readonly emit?: (event: RecordedEvent) => void;
}

export async function runRecipe(project: Project, options: RunOptions = {}): Promise<Result<RunFinished>> {
  const startedAt = Date.now();
  const names = project.template.steps.map(({ name }) => name as string);
  if (options.step !== undefined && !names.includes(options.step)) return failed([unknownStep(options.step, names)]);
  const composed = await composeTasks(project, { revalidateRegister: registerCheck(project) });
  if (!composed.ok) return composed;

  const lock = await lockWorkspace(project, options);
  try {
    return await runLocked(project, composed.value, options, startedAt);
  } finally {
    lock.release();
  }
}

async function runLocked(project: Project, { tasks }: Composition, options: RunOptions, startedAt: number): Promise<Result<RunFinished>> {
  const warnings: string[] = [];
  const workspace = openWorkspace(project, (message) => warnings.push(message));
  const target = options.step as TaskName | undefined;
  const planning = {
    tasks,
    store: workspace.store,
    digests: workspace.digests,
    ...(target !== undefined && { target }),
    ...((options.force === true || options.inspectBrk === true) && { force: target === undefined ? ('all' as const) : [target] }),
  };
  const plan = await planTasks(planning);
  const willRun = plan.tasks.some(({ state }) => state === 'run' || state === 'unknown');
  await options.onPlanned?.(
    willRun,
    plan.tasks.map(({ name }) => name),
  );

  const records = readRunRecords(project.paths);
  const likely = plan.tasks.flatMap(({ name, state }) => (state !== 'fresh' && name !== 'register' ? [name as string as StepName] : []));
  const execution = new Execution(project, workspace, {
    startedAt,
    likely,
    step: options.step,
    inspect: options.inspectBrk === true ? options.step : undefined,
    nodeFlags: options.nodeFlags ?? [],
  });
  const log = new EventLog(project, options.emit ?? (() => undefined), () => execution.recording?.runId ?? null);
  // A store that cannot be reached is told before a step spends time.
  const begun = willRun ? await execution.begin() : undefined;
  if (begun !== undefined && !begun.ok) return begun;
  const emit = (event: EngineEvent): void => {
    execution.observe(event);
    for (const told of translate(event, project, records)) log.emit(told);
    if (event.type === 'store-warning') warnings.push(event.message);
  };

  let outcome: RunOutcome;
  try {
    outcome = await runTasks({
      ...planning,
      plan,
      executor: execution,
      clock: { now: () => Date.now() },
      concurrency: 1,
      signal: options.signal ?? new AbortController().signal,
      emit,
    });
  } catch (error) {
    await execution.recording?.abandon();
    throw error;
  } finally {
    await execution.close();
    workspace.digests.save();
  }

  const record = await recordOutcome(project, workspace, outcome, execution.recording, records, startedAt, options.step);
  if (!record.ok) return record;
  const finished = finishedRun(project, outcome, { runId: record.value, startedAt, warnings });
  log.emit(finished);
  return ok(finished);
}

/** The id of the run that holds the complete record: a new one when something ran, or when the old record is gone. */
async function recordOutcome(
  project: Project,
  workspace: Workspace,
  outcome: RunOutcome,
  recorder: RunRecording | undefined,
  records: readonly RunRecord[],
  startedAt: number,
  step: string | undefined,
): Promise<Result<string | null>> {
  if (outcome.executed.length > 0 || outcome.failures.size > 0 || outcome.status === 'interrupted') {
    return recorder === undefined ? ok(null) : recorder.finish(outcome);
  }
  const target = trackingTarget(project);
  const keys = keysOf(outcome.entries);
  const known = findRunRecord(records, target, keys);
  if (known !== undefined && (await hasRun(project.paths, target.trackingUri, known.runId))) return ok(known.runId);
  // The results are there but this profile's store does not know them: write the record again, from what the steps reported.
  const again = await startRecording(project, workspace, { startedAt, step });
  if (!again.ok) return again;
  for (const entry of outcome.entries.values()) again.value.observe({ type: 'step-reused', step: entry.task, state: 'fresh', entry });
  return again.value.finish(outcome);
}

export function keysOf(entries: ReadonlyMap<TaskName, ActionEntry>): Readonly<Record<string, string>> {
  return Object.fromEntries([...entries].map(([name, { key }]) => [name as string, key as string]));
}

function translate(event: EngineEvent, project: Project, records: readonly RunRecord[]): readonly RunEvent[] {
  switch (event.type) {
    case 'run-started': {
      const steps = event.plan.tasks.map(({ name, state, reasons }) => ({ name: name as string, state, reasons }));
      return [{ type: 'run-started', recipe: project.name, template: project.template.id, profile: project.loaded.profile ?? null, steps }];
    }
    case 'step-started':
      return [{ type: 'step-started', step: event.step, reasons: event.reasons }];
    case 'step-reused': {
      const { summary } = storedResult(event.entry);
      const source = sourceRun(records, event.step, event.entry.key) ?? null;
      return [{ type: 'step-reused', step: event.step, state: event.state, summary, sourceRun: source }, ...criteriaEvents(event.entry)];
    }
    case 'step-progress':
      return [{ type: 'step-progress', step: event.step, ...event.progress }];
    case 'step-log':
      return [{ type: 'step-log', step: event.step, stream: event.stream, line: event.line }];
    case 'step-blocked':
      return [{ type: 'step-blocked', step: event.step, by: event.by }];
    case 'store-warning':
      return [{ type: 'warning', code: 'STORE', severity: 'warning', message: event.message }];
    case 'step-finished': {
      if (event.status !== 'ok') {
        const error = event.status === 'failed' ? { error: event.failure } : {};
        return [{ type: 'step-finished', step: event.step, status: event.status, durationMs: event.durationMs, ...error }];
      }
      const { summary, findings } = storedResult(event.entry);
      return [
        ...findings.map((finding): RunEvent => ({ type: 'warning', step: event.step, ...finding })),
        ...criteriaEvents(event.entry),
        { type: 'step-finished', step: event.step, status: 'ok', durationMs: event.entry.durationMs, summary },
        { type: 'card-written', step: event.step, path: join('.recipe', 'outputs', event.step, 'card.html') },
      ];
    }
  }
}

function criteriaEvents(entry: ActionEntry): readonly RunEvent[] {
  return criteriaOf(entry).map(({ metric, threshold, value, result }) => ({ type: 'criterion', metric, threshold, value, result }));
}
