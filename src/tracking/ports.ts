/**
 * The ports to tracking and registry: MLflow's words, one implementation over the embedded
 * SQLite file and one over MLflow's REST.
 */
export interface RunInfo {
  readonly runId: string;
  readonly experimentId: string;
  readonly runName: string;
  readonly status: RunStatus;
  /** Where artifacts of the run go: an absolute path, `file://` or `mlflow-artifacts:`. */
  readonly artifactUri: string;
  readonly startTime: number;
  readonly endTime?: number;
}
export type RunStatus = 'RUNNING' | 'FINISHED' | 'FAILED' | 'KILLED';

export interface MetricPoint {
  readonly key: string;
  /** Any number; NaN and infinities are stored as MLflow stores them. */
  readonly value: number;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly step: number;
}

export interface RunData {
  readonly info: RunInfo;
  readonly params: Readonly<Record<string, string>>;
  readonly metrics: Readonly<Record<string, number>>;
  readonly tags: Readonly<Record<string, string>>;
  /** What the run read, in the order of name, then digest. */
  readonly datasets: readonly DatasetInput[];
}

export interface DatasetInput {
  readonly name: string;
  readonly digest: string;
  readonly sourceType: string;
  readonly source: string;
  /** JSON text; left out when MLflow would refuse it as too long. */
  readonly schema?: string;
  readonly profile?: string;
  /** `training`, `validation`, ... */
  readonly context: string;
}

export interface TrackingStore {
  /** Whom we talk to, without credentials: for messages and for the register step's parameters. */
  readonly uri: string;
  /** The experiment of that name, created when absent. */
  experiment(
    name: string,
    options?: { readonly artifactLocation?: string; readonly tags?: Readonly<Record<string, string>> },
  ): Promise<string>;
  setExperimentTags(experimentId: string, tags: Readonly<Record<string, string>>): Promise<void>;
  createRun(run: {
    readonly experimentId: string;
    readonly runName: string;
    readonly startTime: number;
    readonly parentRunId?: string;
    readonly tags: Readonly<Record<string, string>>;
  }): Promise<RunInfo>;
  /** Any number of each; split into batches within MLflow's limits; over-long values are cut as MLflow cuts them. */
  logBatch(
    runId: string,
    batch: {
      readonly metrics?: readonly MetricPoint[];
      readonly params?: Readonly<Record<string, string>>;
      readonly tags?: Readonly<Record<string, string>>;
    },
  ): Promise<void>;
  logDataset(runId: string, dataset: DatasetInput): Promise<void>;
  /** Copy or upload one file to a path inside the run's artifacts, such as `train/card.html`. */
  logArtifact(runId: string, file: string, path: string): Promise<void>;
  /** A folder, file by file, keeping relative paths. */
  logArtifacts(runId: string, folder: string, path: string): Promise<void>;
  finishRun(runId: string, status: RunStatus, endTime: number): Promise<void>;
  /** Mark a run as deleted. MLflow can still restore it. */
  deleteRun(runId: string): Promise<void>;
  /**
   * A folder on this machine with the files that a run has under a path: where they are, when that is here,
   * else copied into `folder`.
   */
  fetchArtifacts(runId: string, path: string, folder: string): Promise<string>;
  /** `undefined` when there is no such run, or it was deleted. */
  findRun(runId: string): Promise<RunData | undefined>;
  /** Every point of one metric, by step, then timestamp. */
  metricHistory(runId: string, key: string): Promise<readonly MetricPoint[]>;
  close(): Promise<void>;
}

export interface ModelVersion {
  readonly name: string;
  readonly version: string;
  readonly source: string;
  readonly runId?: string;
  readonly stage: ModelStage;
  readonly description?: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** MLflow calls stages deprecated, but they work; aliases are the modern way. */
export type ModelStage = 'None' | 'Staging' | 'Production' | 'Archived';

export interface ModelRegistry {
  readonly uri: string;
  /** Creates the model when absent; the version is one more than the highest ever. */
  createVersion(version: {
    readonly name: string;
    readonly source: string;
    readonly runId: string;
    readonly description?: string;
    readonly tags: Readonly<Record<string, string>>;
  }): Promise<ModelVersion>;
  findVersion(name: string, version: string): Promise<ModelVersion | undefined>;
  /** The highest version, or the highest in a stage; `undefined` when there is none. */
  findLatest(name: string, stage?: ModelStage): Promise<ModelVersion | undefined>;
  setAlias(name: string, alias: string, version: string): Promise<void>;
  /** The version that an alias points to. */
  findAlias(name: string, alias: string): Promise<ModelVersion | undefined>;
  /** `archiveOthers` moves the versions that are in this stage now to `Archived`. */
  setStage(name: string, version: string, stage: ModelStage, options?: { readonly archiveOthers?: boolean }): Promise<void>;
  close(): Promise<void>;
}

/** The store or server said no, or did not answer. */
export class TrackingError extends Error {
  /** MLflow's error code, or `UNREACHABLE`. */
  readonly code: string;
  /** The server is there and may say otherwise in a moment: overloaded, restarting. */
  readonly isPassing: boolean;

  constructor(code: string, message: string, options?: { readonly cause?: unknown; readonly isPassing?: boolean }) {
    super(message, options);
    this.name = 'TrackingError';
    this.code = code;
    this.isPassing = options?.isPassing === true;
  }
}
