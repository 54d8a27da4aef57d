/**
 * One file from a server into a local file, hashed on the way. An answer that breaks off is taken up where
 * it ended when the server can do that and says that it is still the same file, else begun anew.
 */
import { createHash, type Hash } from 'node:crypto';
import { closeSync, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';

export interface DownloadOptions {
  readonly url: URL;
  /** Headers of one request, such as its signature. Asked anew for each, since a signature has a time. */
  readonly headers: (extra: Readonly<Record<string, string>>) => Readonly<Record<string, string>>;
  /** Where the bytes go; created or replaced. */
  readonly draft: string;
  /** What the server said of the copy that is here. */
  readonly known?: { readonly etag?: string; readonly lastModified?: string };
  readonly follow: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number | undefined) => void;
  readonly attempts?: number;
  /** Without a byte for so long the other side is taken for dead. */
  readonly silenceMs?: number;
  readonly pauseMs?: number;
}

export type Downloaded =
  | { readonly kind: 'unchanged' }
  | {
      readonly kind: 'fetched';
      readonly sha256: string;
      readonly sizeBytes: number;
      readonly etag?: string;
      readonly lastModified?: string;
      /** The first bytes. */
      readonly head: Uint8Array;
    }
  | { readonly kind: 'refused'; readonly status: number; readonly headers: Headers };

const HEAD_BYTES = 512;

export async function download(options: DownloadOptions): Promise<Downloaded> {
  const { attempts = 4, pauseMs = 300, signal } = options;
  const transfer = new Transfer(options);
  try {
    for (let attempt = 1; ; attempt++) {
      try {
        const answer = await transfer.attempt();
        const mayPass = answer.kind === 'refused' && (answer.status >= 500 || answer.status === 429 || answer.status === 408);
        if (!mayPass || attempt >= attempts) return answer;
      } catch (error) {
        if (signal?.aborted === true || attempt >= attempts || !mayHeal(error)) throw error;
      }
      await new Promise<void>((resolve) => setTimeout(resolve, pauseMs * 3 ** (attempt - 1)));
    }
  } finally {
    transfer.close();
  }
}

/** A wrong name or certificate is the same a second later. */
function mayHeal(error: unknown): boolean {
  return !/ENOTFOUND|CERT|SIGNED|VERIFY|EPROTO|ERR_SSL|ENOSPC|EACCES|EROFS|ERR_INVALID/u.test(errorCode(error));
}

/** `fetch failed` says nothing; the code of its cause does. */
export function errorCode(error: unknown): string {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') return at.code;
    if (at instanceof AggregateError && at.errors.length > 0) return errorCode(at.errors[0]);
  }
  return '';
}

export class SilenceError extends Error {
  readonly code = 'SILENCE';
}

class Transfer {
  readonly #options: DownloadOptions;
  readonly #file: number;
  #hash: Hash = createHash('sha256');
  #head: Buffer = Buffer.alloc(0);
  #size = 0;
  /** Of the file that is half here: a server that still has it can go on. */
  #etag: string | undefined;

  constructor(options: DownloadOptions) {
    this.#options = options;
    this.#file = openSync(options.draft, 'w', 0o644);
  }

  close(): void {
    closeSync(this.#file);
  }

  async attempt(): Promise<Downloaded> {
    const { url, headers, known, follow, silenceMs = 30_000, signal, onProgress } = this.#options;
    const controller = new AbortController();
    const stop = (): void => controller.abort(signal?.reason);
    signal?.addEventListener('abort', stop);
    let timer = setTimeout(() => controller.abort(new SilenceError('no answer')), silenceMs);
    const heard = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => controller.abort(new SilenceError('no answer')), silenceMs);
    };
    try {
      signal?.throwIfAborted();
      const resumed = this.#size > 0 && this.#etag !== undefined ? { range: `bytes=${this.#size}-`, 'if-range': this.#etag } : undefined;
      const response = await fetch(url, {
        headers: headers({ 'accept-encoding': 'identity', ...(resumed ?? conditions(known)) }),
        redirect: follow ? 'follow' : 'manual',
        signal: controller.signal,
      });
      heard();
      if (response.status === 304) return { kind: 'unchanged' };
      if (response.status !== 200 && !(resumed !== undefined && response.status === 206)) {
        await response.body?.cancel();
        if (resumed !== undefined && response.status === 416) this.#restart();
        return { kind: 'refused', status: response.status, headers: response.headers };
      }
      if (response.status === 200) this.#restart();
      const etag = response.headers.get('etag') ?? undefined;
      const isEncoded = response.headers.get('content-encoding') !== null;
      // A weak tag promises the same meaning, and not the same bytes.
      this.#etag = etag?.startsWith('W/') === true || isEncoded ? undefined : etag;
      const length = Number(response.headers.get('content-length') ?? Number.NaN);
      const total = isEncoded || !Number.isFinite(length) ? undefined : this.#size + length;
      for await (const part of response.body ?? []) {
        heard();
        this.#take(part);
        onProgress?.(this.#size, total);
      }
      if (total !== undefined && this.#size !== total) throw new SilenceError('the answer broke off');
      fsyncSync(this.#file);
      const lastModified = response.headers.get('last-modified') ?? undefined;
      return {
        kind: 'fetched',
        sha256: this.#hash.copy().digest('hex'),
        sizeBytes: this.#size,
        head: this.#head,
        ...(etag !== undefined && { etag }),
        ...(lastModified !== undefined && { lastModified }),
      };
    } catch (error) {
      // The timer's reason, and not that something was aborted.
      throw controller.signal.aborted ? controller.signal.reason : error;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      controller.abort();
    }
  }

  #take(part: Uint8Array): void {
    for (let sent = 0; sent < part.length; ) sent += writeSync(this.#file, part, sent, part.length - sent, this.#size + sent);
    this.#hash.update(part);
    if (this.#size < HEAD_BYTES) this.#head = Buffer.concat([this.#head, part.subarray(0, HEAD_BYTES - this.#size)]);
    this.#size += part.length;
  }

  #restart(): void {
    ftruncateSync(this.#file, 0);
    this.#hash = createHash('sha256');
    this.#head = Buffer.alloc(0);
    this.#size = 0;
    this.#etag = undefined;
  }
}

function conditions(known: DownloadOptions['known']): Readonly<Record<string, string>> {
  if (known?.etag !== undefined) return { 'if-none-match': known.etag };
  return known?.lastModified === undefined ? {} : { 'if-modified-since': known.lastModified };
}
