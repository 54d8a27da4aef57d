/**
 * Turns one execution of a recipe into MLflow runs: a parent with the complete record, and a child
 * for every step, reused ones included. Everything is written as soon as it is known, so that a
 * crash leaves a parent that is RUNNING and lacks only what had not happened.
 */
import type { JsonObject } from '../schema/json.ts';
import type { LogBatch } from './batches.ts';
import { acceptableKey, cut, LIMITS } from './limits.ts';
import { historyEntry, historyTag, MODEL_HISTORY_TAG, readModelFile } from './model-history.ts';
import type { DatasetInput, MetricPoint, RunInfo, RunStatus, TrackingStore } from './ports.ts';

export interface RecorderOptions {
  readonly tracking: TrackingStore;
  readonly experimentName: string;
  /** Wins over the name. */
  readonly experimentId?: string;
  /** Where a new experiment keeps its artifacts. */
  readonly artifactLocation?: string;
  readonly experimentTags: Readonly<Record<string, string>>;
  readonly runName: string;
  readonly runTags: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch, as all times here. */
  readonly startTime: number;
  readonly parentParams: Readonly<Record<string, string>>;
}

export interface StepRecord {
  readonly name: string;
  readonly state: 'run' | 'fresh' | 'restore' | 'failed';
  /** Of the execution that made the results: long ago for a reused step. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly params: Readonly<Record<string, string>>;
  readonly metrics: Readonly<Record<string, number>>;
  /** Metric → [step, value]. */
  readonly history?: Readonly<Record<string, readonly (readonly [number, number])[]>>;
  /** Key, digests of outputs, reason, summary. */
  readonly tags: Readonly<Record<string, string>>;
  readonly files: readonly RecordedFile[];
  /** Fits that were tried before the one that counts, in order: each becomes a run below that of the step. */
  readonly trials?: readonly TrialRecord[];
}

export interface TrialRecord {
  readonly name: string;
  readonly status: 'ok' | 'failed';
  readonly startedAt: number;
  readonly durationMs: number;
  readonly params: Readonly<Record<string, string>>;
  /** By their names without prefix. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly tags: Readonly<Record<string, string>>;
}

export interface RecordedFile {
  /** Among the artifacts of the step's own run, such as `card.html`; the parent has it at `<step>/card.html`. */
  readonly path: string;
  readonly file: string;
}

export interface LoggedModel {
  /** `runs:/<run>/model`: what the registry takes as the source of a version. */
  readonly source: string;
  readonly artifactUri: string;
}

export interface Recorder {
  /** Makes the experiment, if need be, and the parent run. */
  start(): Promise<string>;
  /** Where the files of the parent go. */
  readonly artifactUri: string;
  /** The id of the step's own run. */
  recordStep(step: StepRecord): Promise<string>;
  /** Logs a model folder; `model` is the content of its `MLmodel`, which is read when absent. */
  logModel(folder: string, model?: JsonObject): Promise<LoggedModel>;
  logDataset(dataset: DatasetInput): Promise<void>;
  /** More params, metrics or tags of the parent. */
  logBatch(batch: LogBatch): Promise<void>;
  /** Takes the run and its children back: nothing of it was worth a record. */
  discard(): Promise<void>;
  finish(status: Exclude<RunStatus, 'RUNNING'>, endTime: number, files: readonly RecordedFile[]): Promise<void>;
}

/** Whose params and metrics describe the model, so that the parent has them too. */
const STEPS_OF_THE_PARENT: ReadonlySet<string> = new Set(['train', 'evaluate']);
const MODEL_PATH = 'model';

export function createRecorder(options: RecorderOptions): Recorder {
  const { tracking } = options;
  const params = new Map<string, string>();
  const models: JsonObject[] = [];
  const children: string[] = [];
  let experimentId = '';
  let parent: RunInfo | undefined;

  const started = (): RunInfo => {
    if (parent === undefined) throw new Error('the recorder was used before it was started');
    return parent;
  };

  /** A param cannot change, so a second step that has one of the same name gets a name of its own. */
  const parentParams = (step: string, wanted: Readonly<Record<string, string>>): Record<string, string> => {
    const fresh: Record<string, string> = {};
    for (const [key, value] of Object.entries(wanted)) {
      const name = params.has(key) && params.get(key) !== value ? cut(`${step}.${key}`, LIMITS.key) : key;
      if (params.has(name)) continue;
      params.set(name, value);
      fresh[name] = value;
    }
    return fresh;
  };

  const ownTags = (): Record<string, string> => {
    const user = options.runTags['mlflow.user'];
    return {
      ...(user !== undefined && { 'mlflow.user': user }),
      'mlflow.source.type': options.runTags['mlflow.source.type'] ?? 'RECIPE',
    };
  };

  const recordTrial = async (parentRunId: string, trial: TrialRecord): Promise<void> => {
    const { name: runName, startedAt: startTime, durationMs, params: tried, metrics, tags, status } = trial;
    const { runId } = await tracking.createRun({
      experimentId,
      runName,
      startTime,
      parentRunId,
      tags: { ...ownTags(), ...acceptable(tags) },
    });
    children.push(runId);
    const timestamp = startTime + durationMs;
    const points = Object.entries(acceptable(metrics)).map(([key, value]): MetricPoint => ({ key, value, timestamp, step: 0 }));
    await tracking.logBatch(runId, { params: acceptable(tried), metrics: points });
    await tracking.finishRun(runId, status === 'ok' ? 'FINISHED' : 'FAILED', timestamp);
  };

  return {
    async start() {
      const { artifactLocation, experimentTags: tags } = options;
      if (options.experimentId === undefined) {
        experimentId = await tracking.experiment(options.experimentName, {
          ...(artifactLocation !== undefined && { artifactLocation }),
          tags,
        });
      } else {
        experimentId = options.experimentId;
        await tracking.setExperimentTags(experimentId, tags);
      }
      const { runName, startTime, runTags } = options;
      parent = await tracking.createRun({ experimentId, runName: cut(runName, LIMITS.key), startTime, tags: acceptable(runTags) });
      await tracking.logBatch(parent.runId, { params: parentParams('recipe', acceptable(options.parentParams)) });
      return parent.runId;
    },

    get artifactUri() {
      return started().artifactUri;
    },

    async recordStep(step) {
      const { runId: parentRunId } = started();
      const endTime = step.startedAt + step.durationMs;
      const child = await tracking.createRun({
        experimentId,
        runName: step.name,
        startTime: step.startedAt,
        parentRunId,
        tags: {
          ...ownTags(),
          'mlflow.pipeline.step.name': step.name,
          'mlrecipe.step.state': step.state,
        },
      });
      children.push(child.runId);
      const own = { params: acceptable(step.params), metrics: metricPoints(step, endTime) };
      const duration: MetricPoint = { key: 'duration_seconds', value: step.durationMs / 1000, timestamp: endTime, step: 0 };
      await tracking.logBatch(child.runId, { ...own, metrics: [...own.metrics, duration], tags: acceptable(step.tags) });
      for (const { file, path } of step.files) await tracking.logArtifact(child.runId, file, path);
      for (const trial of step.trials ?? []) await recordTrial(child.runId, trial);
      await tracking.finishRun(child.runId, step.state === 'failed' ? 'FAILED' : 'FINISHED', endTime);
      if (STEPS_OF_THE_PARENT.has(step.name)) {
        await tracking.logBatch(parentRunId, { params: parentParams(step.name, own.params), metrics: own.metrics });
      }
      for (const { file, path } of step.files) await tracking.logArtifact(parentRunId, file, `${step.name}/${path}`);
      return child.runId;
    },

    async logModel(folder, model) {
      const { runId, artifactUri } = started();
      const content = model ?? (await readModelFile(folder));
      await tracking.logArtifacts(runId, folder, MODEL_PATH);
      models.push(historyEntry(content, runId, MODEL_PATH, options.startTime));
      await tracking.logBatch(runId, { tags: { [MODEL_HISTORY_TAG]: historyTag(models) } });
      return { source: `runs:/${runId}/${MODEL_PATH}`, artifactUri: `${artifactUri}/${MODEL_PATH}` };
    },

    logDataset: (dataset) => tracking.logDataset(started().runId, dataset),

    logBatch: (batch) => tracking.logBatch(started().runId, batch),

    async discard() {
      for (const runId of [...children, started().runId]) await tracking.deleteRun(runId);
    },

    async finish(status, endTime, files) {
      const { runId } = started();
      for (const { file, path } of files) await tracking.logArtifact(runId, file, path);
      await tracking.finishRun(runId, status, endTime);
    },
  };
}

/** Names that come from data, such as a class in the name of a metric, must not lose the record. */
function acceptable<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  const taken = new Map<string, T>();
  for (const [key, value] of Object.entries(record)) taken.set(untaken(acceptableKey(key), taken), value);
  return Object.fromEntries(taken);
}

function untaken(key: string, taken: ReadonlyMap<string, unknown>): string {
  let name = key;
  for (let count = 2; taken.has(name); count++) name = `${cut(key, LIMITS.key - 8)}_${count}`;
  return name;
}

function metricPoints(step: StepRecord, timestamp: number): readonly MetricPoint[] {
  const series = Object.entries(acceptable(step.history ?? {})).flatMap(([key, points]) =>
    points.map(([at, value]): MetricPoint => ({ key, value, timestamp, step: at })),
  );
  // A metric that has a series is its last point already, unless the two differ, as when the best
  // iteration was kept: then it follows the series, so that it is the latest.
  const last = new Map(series.map((point) => [point.key, point]));
  const single = Object.entries(acceptable(step.metrics))
    .filter(([key, value]) => !Object.is(last.get(key)?.value, value))
    .map(([key, value]): MetricPoint => ({ key, value, timestamp, step: (last.get(key)?.step ?? -1) + 1 }));
  return [...series, ...single];
}
