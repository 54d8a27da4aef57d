/** Where a run is recorded: the addresses to open, and the same as keys, files and messages may show them. */
import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { Project } from './project.ts';

export interface TrackingTarget {
  /** `sqlite:///mlflow.db` (relative to the root where it lies inside) or `https://host`, never with credentials. */
  readonly trackingUri: string;
  readonly registryUri: string;
  readonly experiment: string;
}

/** As configured, which may hold credentials: for opening the stores and nothing else. */
export interface TrackingAddress {
  readonly trackingUri: string;
  readonly registryUri: string;
}

export function trackingAddress({ loaded, env }: Project): TrackingAddress {
  const { experiment, steps } = loaded.recipe;
  const trackingUri = experiment.tracking_uri ?? set(env['MLFLOW_TRACKING_URI']) ?? 'sqlite:///mlflow.db';
  return { trackingUri, registryUri: steps.register.registry_uri ?? set(env['MLFLOW_REGISTRY_URI']) ?? trackingUri };
}

export function trackingTarget(project: Project): TrackingTarget {
  const { experiment } = project.loaded.recipe;
  const { trackingUri, registryUri } = trackingAddress(project);
  return {
    trackingUri: shown(trackingUri, project.paths.root),
    registryUri: shown(registryUri, project.paths.root),
    experiment: experiment.name ?? (experiment.id === undefined ? project.name : `#${experiment.id}`),
  };
}

/** Whether an address is asked over the network. */
export function isServer(uri: string): boolean {
  return /^https?:/i.test(uri);
}

/** An empty variable is as good as none. */
function set(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value;
}

function shown(uri: string, root: string): string {
  const path = /^sqlite:\/\/\/([^?#]*)$/.exec(uri)?.[1];
  if (path !== undefined) {
    const inside = relative(root, resolve(root, path));
    return inside.startsWith('..') || isAbsolute(inside) ? uri : `sqlite:///${inside.split(sep).join('/')}`;
  }
  if (isServer(uri) && URL.canParse(uri)) {
    const url = new URL(uri);
    return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
  }
  // Not an address that we can open, but it may hold a password all the same.
  return uri.replace(/\/\/[^/]*@/, '//').replace(/[?#].*$/s, '');
}
