/**
 * Which store a URI means, and the store. Opening is cheap: libsql is loaded, the file made and the
 * server asked by the first call that needs it.
 */
import { join } from 'node:path';
import type { ModelRegistry, TrackingStore } from './ports.ts';
import type { Environment } from './rest-environment.ts';
import type { OpenStore } from './sqlite-store.ts';
import { DEFAULT_ARTIFACT_FOLDER, DEFAULT_TRACKING_URI, parseTrackingUri, type TrackingAddress } from './uri.ts';

export interface OpenTrackingOptions {
  /** `sqlite:///mlflow.db` in the root when absent. */
  readonly trackingUri?: string;
  /** The tracking store when absent. */
  readonly registryUri?: string;
  /** Where a new experiment keeps its artifacts; when absent, in `mlartifacts` of the root or where the server wants them. */
  readonly artifactLocation?: string;
  /** Absolute path of the recipe's folder. */
  readonly root: string;
  /** Credentials and client settings are read from here alone. */
  readonly env: Environment;
}

export interface OpenTracking {
  readonly tracking: TrackingStore;
  readonly registry: ModelRegistry;
  close(): Promise<void>;
}

export async function openTracking(options: OpenTrackingOptions): Promise<OpenTracking> {
  const trackingUri = options.trackingUri ?? DEFAULT_TRACKING_URI;
  const first = await openAddress(parseTrackingUri(trackingUri, options.root), options);
  if (options.registryUri === undefined || options.registryUri === trackingUri) return first;
  const second = await openAddress(parseTrackingUri(options.registryUri, options.root), options);
  return {
    tracking: first.tracking,
    registry: second.registry,
    close: async () => {
      await first.close();
      await second.close();
    },
  };
}

async function openAddress(address: TrackingAddress, options: OpenTrackingOptions): Promise<OpenStore> {
  const { root, env } = options;
  const location = options.artifactLocation === undefined ? {} : { artifactLocation: options.artifactLocation };
  // Loaded by need: a no-op of an SQLite store must not pay for HTTP, nor the other way round.
  if (address.kind === 'http') {
    const [{ openRestStore }, { restOptions }] = await Promise.all([import('./rest-store.ts'), import('./rest-environment.ts')]);
    return openRestStore({ ...restOptions(address, env), ...location, root });
  }
  const { openSqliteStore } = await import('./sqlite-store.ts');
  return openSqliteStore({ path: address.path, uri: address.uri, artifactRoot: join(root, DEFAULT_ARTIFACT_FOLDER), ...location, root });
}
