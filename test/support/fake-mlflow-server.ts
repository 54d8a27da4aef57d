/**
 * A small MLflow server in this process, for tests of the REST client: keeps everything in memory
 * and keeps the rules of the wire (absent empty lists, words for NaN, limits of a batch, errors as
 * JSON, HTML for what it does not know). It can be told to fail next, and remembers what it was asked.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

// biome-ignore lint/suspicious/noExplicitAny: the bodies of a wire format, checked by the handlers
type Body = Record<string, any>;

export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly bytes: Buffer;
}

export interface ScriptedAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Carry the request out before this answer is sent: what a lost answer looks like. */
  readonly act?: boolean;
  /** Close the connection instead of answering. */
  readonly hangUp?: boolean;
}

export interface FakeServerOptions {
  /** The only Authorization header that is let in. */
  readonly authorization?: string;
  /** Artifact location of new experiments instead of `mlflow-artifacts:/<id>`. */
  readonly artifactRoot?: string;
  /** How 64-bit integers are sent. */
  readonly integers?: 'number' | 'string';
  /** Points in a page of a metric's history. */
  readonly historyPage?: number;
}

export interface FakeMlflowServer {
  readonly uri: string;
  readonly requests: RecordedRequest[];
  readonly artifacts: Map<string, Buffer>;
  /** The answers to the next requests, in order. */
  failNext(...answers: readonly ScriptedAnswer[]): void;
  deleteRun(runId: string): void;
  deleteExperiment(name: string): void;
  close(): Promise<void>;
}

class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const invalid = (message: string): ApiError => new ApiError(400, 'INVALID_PARAMETER_VALUE', message);
const absent = (message: string): ApiError => new ApiError(404, 'RESOURCE_DOES_NOT_EXIST', message);

interface FakeRun {
  readonly info: Body;
  readonly params: Map<string, string>;
  readonly tags: Map<string, string>;
  readonly points: Body[];
  readonly inputs: Body[];
}

const PREFIX = '/api/2.0/mlflow/';
const PROXY = '/api/2.0/mlflow-artifacts/artifacts/';

export async function startFakeMlflow(options: FakeServerOptions = {}): Promise<FakeMlflowServer> {
  const requests: RecordedRequest[] = [];
  const artifacts = new Map<string, Buffer>();
  const scripted: ScriptedAnswer[] = [];
  const api = createApi(options);

  const server: Server = createServer((request, response) => {
    void readAll(request).then((bytes) => {
      const url = new URL(request.url ?? '/', 'http://fake');
      const recorded = { method: request.method ?? '', path: url.pathname, query: url.searchParams, headers: request.headers, bytes };
      requests.push(recorded);
      const answer = scripted.shift();
      if (answer === undefined || answer.act === true) {
        handle(recorded, answer === undefined ? response : undefined);
      }
      if (answer?.hangUp === true) response.destroy();
      else if (answer !== undefined) response.writeHead(answer.status, answer.headers).end(answer.body ?? '');
    });
  });

  /** The entries right below a path of a run's artifacts. */
  function listed(runId: string, inside: string): readonly Body[] {
    const found = new Map<string, Body>();
    for (const [path, bytes] of artifacts) {
      const name = path.split(`${runId}/artifacts/`)[1];
      if (name?.startsWith(`${inside}/`) !== true) continue;
      const [first = '', ...rest] = name.slice(inside.length + 1).split('/');
      const isFolder = rest.length > 0;
      found.set(first, { path: `${inside}/${first}`, is_dir: isFolder, ...(!isFolder && { file_size: bytes.length }) });
    }
    return [...found.values()];
  }

  function handle(request: RecordedRequest, response: ServerResponse | undefined): void {
    const sendJson = (status: number, body: unknown): void => {
      response?.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    const html = (status: number, text: string): void => {
      response?.writeHead(status, { 'content-type': 'text/html' }).end(`<!doctype html><title>${text}</title><h1>${text}</h1>`);
    };
    try {
      if (options.authorization !== undefined && request.headers.authorization !== options.authorization) {
        html(401, 'Unauthorized');
      } else if (request.path.startsWith(PROXY) && request.method === 'PUT') {
        const path = decodeURIComponent(request.path.slice(PROXY.length));
        if (path.split('/').includes('..') || /[\\#]/.test(path)) throw invalid('Invalid path');
        artifacts.set(path, request.bytes);
        sendJson(200, {});
      } else if (request.path.startsWith(PROXY) && request.method === 'GET') {
        const bytes = artifacts.get(decodeURIComponent(request.path.slice(PROXY.length)));
        if (bytes === undefined) throw absent('No such artifact');
        response?.writeHead(200, { 'content-type': 'application/octet-stream' }).end(bytes);
      } else if (request.path === `${PREFIX}artifacts/list`) {
        sendJson(200, { files: listed(request.query.get('run_id') ?? '', request.query.get('path') ?? '') });
      } else {
        const endpoint = api.get(`${request.method} ${request.path.slice(PREFIX.length)}`);
        if (!request.path.startsWith(PREFIX) || endpoint === undefined) {
          html(404, 'Not Found');
          return;
        }
        let body: Body = Object.fromEntries(request.query);
        if (request.method !== 'GET') {
          try {
            body = JSON.parse(request.bytes.toString('utf8')) as Body;
          } catch {
            html(500, 'Internal Server Error');
            return;
          }
        }
        sendJson(200, omitEmpty(endpoint(body, request.bytes.length)));
      }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      sendJson(error.status, { error_code: error.code, message: error.message });
    }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    artifacts,
    failNext: (...answers) => void scripted.push(...answers),
    deleteRun: (runId) => void api.get('POST runs/delete')?.({ run_id: runId }, 0),
    deleteExperiment: (name) => void api.get('FAKE delete-experiment')?.({ name }, 0),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Unset fields and empty lists are left out, at every depth. */
function omitEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(omitEmpty);
  if (value === null || typeof value !== 'object') return value;
  const kept = Object.entries(value).filter(
    ([, item]) => item !== undefined && item !== null && !(Array.isArray(item) && item.length === 0),
  );
  return Object.fromEntries(kept.map(([key, item]) => [key, omitEmpty(item)]));
}

type Endpoint = (body: Body, byteLength: number) => Body;

function createApi(options: FakeServerOptions): Map<string, Endpoint> {
  const experiments = new Map<string, Body & { tags: Map<string, string> }>();
  const runs = new Map<string, FakeRun>();
  const models = new Map<string, { versions: Body[]; aliases: Map<string, string> }>();
  let clock = 1_700_000_000_000;
  const integer = (value: unknown): number | string => (options.integers === 'string' ? String(value) : Number(value));
  const now = (): number | string => integer(clock++);

  const run = (body: Body): FakeRun => {
    const found = runs.get(body['run_id']);
    if (found === undefined) throw absent(`Run with id=${body['run_id']} not found`);
    return found;
  };
  const activeRun = (body: Body): FakeRun => {
    const found = run(body);
    if (found.info['lifecycle_stage'] !== 'active') throw invalid(`The run ${body['run_id']} must be in the 'active' state.`);
    return found;
  };
  const model = (name: string): { versions: Body[]; aliases: Map<string, string> } => {
    const found = models.get(name);
    if (found === undefined) throw absent(`Registered Model with name=${name} not found`);
    return found;
  };
  const version = (body: Body): Body => {
    const found = model(body['name']).versions.find((item) => item['version'] === String(body['version']));
    if (found === undefined) throw absent(`Model Version (name=${body['name']}, version=${body['version']}) not found`);
    return found;
  };
  const pairs = (map: Map<string, string>): Body[] => [...map].map(([key, value]) => ({ key, value }));
  const word = (value: number): number | string => (Number.isNaN(value) ? 'NaN' : value);
  const stored = (value: unknown): number => {
    const read = Number(value);
    return Number.isNaN(read) ? read : Math.min(Math.max(read, -Number.MAX_VALUE), Number.MAX_VALUE);
  };
  const wirePoint = (point: Body): Body => ({
    ...point,
    value: word(point['value']),
    timestamp: integer(point['timestamp']),
    step: integer(point['step']),
  });
  const rank = (point: Body): readonly number[] => [point['step'], point['timestamp'], Number.isNaN(point['value']) ? 0 : point['value']];
  const isLater = (a: Body, b: Body): boolean => {
    const [first, second] = [rank(a), rank(b)];
    const at = first.findIndex((value, index) => value !== second[index]);
    return at >= 0 && (first[at] ?? 0) > (second[at] ?? 0);
  };
  const latest = (points: readonly Body[]): Body[] => {
    const best = new Map<string, Body>();
    for (const point of points) {
      const old = best.get(point['key']);
      if (old === undefined || isLater(point, old)) best.set(point['key'], point);
    }
    return [...best.values()];
  };
  const wireRun = (found: FakeRun): Body => ({
    run: {
      info: found.info,
      data: { params: pairs(found.params), tags: pairs(found.tags), metrics: latest(found.points).map(wirePoint) },
      inputs: { dataset_inputs: found.inputs },
    },
  });

  return new Map<string, Endpoint>([
    [
      'GET experiments/get-by-name',
      (body) => {
        const found = [...experiments.values()].find((item) => item['name'] === body['experiment_name']);
        if (found === undefined) throw absent(`Could not find experiment with name '${body['experiment_name']}'`);
        return { experiment: { ...found, tags: pairs(found.tags) } };
      },
    ],
    [
      'POST experiments/create',
      (body) => {
        if ([...experiments.values()].some((item) => item['name'] === body['name'])) {
          throw new ApiError(400, 'RESOURCE_ALREADY_EXISTS', `Experiment '${body['name']}' already exists.`);
        }
        const id = String(experiments.size + 1);
        const location =
          body['artifact_location'] ?? (options.artifactRoot === undefined ? `mlflow-artifacts:/${id}` : `${options.artifactRoot}/${id}`);
        const tags = new Map<string, string>((body['tags'] ?? []).map((tag: Body) => [tag['key'], tag['value']]));
        experiments.set(id, { experiment_id: id, name: body['name'], artifact_location: location, lifecycle_stage: 'active', tags });
        return { experiment_id: id };
      },
    ],
    [
      'POST experiments/set-experiment-tag',
      (body) => {
        const found = experiments.get(body['experiment_id']);
        if (found === undefined) throw absent(`No Experiment with id=${body['experiment_id']} exists`);
        found.tags.set(body['key'], body['value']);
        return {};
      },
    ],
    [
      'FAKE delete-experiment',
      (body) => {
        for (const item of experiments.values()) if (item['name'] === body['name']) item['lifecycle_stage'] = 'deleted';
        return {};
      },
    ],
    [
      'POST runs/create',
      (body) => {
        const experiment = experiments.get(body['experiment_id']);
        if (experiment === undefined) throw absent(`No Experiment with id=${body['experiment_id']} exists`);
        const runId = (runs.size + 1).toString(16).padStart(32, '0');
        const info = {
          run_id: runId,
          run_uuid: runId,
          run_name: body['run_name'],
          experiment_id: body['experiment_id'],
          user_id: body['user_id'],
          status: 'RUNNING',
          start_time: integer(body['start_time'] ?? 0),
          artifact_uri: `${experiment['artifact_location']}/${runId}/artifacts`,
          lifecycle_stage: 'active',
        };
        const tags = new Map<string, string>((body['tags'] ?? []).map((tag: Body) => [tag['key'], tag['value']]));
        const created: FakeRun = { info, params: new Map(), tags, points: [], inputs: [] };
        runs.set(runId, created);
        return wireRun(created);
      },
    ],
    ['GET runs/get', (body) => wireRun(run(body))],
    [
      'POST runs/update',
      (body) => {
        const found = activeRun(body);
        if (body['status'] !== undefined) found.info['status'] = body['status'];
        if (body['end_time'] !== undefined) found.info['end_time'] = integer(body['end_time']);
        return { run_info: found.info };
      },
    ],
    [
      'POST runs/delete',
      (body) => {
        run(body).info['lifecycle_stage'] = 'deleted';
        return {};
      },
    ],
    [
      'POST runs/log-batch',
      (body, byteLength) => {
        const [params, metrics, tags] = [body['params'] ?? [], body['metrics'] ?? [], body['tags'] ?? []] as [Body[], Body[], Body[]];
        if (byteLength > 1_000_000) throw invalid('Batched logging API requests must be at most 1000000 bytes');
        if (params.length > 100 || tags.length > 100 || metrics.length > 1000 || params.length + tags.length + metrics.length > 1000) {
          throw invalid('A batch logging request can contain at most 1000 entities');
        }
        const found = activeRun(body);
        if (params.some((item) => item['value'].length > 6000) || tags.some((item) => item['value'].length > 8000))
          throw invalid('too long');
        for (const { key, value } of params as { key: string; value: string }[]) {
          const old = found.params.get(key);
          if (old !== undefined && old !== value)
            throw invalid(`Changing param values is not allowed. Param with key='${key}' was already logged`);
        }
        for (const { key, value } of params as { key: string; value: string }[]) found.params.set(key, value);
        for (const { key, value } of tags as { key: string; value: string }[]) found.tags.set(key, value);
        for (const item of metrics) {
          const point = {
            key: item['key'],
            value: stored(item['value']),
            timestamp: Number(item['timestamp']),
            step: Number(item['step']),
          };
          const isKnown = found.points.some(
            (old) => old['key'] === point.key && rank(old).every((value, index) => value === rank(point)[index]),
          );
          if (!isKnown) found.points.push(point);
        }
        return {};
      },
    ],
    [
      'POST runs/log-inputs',
      (body) => {
        const found = activeRun(body);
        for (const input of body['datasets'] as Body[]) {
          const same = (old: Body): boolean =>
            old['dataset']['name'] === input['dataset']['name'] && old['dataset']['digest'] === input['dataset']['digest'];
          if (!found.inputs.some(same)) found.inputs.push(input);
        }
        return {};
      },
    ],
    [
      'GET metrics/get-history',
      (body) => {
        // The newest servers send nothing without it.
        if (body['max_results'] === undefined) return { next_page_token: '0' };
        const all = run(body).points.filter((point) => point['key'] === body['metric_key']);
        const from = Number(body['page_token'] ?? 0);
        const to = from + Math.min(Number(body['max_results']), options.historyPage ?? Number(body['max_results']));
        return { metrics: all.slice(from, to).map(wirePoint), next_page_token: to < all.length ? String(to) : undefined };
      },
    ],
    [
      'POST registered-models/create',
      (body) => {
        if (models.has(body['name']))
          throw new ApiError(400, 'RESOURCE_ALREADY_EXISTS', `Registered Model (name=${body['name']}) already exists.`);
        models.set(body['name'], { versions: [], aliases: new Map() });
        return { registered_model: { name: body['name'] } };
      },
    ],
    [
      'POST model-versions/create',
      (body) => {
        const { versions } = model(body['name']);
        const created = {
          name: body['name'],
          version: String(versions.length + 1),
          creation_timestamp: now(),
          current_stage: 'None',
          description: body['description'],
          source: body['source'],
          run_id: body['run_id'],
          status: 'READY',
          tags: body['tags'] ?? [],
        };
        versions.push(created);
        return { model_version: created };
      },
    ],
    [
      'POST registered-models/get-latest-versions',
      (body) => {
        const wanted = model(body['name']).versions.filter(
          (item) => body['stages'] === undefined || body['stages'].includes(item['current_stage']),
        );
        // The newest of each stage.
        return { model_versions: [...new Map(wanted.map((item) => [item['current_stage'], item])).values()] };
      },
    ],
    ['GET model-versions/get', (body) => ({ model_version: version(body) })],
    [
      'POST model-versions/transition-stage',
      (body) => {
        const target = version(body);
        if (body['archive_existing_versions'] === true) {
          for (const item of model(body['name']).versions) if (item['current_stage'] === body['stage']) item['current_stage'] = 'Archived';
        }
        target['current_stage'] = body['stage'];
        return { model_version: target };
      },
    ],
    [
      'POST registered-models/alias',
      (body) => {
        version(body);
        model(body['name']).aliases.set(body['alias'], String(body['version']));
        return {};
      },
    ],
    ['GET registered-models/get', (body) => ({ registered_model: { name: body['name'], versions: model(body['name']).versions.length } })],
    [
      'GET registered-models/alias',
      (body) => {
        const target = model(body['name']).aliases.get(body['alias']);
        if (target === undefined) throw invalid(`Registered model alias ${body['alias']} not found.`);
        return { model_version: version({ name: body['name'], version: target }) };
      },
    ],
  ]);
}
