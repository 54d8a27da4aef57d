/** The cache that machines share, as the recipe names it. Loaded by projects that have one, and by no others. */
import type { CacheParams } from '../recipe/recipe.ts';
import { redact } from '../recipe/redact.ts';
import type { FileStore } from '../store/file-store.ts';
import { LayeredStore } from '../store/layered-store.ts';
import { nodeFileSystem } from '../store/node-file-system.ts';
import type { Patience } from '../store/shared/http-remote.ts';
import { openRemote, type RemoteCredentials } from '../store/shared/open-remote.ts';
import type { RemoteStore } from '../store/shared/remote-store.ts';
import type { Project } from './project.ts';

export function openSharedCache(project: Project, local: FileStore, onWarning: (message: string) => void): LayeredStore | undefined {
  const { cache } = project.loaded.recipe;
  const remote = sharedRemote(project);
  if (cache === undefined || remote === undefined) return undefined;
  return new LayeredStore({
    local,
    remote,
    mayWrite: cache.write,
    ...(cache.secret !== undefined && { secret: cache.secret }),
    onWarning: (message) => onWarning(redact(message, project.loaded.secrets)),
  });
}

/** The place itself, opened with its credentials; no request is made. */
export function sharedRemote({ loaded, env, paths }: Project, patience?: Patience): RemoteStore | undefined {
  const { cache } = loaded.recipe;
  if (cache === undefined) return undefined;
  const credentials = credentialsOf(cache, env);
  const region = cache.region ?? given(env['AWS_REGION']) ?? given(env['AWS_DEFAULT_REGION']);
  const endpoint = cache.endpoint ?? given(env['AWS_ENDPOINT_URL_S3']) ?? given(env['AWS_ENDPOINT_URL']);
  return openRemote({
    location: cache.location,
    root: paths.root,
    ...(credentials !== undefined && { credentials }),
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
    fs: nodeFileSystem,
    clock: { now: () => Date.now() },
    ...(patience !== undefined && { patience }),
  });
}

function credentialsOf(cache: CacheParams, env: Project['env']): RemoteCredentials | undefined {
  if (cache.token !== undefined) return { kind: 'bearer', token: cache.token };
  if (cache.user !== undefined && cache.password !== undefined) return { kind: 'basic', user: cache.user, password: cache.password };
  if (!cache.location.startsWith('s3:')) return undefined;
  const accessKeyId = cache.access_key_id ?? given(env['AWS_ACCESS_KEY_ID']);
  const secretAccessKey = cache.secret_access_key ?? given(env['AWS_SECRET_ACCESS_KEY']);
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  // A token of the environment belongs to the keys of the environment.
  const sessionToken = cache.session_token ?? (cache.access_key_id === undefined ? given(env['AWS_SESSION_TOKEN']) : undefined);
  return { kind: 'aws', accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
}

/** An empty variable is as good as none. */
function given(value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : value;
}
