/** AWS Signature Version 4, as far as requests without a query need it. Pure. */
import { createHmac } from 'node:crypto';
import { sha256Hex } from '../../engine/digest.ts';

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface AwsRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** SHA-256 of the body, in hex. */
  readonly payloadDigest: string;
}

export interface AwsScope {
  readonly region: string;
  readonly service: string;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

/** The headers to add to those of the request. */
export function signAwsRequest(
  request: AwsRequest,
  credentials: AwsCredentials,
  { region, service }: AwsScope,
  nowMs: number,
): Readonly<Record<string, string>> {
  const time = new Date(nowMs).toISOString().replace(/[-:]|\.\d{3}/g, '');
  const scope = [time.slice(0, 8), region, service, 'aws4_request'];
  const added: Record<string, string> = { 'x-amz-date': time };
  // S3 alone wants the digest of the body as a header too.
  if (service === 's3') added['x-amz-content-sha256'] = request.payloadDigest;
  if (credentials.sessionToken !== undefined) added['x-amz-security-token'] = credentials.sessionToken;

  const headers = Object.entries({ ...request.headers, ...added, host: request.url.host })
    .map(([name, value]): [string, string] => [name.toLowerCase(), value.trim().replace(/ +/g, ' ')])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const names = headers.map(([name]) => name).join(';');
  const canonical = [
    request.method,
    encodePath(request.url.pathname),
    '',
    ...headers.map(([name, value]) => `${name}:${value}`),
    '',
    names,
    request.payloadDigest,
  ].join('\n');
  const text = [ALGORITHM, time, scope.join('/'), sha256Hex(canonical)].join('\n');
  const key = scope.reduce<string | Uint8Array>((secret, part) => hmac(secret, part), `AWS4${credentials.secretAccessKey}`);
  const signature = Buffer.from(hmac(key, text)).toString('hex');
  const authorization = `${ALGORITHM} Credential=${credentials.accessKeyId}/${scope.join('/')}, SignedHeaders=${names}, Signature=${signature}`;
  return { ...added, authorization };
}

function hmac(key: string | Uint8Array, text: string): Uint8Array {
  return createHmac('sha256', key).update(text).digest();
}

/** Everything but letters, digits, `-._~` and slashes in percent form; a URL leaves more as it is. */
function encodePath(path: string): string {
  const encode = (part: string): string =>
    encodeURIComponent(decodeURIComponent(part)).replace(
      /[!'()*]/g,
      (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
    );
  return path.split('/').map(encode).join('/');
}
