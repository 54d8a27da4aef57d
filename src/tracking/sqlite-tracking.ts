/**
 * The tracking half of the embedded store: experiments, runs and what is logged to them, as rows
 * that MLflow reads. Every INSERT names its columns and none has an ON CONFLICT target, because a
 * newer MLflow widens tables and their keys.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { acceptBatch, type LogBatch } from './batches.ts';
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
import type { SqliteConnection } from './sqlite-connection.ts';
import { inDefaultWorkspace, type SqliteFile } from './sqlite-file.ts';
import { CONTEXT_TAG, datasetsOf, metricValue, requireActiveRun, runInfo, writeBatch, writeTag } from './sqlite-run-rows.ts';
import { artifactUriOf, joinUri, localArtifactPath } from './uri.ts';

/** A series of any length must not hold the write lock for long. */
const POINTS_PER_TRANSACTION = 20_000;

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

  async fetchArtifacts(runId: string, path: string): Promise<string> {
    const uri = (await this.findRun(runId))?.info.artifactUri;
    if (uri === undefined) throw new TrackingError('RESOURCE_DOES_NOT_EXIST', `there is no run with the id \`${runId}\``);
    const here = localArtifactPath(uri, this.#file.options.root ?? process.cwd());
    if (here === undefined)
      throw new TrackingError('NOT_IMPLEMENTED', `the artifacts of run \`${runId}\` are at \`${uri}\`, which is not on this machine`);
    return join(here, ...path.split('/'));
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
