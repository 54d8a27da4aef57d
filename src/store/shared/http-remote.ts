/**
 * A shared cache behind HTTP: `GET`, `HEAD` and `PUT` of `/ac/KEY` and `/cas/SHA256`, as S3, nginx
 * with WebDAV and the simple caches of other build tools have them. A request that hangs or fails
 * for a passing reason is tried again, a few times and no longer.
 */
import { sha256Hex } from '../../engine/digest.ts';
import { CHUNK_BYTES } from '../chunk-list.ts';
import { RemoteError, type RemoteStore } from './remote-store.ts';

export interface OutgoingRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly payloadDigest: string;
}

export interface HttpRemoteOptions {
  /** The folder of `ac/` and `cas/`. */
  readonly url: string;
  /** Headers that prove who asks. */
  readonly authorize?: (request: OutgoingRequest) => Readonly<Record<string, string>>;
  readonly fetch?: typeof fetch;
  /** Calls back after so long unless it is cancelled. */
  readonly startTimer?: (ms: number, onTimeout: () => void) => () => void;
  readonly sleep?: (ms: number) => Promise<void>;
  readonly patience?: Patience;
}

export interface Patience {
  readonly attempts: number;
  /** Without a byte for this long the other side is taken for dead. */
  readonly silenceMs: number;
}

const USUAL: Patience = { attempts: 3, silenceMs: 15_000 };
/** A server that has never answered is given up sooner: it is probably not there, and everything waits for it. */
const FIRST_SILENCE_MS = 2000;
/** How long a body may take to be sent: nobody tells how much of it has gone. 256 KiB a second. */
const SEND_MS_PER_BYTE = 1000 / (256 * 1024);
const PAUSE_MS = 200;

interface Answer {
  readonly status: number;
  readonly body: Uint8Array;
}

export function openHttpRemote(options: HttpRemoteOptions): RemoteStore {
  const base = new URL(options.url.endsWith('/') ? options.url : `${options.url}/`);
  // Never into a message or a signed path.
  base.username = '';
  base.password = '';
  const http = new Http(options);
  const place = (part: 'ac' | 'cas', name: string): URL => new URL(`${part}/${name}`, base);
  const get = async (url: URL): Promise<Uint8Array | undefined> => {
    const { status, body } = await http.send('GET', url, [200, 404, 410]);
    return status === 200 ? body : undefined;
  };
  return {
    name: base.href,
    getEntry: (key) => get(place('ac', key)),
    getBlob: (digest) => get(place('cas', digest)),
    async hasBlob(digest) {
      return (await http.send('HEAD', place('cas', digest), [200, 404, 410])).status === 200;
    },
    async putBlob(digest, bytes) {
      await http.send('PUT', place('cas', digest), [200, 201, 204], bytes);
    },
    async putEntry(key, bytes, { replace }) {
      const condition: Record<string, string> = replace ? {} : { 'if-none-match': '*' };
      // S3 answers 409 while another conditional write of the same key is under way.
      const { status } = await http.send('PUT', place('ac', key), [200, 201, 204, 409, 412], bytes, condition);
      return status === 409 || status === 412 ? 'exists' : 'created';
    },
  };
}

class Http {
  readonly #options: HttpRemoteOptions;
  readonly #patience: Patience;
  #hasAnswered = false;

  constructor(options: HttpRemoteOptions) {
    this.#options = options;
    this.#patience = options.patience ?? USUAL;
  }

  async send(
    method: string,
    url: URL,
    expected: readonly number[],
    body?: Uint8Array,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const sleep = this.#options.sleep ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms)));
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#attempt(method, url, body, headers);
      if (!(answer instanceof Error) && expected.includes(answer.status)) return answer;
      const mayPass = answer instanceof Error || answer.status >= 500 || answer.status === 408 || answer.status === 429;
      const isGone = answer instanceof SilenceError && !this.#hasAnswered;
      if (mayPass && !isGone && attempt < this.#patience.attempts) {
        await sleep(PAUSE_MS * 4 ** (attempt - 1));
        continue;
      }
      if (answer instanceof Error) throw new RemoteError(`${method} ${url.href}: ${answer.message}`, { cause: answer });
      throw new RemoteError(`${method} ${url.href}: the server answered ${answer.status}`);
    }
  }

  /** One request with its whole body, or what went wrong on the way. */
  async #attempt(method: string, url: URL, body: Uint8Array | undefined, headers: Record<string, string>): Promise<Answer | Error> {
    const { authorize, startTimer = systemTimer } = this.#options;
    const ask = this.#options.fetch ?? fetch;
    const controller = new AbortController();
    const { silenceMs } = this.#patience;
    const listen = (ms: number): (() => void) => startTimer(ms, () => controller.abort(new SilenceError(ms)));
    const firstMs = this.#hasAnswered ? silenceMs : Math.min(silenceMs, FIRST_SILENCE_MS);
    let cancel = listen(firstMs + (body?.length ?? 0) * SEND_MS_PER_BYTE);
    try {
      const signed = authorize?.({ method, url, headers, payloadDigest: sha256Hex(body ?? '') });
      const response = await ask(url, {
        method,
        headers: { ...headers, ...signed },
        // Another address would get the credentials.
        redirect: 'manual',
        signal: controller.signal,
        // The declaration of `fetch` asks for a buffer that is not shared between threads; ours never is.
        ...(body !== undefined && { body: body as Uint8Array<ArrayBuffer> }),
      });
      this.#hasAnswered = true;
      cancel();
      cancel = listen(silenceMs);
      const parts: Uint8Array[] = [];
      let size = 0;
      for await (const part of response.body ?? []) {
        cancel();
        cancel = listen(silenceMs);
        size += part.length;
        if (size > CHUNK_BYTES) throw new Error('the answer is longer than any that was stored');
        parts.push(part);
      }
      return { status: response.status, body: Buffer.concat(parts) };
    } catch (error) {
      return describe(error);
    } finally {
      cancel();
      controller.abort();
    }
  }
}

class SilenceError extends Error {
  constructor(ms: number) {
    super(`no answer within ${Math.round(ms / 100) / 10} s`);
  }
}

function systemTimer(ms: number, onTimeout: () => void): () => void {
  const timer = setTimeout(onTimeout, ms);
  return () => clearTimeout(timer);
}

/** `fetch failed` says nothing; its cause does. */
function describe(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause : error;
}
