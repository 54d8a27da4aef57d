/**
 * One execution in the tracking store, written while it happens: a parent run with the complete
 * record and a child for each step, reused ones too. Writes queue up behind each other; a step
 * never waits for them, except `register`, which needs the model to be there.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { type Diagnostic, failed, ok, type Result } from '../diagnostics/diagnostic.ts';
import type { EngineEvent, RunOutcome } from '../engine/events.ts';
import type { ActionEntry, Failure } from '../engine/ports.ts';
import type { Reason, TaskName } from '../engine/task.ts';
import { findMetric } from '../ml/metrics/registry.ts';
import { MODEL_SUMMARY } from '../models/model-folder.ts';
import type { JsonObject } from '../schema/json.ts';
import { greaterIsBetter, primaryMetric } from '../steps/headline-metrics.ts';
import { readGit } from '../tracking/git.ts';
import { type OpenTracking, openTracking } from '../tracking/open.ts';
import type { ModelRegistry } from '../tracking/ports.ts';
import { createRecorder, type LoggedModel, type Recorder } from '../tracking/recorder.ts';
import { experimentTags, runTags } from '../tracking/run-tags.ts';
import { artifactsElsewhere } from './artifacts-elsewhere.ts';
import { closeKilledRuns, forgetOpenRun, rememberOpenRun } from './open-run.ts';
import { packageVersion } from './package-root.ts';
import type { Project } from './project.ts';
import { reasonsText } from './reason-text.ts';
import { writeRunCard } from './run-card.ts';
import { addRunRecord, keysOf } from './run-records.ts';
import { reuseReason, type StepEnd } from './step-end.ts';
import { storedResult, verdictOf } from './step-result.ts';
import { trackingFailure } from './tracking-failure.ts';
import { trackingAddress, trackingTarget } from './tracking-target.ts';
import type { Workspace } from './workspace.ts';

export interface RunRecording {
  readonly runId: string;
  readonly registry: ModelRegistry;
  /** What is odd about the place of the record. */
  readonly warnings: readonly Diagnostic[];
  observe(event: EngineEvent): void;
  /** Resolves when the model of this run is in the store. */
  model(): Promise<LoggedModel>;
  /** Writes what is left and returns the run's id. */
  finish(outcome: RunOutcome): Promise<Result<string>>;
  /** Resolves when the files of all results told so far have been read. */
  settled(): Promise<void>;
  /** Another run has done all that this one was begun for. */
  discard(): Promise<void>;
  /** Our own code failed: close the run as failed, as well as may be. */
  abandon(): Promise<void>;
}

export async function openRecording(
  project: Project,
  workspace: Workspace,
  { startedAt, step }: { readonly startedAt: number; readonly step?: string },
): Promise<Result<RunRecording>> {
  const { experiment, primary_metric: named, custom_metrics: custom } = project.loaded.recipe;
  const target = trackingTarget(project);
  const address = trackingAddress(project);
  try {
    const open = await openTracking({
      root: project.paths.root,
      env: project.env,
      ...address,
      ...(experiment.artifact_location !== undefined && { artifactLocation: experiment.artifact_location }),
    });
    // The data decide between two classes and more; the macro F1 exists for both.
    const task = project.template.task === 'regression' ? 'regression' : 'multiclass';
    const primary = primaryMetric(task, named);
    const git = await readGit(project.paths.root);
    const recorder = createRecorder({
      tracking: open.tracking,
      experimentName: target.experiment,
      ...(experiment.name === undefined && experiment.id !== undefined && { experimentId: String(experiment.id) }),
      experimentTags: experimentTags(primary, greaterIsBetter(isBinaryMetric(primary) ? 'binary' : task, primary, custom)),
      runName: runName(project, startedAt),
      runTags: {
        ...runTags({
          root: project.paths.root,
          user: userName(),
          template: project.template.id,
          ...(git !== undefined && { git }),
          ...(project.loaded.profile !== undefined && { profile: project.loaded.profile }),
          ...(step !== undefined && { step }),
        }),
        'mlrecipe.version': packageVersion(),
        ...(project.sample !== undefined && { 'mlrecipe.sample': String(project.sample) }),
        ...stringValues(experiment.tags),
      },
      startTime: startedAt,
      parentParams: {},
    });
    await closeKilledRuns(project.paths, target.trackingUri, open.tracking);
    const runId = await recorder.start();
    rememberOpenRun(project.paths, { uri: target.trackingUri, runId });
    const elsewhere = artifactsElsewhere({
      root: project.paths.root,
      trackingUri: address.trackingUri,
      artifactUri: recorder.artifactUri,
      wanted: experiment.artifact_location,
    });
    return ok(
      new Recording(project, workspace, { open, recorder, runId, startedAt, warnings: elsewhere === undefined ? [] : [elsewhere] }),
    );
  } catch (error) {
    return failed([trackingFailure(error, project)]);
  }
}

interface Begun {
  readonly open: OpenTracking;
  readonly recorder: Recorder;
  readonly runId: string;
  readonly startedAt: number;
  readonly warnings: readonly Diagnostic[];
}

class Recording implements RunRecording {
  readonly runId: string;
  readonly registry: ModelRegistry;
  readonly warnings: readonly Diagnostic[];
  readonly #project: Project;
  readonly #workspace: Workspace;
  readonly #open: OpenTracking;
  readonly #recorder: Recorder;
  readonly #startedAt: number;
  readonly #states = new Map<string, StepEnd>();
  readonly #reasons = new Map<string, readonly Reason[]>();
  #queue: Promise<void> = Promise.resolve();
  #model: Promise<LoggedModel> | undefined;

  constructor(project: Project, workspace: Workspace, { open, recorder, runId, startedAt, warnings }: Begun) {
    this.#project = project;
    this.#workspace = workspace;
    this.#open = open;
    this.#recorder = recorder;
    this.runId = runId;
    this.registry = open.registry;
    this.warnings = warnings;
    this.#startedAt = startedAt;
  }

  observe(event: EngineEvent): void {
    if (event.type === 'step-started') {
      this.#reasons.set(event.step, event.reasons);
    } else if (event.type === 'step-reused') {
      this.#step(event.entry, event.state, reuseReason(event.entry, event.isTaken).reason);
    } else if (event.type === 'step-finished' && event.status === 'ok') {
      this.#step(event.entry, 'run', reasonsText(this.#reasons.get(event.step) ?? []));
    } else if (event.type === 'step-finished' && event.status === 'failed') {
      this.#failed(event.step, event.failure, event.durationMs);
    } else if (event.type === 'step-blocked') {
      this.#states.set(event.step, { state: 'blocked', reason: `by ${event.by}` });
    } else if (event.type === 'step-skipped') {
      this.#states.set(event.step, { state: 'skipped', reason: 'another step failed' });
    }
  }

  model(): Promise<LoggedModel> {
    return this.#model ?? Promise.reject(new Error('the model is not part of this run'));
  }

  async finish(outcome: RunOutcome): Promise<Result<string>> {
    try {
      await this.#queue;
      const verdict = verdictOf(outcome.entries.get('evaluate' as TaskName));
      if (verdict !== undefined) await this.#recorder.logBatch({ tags: { 'mlrecipe.verdict': verdict } });
      const files = await writeRunCard(this.#project, {
        outcome,
        ends: this.#states,
        runId: this.runId,
        startedAt: this.#startedAt,
      });
      const status = outcome.status === 'ok' ? 'FINISHED' : outcome.status === 'interrupted' ? 'KILLED' : 'FAILED';
      await this.#recorder.finish(status, Date.now(), files);
      addRunRecord(this.#project.paths, {
        runId: this.runId,
        target: trackingTarget(this.#project),
        keys: keysOf(outcome.entries),
        executed: outcome.executed,
        time: new Date(this.#startedAt).toISOString(),
      });
      forgetOpenRun(this.#project.paths, this.runId);
      await this.#open.close();
      return ok(this.runId, this.warnings);
    } catch (error) {
      await this.abandon();
      return failed([trackingFailure(error, this.#project)]);
    }
  }

  settled(): Promise<void> {
    return this.#queue.catch(() => undefined);
  }

  async discard(): Promise<void> {
    try {
      await this.#queue;
      await this.#recorder.finish('FINISHED', Date.now(), []);
      await this.#recorder.discard();
      forgetOpenRun(this.#project.paths, this.runId);
      await this.#open.close();
    } catch {
      // What stays behind is a short run that repeats another.
    }
  }

  async abandon(): Promise<void> {
    try {
      await this.#queue.catch(() => undefined);
      await this.#recorder.finish('FAILED', Date.now(), []);
      await this.#open.close();
    } catch {
      // The store is what failed: the run stays RUNNING there, which says that its end is not known.
    }
  }

  #step(entry: ActionEntry, state: 'fresh' | 'restore' | 'run', reason: string | undefined): void {
    const result = storedResult(entry);
    const folder = this.#workspace.store.folder(entry.task);
    const reasons = this.#reasons.get(entry.task) ?? [];
    this.#states.set(entry.task, {
      state,
      durationMs: entry.durationMs,
      summary: result.summary,
      ...(reason !== undefined && { reason }),
    });
    this.#enqueue(async () => {
      await this.#recorder.recordStep({
        name: entry.task,
        state,
        startedAt: entry.startedAt,
        durationMs: entry.durationMs,
        params: stringValues(result.params),
        metrics: result.metrics,
        ...(result.history !== undefined && { history: result.history }),
        tags: {
          'mlrecipe.step.key': entry.key,
          'mlrecipe.step.summary': result.summary,
          ...(reasons.length > 0 && { 'mlrecipe.step.reason': reasons.map(({ kind }) => kind).join(', ') }),
          ...(entry.acceptedByHand === true && { 'mlrecipe.step.accepted_by_hand': 'true' }),
          ...Object.fromEntries(entry.outputs.map(({ name, digest }) => [`mlrecipe.output.${name}`, digest])),
        },
        files: [
          { path: 'card.html', file: join(folder, 'card.html') },
          { path: MODEL_SUMMARY, file: join(folder, 'model', MODEL_SUMMARY) },
        ].filter(({ file }) => existsSync(file)),
        // Of a result that is used again they are recorded below the run that made it.
        ...(state === 'run' &&
          result.trials !== undefined && { trials: result.trials.map((trial) => ({ ...trial, params: stringValues(trial.params) })) }),
      });
      if (entry.task === 'ingest') await this.#dataset(entry);
    });
    if (entry.task === 'train') {
      this.#model = this.#queue.then(() => this.#recorder.logModel(join(folder, 'model')));
      // A failure is told by `finish`, and by `register` if it asks for the model.
      this.#model.catch(() => undefined);
      this.#enqueue(async () => {
        await this.model();
        this.#leaveRunId(folder);
      });
    }
  }

  /** The artifact `run` of MLflow Recipes. It is an id, so it lies beside the outputs of train and is none of them. */
  #leaveRunId(folder: string): void {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'run_id'), this.runId);
  }

  async #dataset(entry: ActionEntry): Promise<void> {
    const { facts } = storedResult(entry);
    const rows = entry.outputs.find(({ name }) => name === 'dataset.parquet');
    if (rows === undefined) return;
    const source = entry.fields.inputs.map(({ label }) => label);
    await this.#recorder.logDataset({
      name: this.#project.name,
      digest: rows.digest.slice(0, 8),
      sourceType: 'local',
      source: JSON.stringify({ uri: source.length === 1 ? source[0] : source }),
      profile: JSON.stringify({ num_rows: facts['rows'] ?? null }),
      context: 'training',
    });
  }

  #failed(step: string, failure: Failure, durationMs: number): void {
    const folder = join(this.#project.paths.logs, 'failed', step);
    this.#states.set(step, { state: 'failed', durationMs, summary: failure.message });
    this.#enqueue(async () => {
      await this.#recorder.recordStep({
        name: step,
        state: 'failed',
        startedAt: Date.now() - durationMs,
        durationMs,
        params: {},
        metrics: {},
        tags: { 'mlrecipe.step.error': failure.code, 'mlrecipe.step.summary': failure.message },
        files: [{ path: 'card.html', file: join(folder, 'card.html') }].filter(({ file }) => existsSync(file)),
      });
    });
  }

  #enqueue(write: () => Promise<void>): void {
    this.#queue = this.#queue.then(write);
    // Told when the run ends; until then nobody listens.
    this.#queue.catch(() => undefined);
  }
}

/** A metric that only two classes have, when the recipe names one. */
function isBinaryMetric(name: string): boolean {
  return findMetric('multiclass', name) === undefined && findMetric('binary', name) !== undefined;
}

function runName(project: Project, startedAt: number): string {
  const prefix = project.loaded.recipe.experiment.run_name_prefix;
  const stamp = new Date(startedAt).toISOString().replace(/[-:]|\.\d+/g, '');
  return `${prefix ?? project.name}-${stamp}`;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}

function stringValues(values: JsonObject | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values ?? {}).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}
