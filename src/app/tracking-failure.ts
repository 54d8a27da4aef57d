/** The store of runs or models said no, or did not answer, as a diagnostic at the address that the recipe gives. */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Path } from '../recipe/located.ts';
import { redact } from '../recipe/redact.ts';
import type { Project } from './project.ts';
import { isServer, trackingTarget } from './tracking-target.ts';

type Purpose = 'runs' | 'models';

const WORDS = {
  runs: { cannot: 'runs cannot be recorded', key: 'experiment.tracking_uri', variable: 'MLFLOW_TRACKING_URI' },
  models: { cannot: 'models cannot be registered', key: 'model_registry.registry_uri', variable: 'MLFLOW_REGISTRY_URI' },
} as const;
const PLACES: Readonly<Record<Purpose, readonly Path[]>> = {
  runs: [['experiment', 'tracking_uri']],
  models: [
    ['model_registry', 'registry_uri'],
    ['steps', 'register', 'registry_uri'],
  ],
};

export function trackingFailure(error: unknown, project: Project, purpose: Purpose = 'runs'): Diagnostic {
  const { trackingUri, registryUri } = trackingTarget(project);
  const uri = purpose === 'runs' ? trackingUri : registryUri;
  const { cannot, variable } = WORDS[purpose];
  const said = error instanceof Error ? error.message : String(error);
  const { loaded, env } = project;
  const place = PLACES[purpose].find((path) => loaded.origin(path) !== 'default');
  const isFromEnvironment = place === undefined && (env[variable] ?? '').trim() !== '';
  const message = `${cannot}${said.includes(uri) ? '' : ` in ${uri}`}: ${said}${isFromEnvironment ? ` (from \`${variable}\`)` : ''}`;
  return {
    code: 'tracking-failed',
    severity: 'error',
    message: withoutSecrets(project, message),
    ...(place !== undefined && loaded.place(place)),
    hint: wayOut(error, uri, purpose),
  };
}

/** An address that came from the environment as a whole is not what must be hidden. */
export function withoutSecrets(project: Project, text: string): string {
  const { trackingUri, registryUri } = trackingTarget(project);
  const isOpen = (secret: string): boolean =>
    secret === trackingUri || secret === registryUri || (isServer(secret) && !/[@?]/.test(secret));
  const secrets = project.loaded.secrets.filter((secret) => !isOpen(secret));
  return redact(text, secrets);
}

function wayOut(error: unknown, uri: string, purpose: Purpose): string {
  if (!isServer(uri)) return 'see that the file is a tracking database, can be written, and that the disk has room';
  const { code } = (error ?? {}) as { readonly code?: unknown };
  if (code === 'REDIRECTED') return `write the address of the other server as \`${WORDS[purpose].key}\`, when it is meant`;
  if (code !== 'UNREACHABLE') return `check \`${WORDS[purpose].key}\` and the credentials in the environment`;
  if (/no answer within/.test((error as Error).message))
    return 'see whether the server is well; one that is slow gets more seconds with the variable `MLFLOW_HTTP_REQUEST_TIMEOUT=30`';
  return purpose === 'runs'
    ? 'start the server, or record on this machine with another profile or `--set experiment.tracking_uri=sqlite:///mlflow.db`'
    : 'start the server, or register elsewhere with another profile or `--set model_registry.registry_uri=…`';
}
