/**
 * The rows of one run in the embedded store: how params, tags, metrics and inputs are written and
 * read back. Opens no transaction of its own but for a batch; the caller holds one.
 */
import type { AcceptedBatch } from './batches.ts';
import { refuse } from './limits.ts';
import { type DatasetInput, type MetricPoint, type RunInfo, TrackingError } from './ports.ts';
import type { SqliteConnection, SqlRow } from './sqlite-connection.ts';

/** The tag of an input that says what the run used it for. */
export const CONTEXT_TAG = 'mlflow.data.context';
/** SQLite cannot hold NaN, and MLflow keeps infinities as the largest double. */
const LARGEST = Number.MAX_VALUE;

export function requireActiveRun(db: SqliteConnection, runId: string): SqlRow {
  const row = db.get('SELECT lifecycle_stage, experiment_id, artifact_uri FROM runs WHERE run_uuid = ?', [runId]);
  if (row === undefined) throw new TrackingError('RESOURCE_DOES_NOT_EXIST', `there is no run with the id \`${runId}\``);
  if (row['lifecycle_stage'] !== 'active') refuse(`the run \`${runId}\` was deleted, so nothing can be written to it`);
  return row;
}

export function writeBatch(db: SqliteConnection, runId: string, batch: AcceptedBatch): void {
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

export function writeTag(db: SqliteConnection, runId: string, key: string, value: string): void {
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

export function metricValue(row: SqlRow): number {
  return row['is_nan'] === 1 ? Number.NaN : Number(row['value']);
}

export function runInfo(row: SqlRow): RunInfo {
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

export function datasetsOf(db: SqliteConnection, runId: string): readonly DatasetInput[] {
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
