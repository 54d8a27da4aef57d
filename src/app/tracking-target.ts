/** Where a run is recorded: the addresses as keys and messages may show them, without credentials. */
import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { Project } from './project.ts';

export interface TrackingTarget {
  /** `sqlite:///mlflow.db` (relative to the root where it lies inside) or `https://host`, never with credentials. */
  readonly trackingUri: string;
  readonly registryUri: string;
  readonly experiment: string;
}

export function trackingTarget(project: Project): TrackingTarget {
  const { experiment, steps } = project.loaded.recipe;
  const tracking = experiment.tracking_uri ?? project.env['MLFLOW_TRACKING_URI'] ?? 'sqlite:///mlflow.db';
  const registryUri = steps.register.registry_uri ?? project.env['MLFLOW_REGISTRY_URI'] ?? tracking;
  return {
    trackingUri: shown(tracking, project.paths.root),
    registryUri: shown(registryUri, project.paths.root),
    experiment: experiment.name ?? (experiment.id === undefined ? project.name : `#${experiment.id}`),
  };
}

function shown(uri: string, root: string): string {
  if (/^https?:/i.test(uri)) {
    try {
      const url = new URL(uri);
      url.username = '';
      url.password = '';
      return url.href.replace(/\/$/, '');
    } catch {
      return uri;
    }
  }
  const path = /^sqlite:\/\/\/(.*)$/.exec(uri)?.[1];
  if (path === undefined) return uri;
  const inside = relative(root, resolve(root, path));
  return inside.startsWith('..') || isAbsolute(inside) ? uri : `sqlite:///${inside.split(sep).join('/')}`;
}
