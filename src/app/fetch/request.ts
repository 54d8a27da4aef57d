/** The request behind an address: where it goes and how it proves who asks. Credentials go into headers and nowhere else. */
import { sha256Hex } from '../../engine/digest.ts';
import { addressKind } from '../../recipe/address.ts';
import { signAwsRequest } from '../../store/shared/aws-signature.ts';
import type { Project } from '../project.ts';
import type { DownloadOptions } from './download.ts';

export function requestOf(location: string, { env }: Pick<Project, 'env'>): Pick<DownloadOptions, 'url' | 'headers' | 'follow'> {
  const [address = ''] = location.split('#');
  return addressKind(location) === 's3' ? s3Request(address, env) : httpRequest(address);
}

function httpRequest(address: string): Pick<DownloadOptions, 'url' | 'headers' | 'follow'> {
  const url = new URL(address);
  const { username, password } = url;
  const isKnown = username !== '' || password !== '';
  const authorization = `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}`;
  url.username = '';
  url.password = '';
  // Behind a redirection to another host the header is left out by `fetch` itself.
  return { url, headers: (extra) => ({ ...extra, ...(isKnown && { authorization }) }), follow: true };
}

/** Variables as the tools of AWS read them. Without keys the request is anonymous, as public buckets allow. */
function s3Request(address: string, env: Project['env']): Pick<DownloadOptions, 'url' | 'headers' | 'follow'> {
  const region = given(env['AWS_REGION']) ?? given(env['AWS_DEFAULT_REGION']) ?? 'us-east-1';
  const endpoint = given(env['AWS_ENDPOINT_URL_S3']) ?? given(env['AWS_ENDPOINT_URL']) ?? `https://s3.${region}.amazonaws.com`;
  const path = address.slice('s3://'.length).split('/').map(encodeURIComponent).join('/');
  const url = new URL(`${endpoint.replace(/\/$/u, '')}/${path}`);
  const accessKeyId = given(env['AWS_ACCESS_KEY_ID']);
  const secretAccessKey = given(env['AWS_SECRET_ACCESS_KEY']);
  const sessionToken = given(env['AWS_SESSION_TOKEN']);
  const headers = (extra: Readonly<Record<string, string>>): Readonly<Record<string, string>> => {
    if (accessKeyId === undefined || secretAccessKey === undefined) return extra;
    const credentials = { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
    // `fetch` may change this header on its way, so it is not signed.
    const { 'accept-encoding': encoding, ...signed } = extra;
    const request = { method: 'GET', url, headers: signed, payloadDigest: sha256Hex('') };
    const proof = signAwsRequest(request, credentials, { region, service: 's3' }, Date.now());
    return { ...signed, ...proof, ...(encoding !== undefined && { 'accept-encoding': encoding }) };
  };
  return { url, headers, follow: false };
}

/** An empty variable is as good as none. */
function given(value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : value;
}
