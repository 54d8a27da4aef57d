/**
 * One HTTP request and its whole answer over node:http(s): no retries, no JSON, no knowledge of
 * MLflow. Used instead of fetch for the settings of TLS and for uploads with a known length.
 */
import { createReadStream, statSync } from 'node:fs';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

export interface Exchange {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text, or a file that is streamed. */
  readonly body?: string | { readonly file: string };
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The body as it came. */
  readonly bytes: Uint8Array;
}

/** The request got no answer. `isUnsent` says that the server cannot have acted on it. */
export class NoAnswer extends Error {
  readonly isUnsent: boolean;
  readonly reason: string;

  constructor(reason: string, isUnsent: boolean, cause: unknown) {
    super(reason, { cause });
    this.reason = reason;
    this.isUnsent = isUnsent;
  }
}

export interface TransportOptions {
  /** Without a byte from the server, connecting included. */
  readonly timeoutMs: number;
  readonly insecureTls?: boolean;
  /** PEM texts. */
  readonly ca?: string;
  readonly clientCertificate?: string;
}

export interface Transport {
  send(exchange: Exchange): Promise<Answer>;
  close(): void;
}

export function openTransport(options: TransportOptions): Transport {
  const http = new HttpAgent({ keepAlive: true });
  const https = new HttpsAgent({
    keepAlive: true,
    rejectUnauthorized: options.insecureTls !== true,
    ...(options.ca !== undefined && { ca: options.ca }),
    ...(options.clientCertificate !== undefined && { cert: options.clientCertificate, key: options.clientCertificate }),
  });

  const send = (exchange: Exchange): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const isTls = exchange.url.protocol === 'https:';
      const { body } = exchange;
      const length = typeof body === 'string' ? Buffer.byteLength(body) : body === undefined ? undefined : statSync(body.file).size;
      const headers = { ...exchange.headers, ...(length !== undefined && { 'content-length': String(length) }) };
      const options_ = { method: exchange.method, headers, agent: isTls ? https : http };
      const request = (isTls ? httpsRequest : httpRequest)(exchange.url, options_, (response) => {
        readAll(response).then((bytes) => {
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text: bytes.toString('utf8'), bytes });
        }, fail);
      });
      function fail(error: NodeJS.ErrnoException): void {
        request.destroy();
        // A kept connection that the server had closed meanwhile is the ordinary cause of a reset.
        const isStale = request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
        reject(error instanceof NoAnswer ? error : new NoAnswer(reasonOf(error), isStale || NEVER_SENT.has(error.code ?? ''), error));
      }
      request.on('error', fail);
      request.setTimeout(options.timeoutMs, () => fail(new NoAnswer(`no answer within ${options.timeoutMs / 1000} s`, false, undefined)));
      if (body === undefined || typeof body === 'string') request.end(body);
      else createReadStream(body.file).on('error', fail).pipe(request);
    });

  return {
    send,
    close() {
      http.destroy();
      https.destroy();
    },
  };
}

const NEVER_SENT: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

async function readAll(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function reasonOf(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'ECONNREFUSED':
      return 'the connection was refused';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'the host name is not known';
    case 'ECONNRESET':
    case 'EPIPE':
      return 'the connection was closed';
    case 'ETIMEDOUT':
      return 'the connection timed out';
    case 'EPROTO':
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
      return 'it does not answer in TLS; is it an `http://` address?';
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return 'its certificate is signed by nobody that is known here; name the signer in MLFLOW_TRACKING_SERVER_CERT_PATH';
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return 'its certificate is that of another host';
    case 'CERT_HAS_EXPIRED':
      return 'its certificate has expired';
    case 'HPE_INVALID_CONSTANT':
    case 'HPE_INVALID_VERSION':
      return 'its answer is no HTTP';
    default:
      return error.message === '' ? (error.code ?? 'no answer') : error.message;
  }
}
