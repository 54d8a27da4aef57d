/**
 * The embedded store: tracking and registry over one SQLite file in MLflow's schema. Nothing is
 * loaded, opened or made until the first call.
 */
import type { ModelRegistry, TrackingStore } from './ports.ts';
import { SqliteFile, type SqliteStoreOptions } from './sqlite-file.ts';
import { SqliteRegistry } from './sqlite-registry.ts';
import { SqliteTracking } from './sqlite-tracking.ts';

export interface OpenStore {
  readonly tracking: TrackingStore;
  readonly registry: ModelRegistry;
  close(): Promise<void>;
}

export function openSqliteStore(options: SqliteStoreOptions): OpenStore {
  const file = new SqliteFile(options);
  return { tracking: new SqliteTracking(file), registry: new SqliteRegistry(file), close: () => file.close() };
}
