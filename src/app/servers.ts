/**
 * The servers that a recipe names, asked at the same time and each for a moment only: by
 * `validate --online`, and by a run before a step spends time. Loaded by need, since it brings HTTP along.
 */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { sha256Hex } from '../engine/digest.ts';
import { RemoteError } from '../store/shared/remote-store.ts';
import { askServer, type Question } from '../tracking/ask.ts';
import type { TrackingError } from '../tracking/ports.ts';
import type { Project } from './project.ts';
import { sharedRemote } from './shared-cache.ts';
import { trackingFailure, withoutSecrets } from './tracking-failure.ts';
import { isServer, trackingAddress, trackingTarget } from './tracking-target.ts';

/** A server that is there answers at once. `MLFLOW_HTTP_REQUEST_TIMEOUT` waits longer for a slow one. */
const LIMIT_MS = 2000;

export interface ServerAnswer {
  /** As it may be shown. */
  readonly uri: string;
  /** What is wrong with it. */
  readonly diagnostic?: Diagnostic;
  /** It is there, and may say otherwise in a moment. */
  readonly isPassing?: boolean;
}

/** Where the run is recorded and, when it registers, where its model goes. Of files nothing is asked. */
export async function askTracking(project: Project, { registers }: { readonly registers: boolean }): Promise<readonly ServerAnswer[]> {
  const { experiment, steps } = project.loaded.recipe;
  const address = trackingAddress(project);
  const shown = trackingTarget(project);
  const ask = async (uri: string, from: string, about: Question['about']): Promise<ServerAnswer> => {
    const label = withoutSecrets(project, from);
    const error = await askServer({ uri, root: project.paths.root, env: project.env, about, limitMs: limitOf(project) });
    if (error === undefined) return { uri: label };
    return { uri: label, diagnostic: trackingFailure(error, project, about.kind === 'experiment' ? 'runs' : 'models'), ...passing(error) };
  };
  const isApart = registers && address.registryUri !== address.trackingUri;
  return Promise.all([
    ...(isServer(address.trackingUri)
      ? [ask(address.trackingUri, shown.trackingUri, { kind: 'experiment', name: experiment.name ?? project.name })]
      : []),
    ...(isApart && isServer(address.registryUri)
      ? [ask(address.registryUri, shown.registryUri, { kind: 'model', name: steps.register.model_name })]
      : []),
  ]);
}

/** All of them, with the shared cache. */
export async function askServers(project: Project): Promise<readonly ServerAnswer[]> {
  const [tracking, cache] = await Promise.all([askTracking(project, { registers: true }), askCache(project)]);
  return [...tracking, ...cache];
}

/** A cache that fails is a warning, here as in a run. */
async function askCache(project: Project): Promise<readonly ServerAnswer[]> {
  const location = project.loaded.recipe.cache?.location;
  const remote = sharedRemote(project, { attempts: 1, silenceMs: LIMIT_MS });
  if (remote === undefined || location === undefined || !/^(?:https?|s3):/i.test(location)) return [];
  const uri = withoutSecrets(project, remote.name);
  try {
    // Bytes that nobody has: an answer is all that is wanted.
    await remote.hasBlob(sha256Hex('mlrecipe asks whether this cache answers'));
    return [{ uri }];
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    const reason = error.message.replace(/^[A-Z]+ \S+: /, '');
    const message = withoutSecrets(project, `the shared cache ${remote.name} cannot be used: ${reason}`);
    const diagnostic: Diagnostic = {
      code: 'cache-unusable',
      severity: 'warning',
      message,
      ...project.loaded.place(['cache', 'location']),
      hint: 'check `cache` and its credentials; runs go on without it',
    };
    return [{ uri, diagnostic }];
  }
}

function passing(error: TrackingError): Pick<ServerAnswer, 'isPassing'> {
  return error.isPassing ? { isPassing: true } : {};
}

function limitOf({ env }: Project): number {
  const seconds = Number(env['MLFLOW_HTTP_REQUEST_TIMEOUT']);
  return seconds > 0 && Number.isFinite(seconds) ? seconds * 1000 : LIMIT_MS;
}
