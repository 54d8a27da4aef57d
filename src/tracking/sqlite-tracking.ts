/**
 * The tracking half of the embedded store: experiments, runs and what is logged to them, as rows
 * that MLflow reads. Every INSERT names its columns and none has an ON CONFLICT target, because a
 * newer MLflow widens tables and their keys.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type AcceptedBatch, acceptBatch, type LogBatch } from './batches.ts';
import { acceptDataset } from './datasets.ts';
import { cut, LIMITS, refuse, requireExperimentName, requireLength, requireTags } from './limits.ts';
import { artifactsOf, copyArtifact } from './local-artifacts.ts';
import {
  type DatasetInput,
  type MetricPoint,
  type RunData,
  type RunInfo,
  type RunStatus,
  TrackingError,
  type TrackingStore,
} from './ports.ts';
import type { SqliteConnection, SqlRow } from './sqlite-connection.ts';
import { inDefaultWorkspace, type SqliteFile } from './sqlite-file.ts';
import { artifactUriOf, joinUri, localArtifactPath } from './uri.ts';

/** SQLite cannot hold NaN, and MLflow keeps infinities as the largest double. */
const LARGEST = Number.MAX_VALUE;
/** A series of any length must not hold the write lock for long. */
const POINTS_PER_TRANSACTION = 20_000;
const CONTEXT_TAG = 'mlflow.data.context';

export class SqliteTracking implements TrackingStore {
  readonly uri: string;
  readonly #file: SqliteFile;

  constructor(file: SqliteFile) {
    this.#file = file;
    this.uri = file.uri;
  }

  async experiment(name: string, options: Parameters<TrackingStore['experiment']>[1] = {}): Promise<string> {
    requireExperimentName(name);
    const wanted = options.artifactLocation ?? this.#file.options.artifactLocation;
    const location = wanted === undefined ? undefined : this.#artifactLocation(wanted);
    const tags = options.tags ?? {};
    requireTags(tags, LIMITS.experimentTagValue);
    const db = await this.#file.writing();
    return db.transaction(() => {
      const found = db.get(
        `SELECT experiment_id, lifecycle_stage FROM experiments WHERE name = ?${inDefaultWorkspace(db, 'experiments')}`,
        [name],
      );
      if (found?.['lifecycle_stage'] === 'deleted') {
        refuse(`the experiment \`${name}\` was deleted; restore it, or choose another name`);
      }
      if (found !== undefined) {
        writeExperimentTags(db, Number(found['experiment_id']), tags);
        return String(found['experiment_id']);
      }
      const now = this.#file.now();
      const id = db.run(
        'INSERT INTO experiments (name, artifact_location, lifecycle_stage, creation_time, last_update_time) VALUES (?, ?, ?, ?, ?)',
        [name, location ?? null, 'active', now, now],
      );
      if (location === undefined) {
        const folder = artifactUriOf(join(this.#file.options.artifactRoot, String(id)));
        db.run('UPDATE experiments SET artifact_location = ? WHERE experiment_id = ?', [folder, id]);
      }
      writeExperimentTags(db, id, tags);
      return String(id);
    });
  }

  async setExperimentTags(experimentId: string, tags: Readonly<Record<string, string>>): Promise<void> {
    requireTags(tags, LIMITS.experimentTagValue);
    const db = await this.#file.writing();
    db.transaction(() => {
      requireExperiment(db, experimentId);
      writeExperimentTags(db, Number(experimentId), tags);
      db.run('UPDATE experiments SET last_update_time = ? WHERE experiment_id = ?', [this.#file.now(), Number(experimentId)]);
    });
  }

  async createRun(run: Parameters<TrackingStore['createRun']>[0]): Promise<RunInfo> {
    requireLength('the run name', run.runName, LIMITS.key);
    const tags = {
      ...run.tags,
      'mlflow.runName': run.runName,
      ...(run.parentRunId !== undefined && { 'mlflow.parentRunId': run.parentRunId }),
    };
    const batch = acceptBatch({ tags });
    const db = await this.#file.writing();
    return db.transaction(() => {
      const location = requireExperiment(db, run.experimentId);
      const runId = randomUUID().replaceAll('-', '');
      const artifactUri = joinUri(location, runId, 'artifacts');
      // The true source is in the tags: this column allows neither RECIPE nor a later word.
      db.run(
        `INSERT INTO runs (run_uuid, name, source_type, source_name, entry_point_name, user_id, status, start_time, end_time, source_version,
         lifecycle_stage, artifact_uri, experiment_id, deleted_time) VALUES (?, ?, 'UNKNOWN', '', '', ?, 'RUNNING', ?, NULL, '', 'active', ?, ?, NULL)`,
        [runId, run.runName, cut(run.tags['mlflow.user'] ?? '', 256), run.startTime, artifactUri, Number(run.experimentId)],
      );
      for (const tag of batch.tags) writeTag(db, runId, tag.key, tag.value);
      return { runId, experimentId: run.experimentId, runName: run.runName, status: 'RUNNING', artifactUri, startTime: run.startTime };
    });
  }

  async logBatch(runId: string, batch: LogBatch): Promise<void> {
    const accepted = acceptBatch(batch);
    const db = await this.#file.writing();
    const rest = accepted.metrics.slice(POINTS_PER_TRANSACTION);
    writeBatch(db, runId, { ...accepted, metrics: accepted.metrics.slice(0, POINTS_PER_TRANSACTION) });
    for (let start = 0; start < rest.length; start += POINTS_PER_TRANSACTION) {
      writeBatch(db, runId, { params: [], tags: [], metrics: rest.slice(start, start + POINTS_PER_TRANSACTION) });
    }
  }

  async logDataset(runId: string, dataset: DatasetInput): Promise<void> {
    const accepted = acceptDataset(dataset);
    const db = await this.#file.writing();
    db.transaction(() => {
      const experimentId = Number(requireActiveRun(db, runId)['experiment_id']);
      const key = [experimentId, accepted.name, accepted.digest];
      const found = db.get('SELECT dataset_uuid FROM datasets WHERE experiment_id = ? AND name = ? AND digest = ?', key);
      const uuid = found === undefined ? newId() : String(found['dataset_uuid']);
      if (found === undefined) {
        db.run(
          `INSERT INTO datasets (experiment_id, name, digest, dataset_uuid, dataset_source_type, dataset_source, dataset_schema, dataset_profile)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
          [...key, uuid, accepted.sourceType, accepted.source, accepted.schema ?? null, accepted.profile ?? null],
        );
      }
      const edge = ['DATASET', uuid, 'RUN', runId];
      if (
        db.get(
          'SELECT 1 AS found FROM inputs WHERE source_type = ? AND source_id = ? AND destination_type = ? AND destination_id = ?',
          edge,
        )
      )
        return;
      const inputId = newId();
      db.run('INSERT INTO inputs (input_uuid, source_type, source_id, destination_type, destination_id) VALUES (?, ?, ?, ?, ?)', [
        inputId,
        ...edge,
      ]);
      db.run('INSERT INTO input_tags (input_uuid, name, value) VALUES (?, ?, ?)', [inputId, CONTEXT_TAG, accepted.context]);
    });
  }

  async logArtifact(runId: string, file: string, path: string): Promise<void> {
    copyArtifact(await this.#artifactFolder(runId), file, path);
  }

  async logArtifacts(runId: string, folder: string, path: string): Promise<void> {
    const target = await this.#artifactFolder(runId);
    for (const artifact of artifactsOf(folder, path)) copyArtifact(target, artifact.file, artifact.path);
  }

  async finishRun(runId: string, status: RunStatus, endTime: number): Promise<void> {
    const db = await this.#file.writing();
    db.transaction(() => {
      requireActiveRun(db, runId);
      db.run('UPDATE runs SET status = ?, end_time = ? WHERE run_uuid = ?', [status, endTime, runId]);
    });
  }

  async deleteRun(runId: string): Promise<void> {
    const db = await this.#file.writing();
    db.transaction(() => {
      requireActiveRun(db, runId);
      db.run("UPDATE runs SET lifecycle_stage = 'deleted', deleted_time = ? WHERE run_uuid = ?", [this.#file.now(), runId]);
    });
  }

  async findRun(runId: string): Promise<RunData | undefined> {
    const db = await this.#file.reading();
    const row = db?.get(
      'SELECT run_uuid, experiment_id, name, status, start_time, end_time, artifact_uri FROM runs WHERE run_uuid = ? AND lifecycle_stage = ?',
      [runId, 'active'],
    );
    if (db === undefined || row === undefined) return undefined;
    const texts = (table: 'params' | 'tags'): Record<string, string> =>
      Object.fromEntries(
        db
          .all(`SELECT key, value FROM ${table} WHERE run_uuid = ? ORDER BY key`, [runId])
          .map((pair) => [String(pair['key']), String(pair['value'] ?? '')]),
      );
    const metrics = db.all('SELECT key, value, is_nan FROM latest_metrics WHERE run_uuid = ? ORDER BY key', [runId]);
    return {
      info: runInfo(row),
      params: texts('params'),
      metrics: Object.fromEntries(metrics.map((metric) => [String(metric['key']), metricValue(metric)])),
      tags: texts('tags'),
      datasets: datasetsOf(db, runId),
    };
  }

  async metricHistory(runId: string, key: string): Promise<readonly MetricPoint[]> {
    const db = await this.#file.reading();
    const rows = db?.all(
      'SELECT value, is_nan, timestamp, step FROM metrics WHERE run_uuid = ? AND key = ? ORDER BY step, timestamp, value',
      [runId, key],
    );
    return (rows ?? []).map((row) => ({ key, value: metricValue(row), timestamp: Number(row['timestamp']), step: Number(row['step']) }));
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  #artifactLocation(location: string): string {
    if (location === '') refuse('the artifact location of an experiment must not be empty');
    const path = localArtifactPath(location, this.#root());
    if (path === undefined) {
      refuse(`the artifact location \`${location}\` is not a folder; remote locations need an MLflow server as the tracking URI`);
    }
    const uri = artifactUriOf(path);
    requireLength('the artifact location', uri, LIMITS.artifactLocation);
    return uri;
  }

  async #artifactFolder(runId: string): Promise<string> {
    const uri = String(requireActiveRun(await this.#file.writing(), runId)['artifact_uri']);
    const folder = localArtifactPath(uri, this.#root());
    if (folder === undefined) {
      throw new TrackingError(
        'NOT_IMPLEMENTED',
        `the artifacts of this experiment are kept at \`${uri}\`, which only the MLflow server that made it can write; use its \`http://\` address as the tracking URI, or another experiment`,
      );
    }
    return folder;
  }

  #root(): string {
    return this.#file.options.root ?? process.cwd();
  }
}

const newId = (): string => randomUUID().replaceAll('-', '');

/** The artifact location. */
function requireExperiment(db: SqliteConnection, experimentId: string): string {
  const row = /^\d+$/.test(experimentId)
    ? db.get('SELECT artifact_location, lifecycle_stage FROM experiments WHERE experiment_id = ?', [Number(experimentId)])
    : undefined;
  if (row === undefined) throw new TrackingError('RESOURCE_DOES_NOT_EXIST', `there is no experiment with the id \`${experimentId}\``);
  if (row['lifecycle_stage'] !== 'active') refuse(`the experiment with the id \`${experimentId}\` was deleted`);
  return String(row['artifact_location']);
}

function writeExperimentTags(db: SqliteConnection, experimentId: number, tags: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(tags)) {
    const found = db.get('SELECT 1 AS found FROM experiment_tags WHERE experiment_id = ? AND key = ?', [experimentId, key]);
    if (found) db.run('UPDATE experiment_tags SET value = ? WHERE experiment_id = ? AND key = ?', [value, experimentId, key]);
    else db.run('INSERT INTO experiment_tags (key, value, experiment_id) VALUES (?, ?, ?)', [key, value, experimentId]);
  }
}

function requireActiveRun(db: SqliteConnection, runId: string): SqlRow {
  const row = db.get('SELECT lifecycle_stage, experiment_id, artifact_uri FROM runs WHERE run_uuid = ?', [runId]);
  if (row === undefined) throw new TrackingError('RESOURCE_DOES_NOT_EXIST', `there is no run with the id \`${runId}\``);
  if (row['lifecycle_stage'] !== 'active') refuse(`the run \`${runId}\` was deleted, so nothing can be written to it`);
  return row;
}

function writeBatch(db: SqliteConnection, runId: string, batch: AcceptedBatch): void {
  db.transaction(() => {
    requireActiveRun(db, runId);
    for (const { key, value } of batch.params) writeParam(db, runId, key, value);
    writeMetrics(db, runId, batch.metrics);
    for (const { key, value } of batch.tags) writeTag(db, runId, key, value);
  });
}

function writeParam(db: SqliteConnection, runId: string, key: string, value: string): void {
  const old = db.get('SELECT value FROM params WHERE run_uuid = ? AND key = ?', [runId, key])?.['value'];
  if (old === value) return;
  if (old !== undefined) refuse(`the param \`${key}\` of the run \`${runId}\` is \`${old}\` and cannot be changed to \`${value}\``);
  db.run('INSERT INTO params (key, value, run_uuid) VALUES (?, ?, ?)', [key, value, runId]);
}

function writeTag(db: SqliteConnection, runId: string, key: string, value: string): void {
  const found = db.get('SELECT 1 AS found FROM tags WHERE run_uuid = ? AND key = ?', [runId, key]);
  if (found) db.run('UPDATE tags SET value = ? WHERE run_uuid = ? AND key = ?', [value, runId, key]);
  else db.run('INSERT INTO tags (key, value, run_uuid) VALUES (?, ?, ?)', [key, value, runId]);
  if (key === 'mlflow.runName') db.run('UPDATE runs SET name = ? WHERE run_uuid = ?', [value, runId]);
}

interface StoredPoint {
  readonly value: number;
  readonly isNan: 0 | 1;
  readonly timestamp: number;
  readonly step: number;
}

function writeMetrics(db: SqliteConnection, runId: string, points: readonly MetricPoint[]): void {
  const latest = new Map<string, StoredPoint>();
  for (const { key, value, timestamp, step } of points) {
    const isNan = Number.isNaN(value) ? 1 : 0;
    const stored: StoredPoint = { value: isNan ? 0 : Math.min(Math.max(value, -LARGEST), LARGEST), isNan, timestamp, step };
    // The very same point twice is not an error: a batch may be sent again.
    db.run('INSERT OR IGNORE INTO metrics (key, value, timestamp, run_uuid, step, is_nan) VALUES (?, ?, ?, ?, ?, ?)', [
      key,
      stored.value,
      timestamp,
      runId,
      step,
      isNan,
    ]);
    const best = latest.get(key);
    if (best === undefined || isLater(stored, best)) latest.set(key, stored);
  }
  for (const [key, point] of latest) writeLatest(db, runId, key, point);
}

function writeLatest(db: SqliteConnection, runId: string, key: string, point: StoredPoint): void {
  const row = db.get('SELECT value, timestamp, step FROM latest_metrics WHERE run_uuid = ? AND key = ?', [runId, key]);
  const values = [point.value, point.timestamp, point.step, point.isNan, runId, key];
  if (row === undefined) {
    db.run('INSERT INTO latest_metrics (value, timestamp, step, is_nan, run_uuid, key) VALUES (?, ?, ?, ?, ?, ?)', values);
  } else if (isLater(point, { value: Number(row['value']), timestamp: Number(row['timestamp']), step: Number(row['step']) })) {
    db.run('UPDATE latest_metrics SET value = ?, timestamp = ?, step = ?, is_nan = ? WHERE run_uuid = ? AND key = ?', values);
  }
}

/** MLflow's order of points: by step, then timestamp, then value as it is stored; an equal point does not win. */
function isLater(a: Pick<StoredPoint, 'step' | 'timestamp' | 'value'>, b: Pick<StoredPoint, 'step' | 'timestamp' | 'value'>): boolean {
  if (a.step !== b.step) return a.step > b.step;
  if (a.timestamp !== b.timestamp) return a.timestamp > b.timestamp;
  return a.value > b.value;
}

function metricValue(row: SqlRow): number {
  return row['is_nan'] === 1 ? Number.NaN : Number(row['value']);
}

function runInfo(row: SqlRow): RunInfo {
  const status = String(row['status']);
  return {
    runId: String(row['run_uuid']),
    experimentId: String(row['experiment_id']),
    runName: String(row['name'] ?? ''),
    status: status === 'FINISHED' || status === 'FAILED' || status === 'KILLED' ? status : 'RUNNING',
    artifactUri: String(row['artifact_uri']),
    startTime: Number(row['start_time']),
    ...(row['end_time'] !== null && row['end_time'] !== undefined && { endTime: Number(row['end_time']) }),
  };
}

function datasetsOf(db: SqliteConnection, runId: string): readonly DatasetInput[] {
  const rows = db.all(
    `SELECT datasets.name, datasets.digest, dataset_source_type, dataset_source, dataset_schema, dataset_profile, input_tags.value AS context
     FROM inputs JOIN datasets ON datasets.dataset_uuid = inputs.source_id
     LEFT JOIN input_tags ON input_tags.input_uuid = inputs.input_uuid AND input_tags.name = '${CONTEXT_TAG}'
     WHERE inputs.source_type = 'DATASET' AND inputs.destination_type = 'RUN' AND inputs.destination_id = ?
     ORDER BY datasets.name, datasets.digest`,
    [runId],
  );
  return rows.map((row) => ({
    name: String(row['name']),
    digest: String(row['digest']),
    sourceType: String(row['dataset_source_type']),
    source: String(row['dataset_source']),
    ...(row['dataset_schema'] !== null && { schema: String(row['dataset_schema']) }),
    ...(row['dataset_profile'] !== null && { profile: String(row['dataset_profile']) }),
    context: String(row['context'] ?? ''),
  }));
}
