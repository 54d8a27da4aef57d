/** A remote MLflow server as a store. No request is made until the first call. */
import { openRestClient, type RestOptions } from './rest-client.ts';
import { RestRegistry } from './rest-registry.ts';
import { RestTracking, type RestTrackingOptions } from './rest-tracking.ts';
import type { OpenStore } from './sqlite-store.ts';

export interface RestStoreOptions extends RestOptions, RestTrackingOptions {}

export function openRestStore(options: RestStoreOptions): OpenStore {
  const client = openRestClient(options);
  return {
    tracking: new RestTracking(client, options),
    registry: new RestRegistry(client),
    close: async () => client.close(),
  };
}
