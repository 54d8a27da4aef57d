/** The tracking half of a remote MLflow server. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Json, JsonObject } from '../schema/json.ts';
import { acceptBatch, type LogBatch, splitBatch } from './batches.ts';
import { acceptDataset } from './datasets.ts';
import { LIMITS, refuse, requireArtifactPath, requireExperimentName, requireLength, requireTags } from './limits.ts';
import { artifactsOf, copyArtifact, requireFile } from './local-artifacts.ts';
import {
  type DatasetInput,
  type MetricPoint,
  type RunData,
  type RunInfo,
  type RunStatus,
  TrackingError,
  type TrackingStore,
} from './ports.ts';
import type { RestClient } from './rest-client.ts';
import { joinUri, localArtifactPath, schemeOf } from './uri.ts';
import { list, metricPoint, object, runData, runInfo, text } from './wire.ts';

/** Without it 3.11 sends no point at all, and only a token. */
const HISTORY_PAGE = '25000';

export interface RestTrackingOptions {
  /** Where relative local artifact locations of the server are taken from. The working folder by default. */
  readonly root?: string;
  /** Where new experiments keep their artifacts instead, when the user says so. */
  readonly artifactLocation?: string;
}

export class RestTracking implements TrackingStore {
  readonly uri: string;
  readonly #client: RestClient;
  readonly #options: RestTrackingOptions;
  readonly #artifactUris = new Map<string, string>();

  constructor(client: RestClient, options: RestTrackingOptions) {
    this.#client = client;
    this.#options = options;
    this.uri = client.uri;
  }

  async experiment(name: string, options: Parameters<TrackingStore['experiment']>[1] = {}): Promise<string> {
    requireExperimentName(name);
    const tags = options.tags ?? {};
    requireTags(tags, LIMITS.experimentTagValue);
    const found = await this.#findExperiment(name);
    if (found !== undefined) {
      await this.setExperimentTags(found, tags);
      return found;
    }
    try {
      const location = options.artifactLocation ?? this.#options.artifactLocation;
      const body = { name, ...(location !== undefined && { artifact_location: location }), tags: pairs(tags) };
      return text((await this.#client.send('POST', 'experiments/create', body))['experiment_id']);
    } catch (error) {
      // Somebody else, or our own request whose answer was lost, made it meanwhile.
      const created = isCode(error, 'RESOURCE_ALREADY_EXISTS') ? await this.#findExperiment(name) : undefined;
      if (created === undefined) throw error;
      return created;
    }
  }

  async setExperimentTags(experimentId: string, tags: Readonly<Record<string, string>>): Promise<void> {
    requireTags(tags, LIMITS.experimentTagValue);
    for (const [key, value] of Object.entries(tags)) {
      await this.#client.send('POST', 'experiments/set-experiment-tag', { experiment_id: experimentId, key, value });
    }
  }

  async createRun(run: Parameters<TrackingStore['createRun']>[0]): Promise<RunInfo> {
    requireLength('the run name', run.runName, LIMITS.key);
    const { tags } = acceptBatch({
      tags: { ...run.tags, 'mlflow.runName': run.runName, ...(run.parentRunId !== undefined && { 'mlflow.parentRunId': run.parentRunId }) },
    });
    const body: JsonObject = {
      experiment_id: run.experimentId,
      run_name: run.runName,
      user_id: run.tags['mlflow.user'] ?? '',
      start_time: run.startTime,
      tags: tags.map((tag) => ({ ...tag })),
    };
    const answer = await this.#client.send('POST', 'runs/create', body, { once: true });
    const info = runInfo(object(object(answer['run'])['info']));
    this.#artifactUris.set(info.runId, info.artifactUri);
    return info;
  }

  async logBatch(runId: string, batch: LogBatch): Promise<void> {
    for (const part of splitBatch(acceptBatch(batch))) {
      const lists: Record<string, Json> = {};
      for (const key of ['params', 'metrics', 'tags'] as const)
        if (part[key].length > 0) lists[key] = part[key].map((entry) => ({ ...entry }));
      await this.#client.send('POST', 'runs/log-batch', { run_id: runId, ...lists });
    }
  }

  async logDataset(runId: string, dataset: DatasetInput): Promise<void> {
    const { name, digest, sourceType, source, schema, profile, context } = acceptDataset(dataset);
    const wire = {
      name,
      digest,
      source_type: sourceType,
      source,
      ...(schema !== undefined && { schema }),
      ...(profile !== undefined && { profile }),
    };
    const tags = [{ key: 'mlflow.data.context', value: context }];
    await this.#client.send('POST', 'runs/log-inputs', { run_id: runId, datasets: [{ tags, dataset: wire }] });
  }

  async logArtifact(runId: string, file: string, path: string): Promise<void> {
    requireArtifactPath(path);
    if (path === '') refuse(`the artifact made of ${file} needs a path`);
    requireFile(file, 'file');
    await this.#put(await this.#artifactUri(runId), file, path);
  }

  async logArtifacts(runId: string, folder: string, path: string): Promise<void> {
    const artifacts = artifactsOf(folder, path);
    const uri = await this.#artifactUri(runId);
    for (const artifact of artifacts) await this.#put(uri, artifact.file, artifact.path);
  }

  async fetchArtifacts(runId: string, path: string, folder: string): Promise<string> {
    const uri = await this.#artifactUri(runId);
    const here = localArtifactPath(uri, this.#options.root ?? process.cwd());
    if (here !== undefined) return join(here, ...path.split('/'));
    if (schemeOf(uri) !== 'mlflow-artifacts')
      throw new TrackingError(
        'NOT_IMPLEMENTED',
        `the server at ${this.uri} keeps artifacts at \`${uri}\`, which it does not serve; start it with \`--serve-artifacts\``,
      );
    const visit = async (inside: string): Promise<void> => {
      for (const file of list((await this.#client.get('artifacts/list', { run_id: runId, path: inside }))['files'])) {
        const name = text(file['path']);
        requireArtifactPath(name);
        if (!name.startsWith(`${path}/`)) refuse(`the server lists \`${name}\` below \`${path}\``);
        if (file['is_dir'] === true) await visit(name);
        else {
          const target = join(folder, ...name.slice(path.length + 1).split('/'));
          mkdirSync(dirname(target), { recursive: true });
          writeFileSync(target, await this.#client.download(proxyUrl(this.uri, uri, name)));
        }
      }
    };
    await visit(path);
    return folder;
  }

  async finishRun(runId: string, status: RunStatus, endTime: number): Promise<void> {
    await this.#client.send('POST', 'runs/update', { run_id: runId, status, end_time: endTime });
  }

  async deleteRun(runId: string): Promise<void> {
    await this.#client.send('POST', 'runs/delete', { run_id: runId });
  }

  async findRun(runId: string): Promise<RunData | undefined> {
    const run = await this.#getRun(runId);
    return run === undefined || object(run['info'])['lifecycle_stage'] === 'deleted' ? undefined : runData(run);
  }

  async metricHistory(runId: string, key: string): Promise<readonly MetricPoint[]> {
    const points: MetricPoint[] = [];
    let token = '';
    do {
      const query = { run_id: runId, metric_key: key, max_results: HISTORY_PAGE, ...(token !== '' && { page_token: token }) };
      const page = await this.#client.get('metrics/get-history', query);
      points.push(...list(page['metrics']).map(metricPoint));
      token = text(page['next_page_token']);
    } while (token !== '');
    return points.sort((a, b) => a.step - b.step || a.timestamp - b.timestamp || a.value - b.value);
  }

  async close(): Promise<void> {
    this.#client.close();
  }

  async #findExperiment(name: string): Promise<string | undefined> {
    try {
      const experiment = object((await this.#client.get('experiments/get-by-name', { experiment_name: name }))['experiment']);
      if (experiment['lifecycle_stage'] === 'deleted') refuse(`the experiment \`${name}\` was deleted; restore it, or choose another name`);
      return text(experiment['experiment_id']);
    } catch (error) {
      if (isCode(error, 'RESOURCE_DOES_NOT_EXIST')) return undefined;
      throw error;
    }
  }

  async #getRun(runId: string): Promise<JsonObject | undefined> {
    try {
      return object((await this.#client.get('runs/get', { run_id: runId }))['run']);
    } catch (error) {
      if (isCode(error, 'RESOURCE_DOES_NOT_EXIST')) return undefined;
      throw error;
    }
  }

  async #artifactUri(runId: string): Promise<string> {
    const known = this.#artifactUris.get(runId);
    if (known !== undefined) return known;
    const run = await this.#getRun(runId);
    if (run === undefined) throw new TrackingError('RESOURCE_DOES_NOT_EXIST', `there is no run with the id \`${runId}\``);
    const uri = text(object(run['info'])['artifact_uri']);
    this.#artifactUris.set(runId, uri);
    return uri;
  }

  async #put(artifactUri: string, file: string, path: string): Promise<void> {
    if (schemeOf(artifactUri) === 'mlflow-artifacts') {
      await this.#client.upload(proxyUrl(this.uri, artifactUri, path), file);
      return;
    }
    const folder = localArtifactPath(artifactUri, this.#options.root ?? process.cwd());
    if (folder === undefined) {
      throw new TrackingError(
        'NOT_IMPLEMENTED',
        `the server at ${this.uri} keeps artifacts at \`${artifactUri}\` and expects its clients to write there, which is not supported; start it with \`--serve-artifacts\``,
      );
    }
    copyArtifact(folder, file, path);
  }
}

/** `mlflow-artifacts:/1/ab/artifacts` as an address of the artifact proxy; another host may be named in it. */
function proxyUrl(trackingUri: string, artifactUri: string, path: string): string {
  const match = /^mlflow-artifacts:(?:\/\/([^/]*))?\/*(.*)$/.exec(artifactUri);
  const host = match?.[1] ?? '';
  const base = host === '' ? trackingUri : `${new URL(trackingUri).protocol}//${host}`;
  const segments = joinUri(match?.[2] ?? '', path)
    .split('/')
    .filter((segment) => segment !== '');
  return `${base}/api/2.0/mlflow-artifacts/artifacts/${segments.map(encodeURIComponent).join('/')}`;
}

export function isCode(error: unknown, code: string): boolean {
  return error instanceof TrackingError && error.code === code;
}

export function pairs(tags: Readonly<Record<string, string>>): readonly JsonObject[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}
