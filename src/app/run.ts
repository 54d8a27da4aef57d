/**
 * One execution of a recipe: compose, plan, run, record, report. The engine decides what runs;
 * this file connects it with workers, tracking and cards, and puts the end into one value.
 */
import { ok, type Result } from '../diagnostics/diagnostic.ts';
import type { EngineEvent, RunOutcome } from '../engine/events.ts';
import { runTasks } from '../engine/run.ts';
import type { TaskName } from '../engine/task.ts';
import type { StepName } from '../steps/define.ts';
import { type Composition, composeTasks } from './compose.ts';
import { EventLog } from './event-log.ts';
import type { RecordedEvent, RunFinished } from './events.ts';
import { Execution } from './execution.ts';
import { forgetFailure } from './failed-step.ts';
import type { FetchProgress } from './fetch/fetch-data.ts';
import { finishedRun } from './finished-run.ts';
import type { Project } from './project.ts';
import { recordOutcome } from './record-outcome.ts';
import { registerCheck } from './register-check.ts';
import { needsFetching } from './remote-places.ts';
import { workersOf } from './resources.ts';
import { readRunRecords } from './run-records.ts';
import { partOf, planSelected, type SelectedSteps, type SelectionRequest, selectSteps } from './selection.ts';
import { translateEvent } from './translate-event.ts';
import { TypesFile } from './types-file.ts';
import { lockSteps, type OnWaiting, openWorkspace, withSharedCache } from './workspace.ts';

export interface RunOptions extends SelectionRequest {
  /** Open the named step in a debugger. It runs also when fresh. */
  readonly inspectBrk?: boolean;
  /** After a failure, still run what does not depend on it. */
  readonly keepGoing?: boolean;
  /** Hash every input and output again instead of trusting their stat records. */
  readonly paranoid?: boolean;
  /** Flags of Node for the worker processes. */
  readonly nodeFlags?: readonly string[];
  readonly signal?: AbortSignal;
  /** Another command works on a step in this folder; called once for each such wait. */
  readonly onWaiting?: OnWaiting;
  /** Data are fetched from another machine; called as bytes arrive. */
  readonly onFetching?: (progress: FetchProgress) => void;
  /** Called when it is known whether anything runs, before the first event. */
  readonly onPlanned?: (willRun: boolean, steps: readonly string[]) => Promise<void>;
  readonly emit?: (event: RecordedEvent) => void;
}

/** Whatever ends the run after it began is told in the value; only mistakes that were found before anything ran are diagnostics. */
export async function runRecipe(project: Project, options: RunOptions = {}): Promise<Result<RunFinished>> {
  const startedAt = Date.now();
  const selected = selectSteps(project, options.inspectBrk === true ? { ...options, force: true } : options);
  if (!selected.ok) return selected;
  const fetched = await fetchedFirst(project, options);
  if (!fetched.ok) return fetched;
  const composed = await composeTasks(project, { part: partOf(project, options), revalidateRegister: registerCheck(project) });
  if (!composed.ok) return composed;
  const ran = await runComposed(project, composed.value, { ...options, selected: selected.value }, startedAt);
  return ran.ok ? ok(ran.value, [...composed.warnings, ...ran.warnings]) : ran;
}

/** Data of other machines are brought here before anything is planned. Where all is here, nothing is asked and nothing loaded. */
async function fetchedFirst(project: Project, options: RunOptions): Promise<Result<void>> {
  const { cache, from, signal, onFetching } = options;
  const isTaken = from !== undefined && !from.startsWith('ingest');
  const refresh = cache === 'refresh';
  const part = partOf(project, options);
  if (isTaken || project.loaded.unavailable.length > 0 || !needsFetching(project, part, refresh)) return ok(undefined);
  const { fetchData } = await import('./fetch/fetch-data.ts');
  const watched = { ...(signal !== undefined && { signal }), ...(onFetching !== undefined && { onProgress: onFetching }) };
  return fetchData(project, { part, refresh, ...watched });
}

/** The folder of the overview card, beside those of the steps. */
const OVERVIEW = 'run' as TaskName;

async function runComposed(
  project: Project,
  { tasks }: Composition,
  options: RunOptions & { readonly selected: SelectedSteps },
  startedAt: number,
): Promise<Result<RunFinished>> {
  const warnings: string[] = [];
  const signal = options.signal ?? new AbortController().signal;
  const onWarning = (message: string): void => void warnings.push(message);
  const workspace = openWorkspace(project, { onWarning, paranoid: options.paranoid === true });
  const shared = await withSharedCache(project, workspace, onWarning);
  if (options.paranoid === true) await workspace.store.rehashShown();
  const planning = {
    tasks,
    store: shared ?? workspace.store,
    digests: workspace.digests,
    ...options.selected,
    keepGoing: options.keepGoing === true,
  };
  const planned = await planSelected(planning);
  if (!planned.ok) return planned;
  const plan = planned.value;
  const willRun = plan.tasks.some(({ state }) => state === 'run' || state === 'unknown');
  const steps = plan.tasks.map(({ name }) => name);
  await options.onPlanned?.(willRun, steps);

  const execution = new Execution(project, workspace, {
    startedAt,
    likely: plan.tasks.flatMap(({ name, state }) => (state !== 'fresh' && name !== 'register' ? [name as string as StepName] : [])),
    step: options.step,
    inspect: options.inspectBrk === true ? options.step : undefined,
    nodeFlags: options.nodeFlags ?? [],
    registers: plan.tasks.some(({ name, state }) => name === 'register' && (state === 'run' || state === 'unknown')),
  });
  // A store that cannot be reached is told before a step spends time.
  const begun = willRun ? await execution.begin() : undefined;
  if (begun !== undefined && !begun.ok) return begun;

  const records = readRunRecords(project.paths);
  const log = new EventLog(project, options.emit ?? (() => undefined), () => execution.recording?.runId ?? null);
  const types = new TypesFile(project, workspace.store);
  // The run is right without them.
  const onTypesError = ({ message }: Error): void => void warnings.push(`the types of the columns cannot be written: ${message}`);
  let typed: Promise<void> | undefined;
  const emit = (event: EngineEvent): void => {
    execution.observe(event);
    typed ??= types.observe(event)?.catch(onTypesError);
    for (const told of translateEvent(event, project, records)) log.emit(told);
    if (event.type === 'store-warning') warnings.push(event.message);
    if (event.type === 'step-reused' || (event.type === 'step-finished' && event.status === 'ok')) forgetFailure(project.paths, event.step);
  };

  const locks = lockSteps(project, workspace, 'recipe run', options.onWaiting);
  let outcome: RunOutcome;
  try {
    outcome = await runTasks({
      ...planning,
      plan,
      executor: execution,
      clock: { now: () => Date.now() },
      concurrency: workersOf(project),
      signal,
      emit,
      locks,
      settled: () => execution.settled(),
    });
  } catch (error) {
    await execution.recording?.abandon();
    throw error;
  } finally {
    await execution.close();
    workspace.digests.save();
  }
  await typed;
  await types.settle().catch(onTypesError);

  // A run that was interrupted does not wait for what others might use.
  const sharing = shared === undefined ? undefined : await shared.finish(signal);
  const { recording } = execution;
  // Two commands that end at once must not write one overview between them.
  const overview = willRun || recording !== undefined ? await locks.acquire(OVERVIEW, new AbortController().signal) : undefined;
  let record: Result<string | null>;
  try {
    record = await recordOutcome(project, workspace, {
      outcome,
      recording,
      startedAt,
      step: options.step,
      isSuperseded: signal.reason === 'changed',
    });
  } finally {
    overview?.release();
  }
  const finished = finishedRun(project, outcome, {
    runId: record.ok ? record.value : null,
    startedAt,
    warnings,
    signal,
    taken: plan.tasks.flatMap(({ name, isTaken }) => (isTaken === true ? [name] : [])),
    ...(sharing !== undefined && { sharing }),
    // The steps ran and stay cached; what failed is the record of them.
    unrecorded: record.ok ? [] : record.diagnostics,
  });
  // A record that failed may have failed for what its warnings say.
  const told = record.ok ? record.warnings : (recording?.warnings ?? []);
  for (const { code, severity, message } of told) log.emit({ type: 'warning', code, severity, message });
  log.emit(finished);
  return ok(finished, told);
}
