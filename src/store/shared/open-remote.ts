/** From the location of a shared cache, as a profile gives it, to the remote: a folder, `http(s)://`, or `s3://BUCKET/PREFIX`. */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Clock, FileSystem } from '../../engine/ports.ts';
import { type AwsCredentials, signAwsRequest } from './aws-signature.ts';
import { openFolderRemote } from './folder-remote.ts';
import { type HttpRemoteOptions, openHttpRemote, type Patience } from './http-remote.ts';
import type { RemoteStore } from './remote-store.ts';

export type RemoteCredentials =
  | { readonly kind: 'bearer'; readonly token: string }
  | { readonly kind: 'basic'; readonly user: string; readonly password: string }
  | ({ readonly kind: 'aws' } & AwsCredentials);

export interface RemoteLocation {
  readonly location: string;
  /** Relative folders are taken from here. */
  readonly root: string;
  readonly credentials?: RemoteCredentials;
  /** Of the bucket; `us-east-1` when it is not said. */
  readonly region?: string;
  /** An S3 server other than Amazon's, such as `http://minio:9000`. */
  readonly endpoint?: string;
  readonly fs: FileSystem;
  readonly clock: Clock;
  /** Of a server, when it is other than usual. */
  readonly patience?: Patience;
}

/** Throws for a location that is none of the three. */
export function openRemote(options: RemoteLocation): RemoteStore {
  const { location, root, credentials, region = 'us-east-1', endpoint = `https://s3.${region}.amazonaws.com`, fs, clock } = options;
  // A drive letter such as `C:` is no scheme.
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(location)?.[1]?.toLowerCase();
  const http = { ...authorizer(credentials, region, clock), ...(options.patience !== undefined && { patience: options.patience }) };
  switch (scheme) {
    case undefined:
      return openFolderRemote({ folder: resolve(root, location), fs });
    case 'file':
      return openFolderRemote({ folder: fileURLToPath(location), fs });
    case 'http':
    case 'https':
      return openHttpRemote({ url: location, ...http });
    case 's3':
      return openHttpRemote({ url: `${endpoint.replace(/\/$/, '')}/${location.slice('s3://'.length)}`, ...http });
    default:
      throw new Error(`\`${location}\` is no place for a shared cache: expected a folder, \`http(s)://…\` or \`s3://BUCKET/PREFIX\``);
  }
}

function authorizer(credentials: RemoteCredentials | undefined, region: string, clock: Clock): Pick<HttpRemoteOptions, 'authorize'> {
  switch (credentials?.kind) {
    case undefined:
      return {};
    case 'bearer':
      return { authorize: () => ({ authorization: `Bearer ${credentials.token}` }) };
    case 'basic': {
      const pair = Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64');
      return { authorize: () => ({ authorization: `Basic ${pair}` }) };
    }
    case 'aws':
      return { authorize: (request) => signAwsRequest(request, credentials, { region, service: 's3' }, clock.now()) };
  }
}
