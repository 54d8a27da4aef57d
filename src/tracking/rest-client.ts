/**
 * Talks MLflow's REST: authentication, retries, redirects, JSON and errors. Credentials go into
 * one header, only to the origin they were given for, and into no message.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Json, JsonObject } from '../schema/json.ts';
import { type Answer, type Exchange, NoAnswer, openTransport, type Transport, type TransportOptions } from './http-exchange.ts';
import { TrackingError } from './ports.ts';

export interface RestOptions extends Partial<TransportOptions> {
  /** Base address of the server, without `/api/...` and without credentials. */
  readonly uri: string;
  readonly username?: string;
  readonly password?: string;
  /** Bearer token, used when there is no user name. */
  readonly token?: string;
  readonly maxRetries?: number;
  /** Seconds; each further wait is twice as long. */
  readonly backoffFactor?: number;
  /** To any server when absent, though without credentials; `same-server` leads nowhere that was not named. */
  readonly followRedirects?: boolean | 'same-server';
  /** Tests replace it, to see the waits instead of waiting. */
  readonly wait?: (ms: number) => Promise<void>;
  /** From 0 to 1, for the jitter of waits. */
  readonly random?: () => number;
}

export interface RestClient {
  readonly uri: string;
  /** Under `/api/2.0/mlflow/`. A list becomes a repeated parameter. */
  get(endpoint: string, query: Readonly<Record<string, string>>): Promise<JsonObject>;
  /** `once` is for what must not happen twice, such as creating a run: sent again only when the server cannot have acted. */
  send(method: 'POST' | 'PATCH' | 'DELETE', endpoint: string, body: JsonObject, options?: { readonly once?: boolean }): Promise<JsonObject>;
  /** PUT a file to an absolute address. */
  upload(url: string, file: string): Promise<void>;
  /** GET an absolute address as bytes. */
  download(url: string): Promise<Uint8Array>;
  close(): void;
}

const RETRIED: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);
/** The server refused before it did anything. */
const NOT_ACTED: ReadonlySet<number> = new Set([429, 503]);
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** A server that is not there is told to the user in seconds, not in minutes. */
const CONNECT_RETRIES = 2;
const LONGEST_WAIT_MS = 120_000;
const CODES: Readonly<Record<number, string>> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'ENDPOINT_NOT_FOUND',
  405: 'ENDPOINT_NOT_FOUND',
  409: 'RESOURCE_CONFLICT',
  413: 'REQUEST_LIMIT_EXCEEDED',
  429: 'REQUEST_LIMIT_EXCEEDED',
  501: 'NOT_IMPLEMENTED',
  503: 'TEMPORARILY_UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

export function openRestClient(options: RestOptions): RestClient {
  const uri = options.uri;
  const maxRetries = options.maxRetries ?? 7;
  const wait = options.wait ?? delay;
  const random = options.random ?? Math.random;
  const authorization = authorizationOf(options);
  const origin = new URL(uri).origin;
  // Opened on the first request: its agents are not needed for a store that is never used.
  let transport: Transport | undefined;

  const once = async (exchange: Exchange): Promise<Answer> => {
    transport ??= openTransport({ ...options, timeoutMs: options.timeoutMs ?? 120_000 });
    let { url } = exchange;
    for (let hops = 0; ; hops++) {
      const headers = {
        accept: 'application/json',
        ...exchange.headers,
        ...(authorization !== undefined && url.origin === origin && { authorization }),
      };
      const answer = await transport.send({ ...exchange, url, headers });
      const location = answer.headers['location'];
      if (
        !REDIRECTS.has(answer.status) ||
        typeof location !== 'string' ||
        !URL.canParse(location, url.href) ||
        options.followRedirects === false ||
        hops === 5
      )
        return answer;
      const next = new URL(location, url);
      if (options.followRedirects === 'same-server' && next.origin !== origin) return answer;
      url = next;
    }
  };

  /** Any answer that is not asked for again, or an error when there is none. */
  const patiently = async (exchange: Exchange, isOnce: boolean): Promise<Answer> => {
    for (let attempt = 1; ; attempt++) {
      let retryAfter: string | undefined;
      try {
        const answer = await once(exchange);
        const isFinal = !RETRIED.has(answer.status) || (isOnce && !NOT_ACTED.has(answer.status)) || attempt > maxRetries;
        if (isFinal) return answer;
        retryAfter = [answer.headers['retry-after']].flat()[0];
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        const isFinal = (isOnce && !error.isUnsent) || attempt > Math.min(maxRetries, CONNECT_RETRIES);
        if (isFinal) throw new TrackingError('UNREACHABLE', `cannot reach the MLflow server at ${uri}: ${error.reason}`, { cause: error });
      }
      await wait(waitMs(attempt, retryAfter));
    }
  };

  const waitMs = (attempt: number, retryAfter: string | undefined): number => {
    const asked = retryAfter === undefined ? Number.NaN : retryAfterMs(retryAfter);
    const backoff = (options.backoffFactor ?? 2) * 2 ** (attempt - 2) * 1000 + random() * 1000;
    return Math.round(Math.min(Number.isNaN(asked) ? backoff : asked, LONGEST_WAIT_MS));
  };

  const call = async (exchange: Exchange, what: string, isOnce: boolean): Promise<JsonObject> => {
    const answer = await patiently(exchange, isOnce);
    const body = parseObject(answer.text);
    if (answer.status >= 200 && answer.status < 300) {
      if (body !== undefined) return body;
      if (answer.text.trim() === '') return {};
      throw new TrackingError('INTERNAL_ERROR', `${uri} did not answer ${what} with JSON; is it the address of an MLflow server?`);
    }
    throw refusal(uri, what, answer, body, authorization !== undefined);
  };
  const endpointUrl = (endpoint: string): URL => new URL(`${uri}/api/2.0/mlflow/${endpoint}`);

  return {
    uri,
    get(endpoint, query) {
      const url = endpointUrl(endpoint);
      for (const [key, value] of Object.entries(query)) url.searchParams.append(key, value);
      return call({ method: 'GET', url, headers: {} }, `GET ${endpoint}`, false);
    },
    send(method, endpoint, body, sendOptions) {
      const headers = { 'content-type': 'application/json' };
      return call(
        { method, url: endpointUrl(endpoint), headers, body: wireJson(body) },
        `${method} ${endpoint}`,
        sendOptions?.once === true,
      );
    },
    async upload(url, file) {
      const headers = { 'content-type': 'application/octet-stream' };
      await call({ method: 'PUT', url: new URL(url), headers, body: { file } }, `the upload of ${file}`, false);
    },
    async download(url) {
      const answer = await patiently({ method: 'GET', url: new URL(url), headers: { accept: '*/*' } }, false);
      if (answer.status >= 200 && answer.status < 300) return answer.bytes;
      throw refusal(uri, `GET ${new URL(url).pathname}`, answer, parseObject(answer.text), authorization !== undefined);
    },
    close() {
      transport?.close();
      transport = undefined;
    },
  };
}

function authorizationOf({ username, password, token }: RestOptions): string | undefined {
  if (username !== undefined || password !== undefined) {
    return `Basic ${Buffer.from(`${username ?? ''}:${password ?? ''}`).toString('base64')}`;
  }
  return token === undefined ? undefined : `Bearer ${token}`;
}

/** NaN and infinities travel as words. */
function wireJson(body: JsonObject): string {
  return JSON.stringify(body, (_key, value: Json) => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value));
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}

/** Seconds or a date; a date in the past means now. */
function retryAfterMs(value: string): number {
  if (/^\d+(\.\d+)?$/.test(value.trim())) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? Number.NaN : Math.max(0, date - Date.now());
}

function refusal(uri: string, what: string, answer: Answer, body: JsonObject | undefined, hasCredentials: boolean): TrackingError {
  const { status } = answer;
  const code =
    typeof body?.['error_code'] === 'string' ? body['error_code'] : (CODES[status] ?? (status >= 500 ? 'INTERNAL_ERROR' : 'BAD_REQUEST'));
  const message = typeof body?.['message'] === 'string' ? body['message'] : undefined;
  if (status === 401) {
    const cause = hasCredentials ? 'does not accept the credentials' : 'asks for credentials';
    return new TrackingError(
      code,
      `the MLflow server at ${uri} ${cause}; set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN`,
    );
  }
  if (REDIRECTS.has(status)) {
    return new TrackingError('REDIRECTED', `the MLflow server at ${uri} ${redirect(uri, answer.headers['location'])}`);
  }
  const doubt = body === undefined && status === 404 ? '; is it the address of an MLflow server?' : '';
  return new TrackingError(
    code,
    `the MLflow server at ${uri} refused ${what} with status ${status}${message === undefined ? '' : `: ${message}`}${doubt}`,
    { isPassing: RETRIED.has(status) },
  );
}

/** Where it points without what may be a secret: query, user and password. */
function redirect(uri: string, location: string | string[] | undefined): string {
  const target = typeof location === 'string' && URL.canParse(location, `${uri}/`) ? new URL(location, `${uri}/`) : undefined;
  return target === undefined ? 'redirects to nowhere' : `redirects to ${target.origin}${target.pathname}`;
}
