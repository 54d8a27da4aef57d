/**
 * Values as MLflow's JSON carries them, into ours: empty lists are absent, 64-bit integers may be
 * numbers or strings, NaN and infinities are words.
 */
import type { Json, JsonObject } from '../schema/json.ts';
import type { DatasetInput, MetricPoint, ModelStage, ModelVersion, RunData, RunInfo } from './ports.ts';

export function object(value: Json | undefined): JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as JsonObject) : {};
}

export function list(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.map(object) : [];
}

export function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

/** `Number` reads the words NaN, Infinity and -Infinity as what they mean. */
export function number(value: Json | undefined): number {
  return typeof value === 'number' ? value : typeof value === 'string' ? Number(value) : 0;
}

/** A list of {key, value} as a record in code-unit order of keys, as the embedded store gives it. */
function record<T>(value: Json | undefined, read: (value: Json | undefined) => T): Record<string, T> {
  const pairs = list(value).map((pair) => [text(pair['key']), read(pair['value'])] as const);
  return Object.fromEntries(pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

export function runInfo(info: JsonObject): RunInfo {
  const status = text(info['status']);
  const endTime = number(info['end_time']);
  return {
    runId: text(info['run_id']),
    experimentId: text(info['experiment_id']),
    runName: text(info['run_name']),
    status: status === 'FINISHED' || status === 'FAILED' || status === 'KILLED' ? status : 'RUNNING',
    artifactUri: text(info['artifact_uri']),
    startTime: number(info['start_time']),
    ...(endTime !== 0 && { endTime }),
  };
}

export function runData(run: JsonObject): RunData {
  const data = object(run['data']);
  return {
    info: runInfo(object(run['info'])),
    params: record(data['params'], text),
    metrics: record(data['metrics'], number),
    tags: record(data['tags'], text),
    datasets: list(object(run['inputs'])['dataset_inputs']).map(datasetInput).sort(byNameAndDigest),
  };
}

function datasetInput(input: JsonObject): DatasetInput {
  const dataset = object(input['dataset']);
  const schema = text(dataset['schema']);
  const profile = text(dataset['profile']);
  return {
    name: text(dataset['name']),
    digest: text(dataset['digest']),
    sourceType: text(dataset['source_type']),
    source: text(dataset['source']),
    ...(schema !== '' && { schema }),
    ...(profile !== '' && { profile }),
    context: record(input['tags'], text)['mlflow.data.context'] ?? '',
  };
}

function byNameAndDigest(a: DatasetInput, b: DatasetInput): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return a.digest < b.digest ? -1 : a.digest > b.digest ? 1 : 0;
}

export function metricPoint(metric: JsonObject): MetricPoint {
  return { key: text(metric['key']), value: number(metric['value']), timestamp: number(metric['timestamp']), step: number(metric['step']) };
}

export function modelVersion(version: JsonObject): ModelVersion {
  const runId = text(version['run_id']);
  const description = text(version['description']);
  return {
    name: text(version['name']),
    version: text(version['version']),
    source: text(version['source']),
    ...(runId !== '' && { runId }),
    stage: (text(version['current_stage']) || 'None') as ModelStage,
    ...(description !== '' && { description }),
    tags: record(version['tags'], text),
  };
}
