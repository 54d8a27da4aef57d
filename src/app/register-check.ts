/**
 * Asks whether the run and the version that `register` recorded are still in the store of this
 * profile. Only an embedded store is asked: a no-op never waits for a server.
 */
import type { Reason } from '../engine/task.ts';
import type { Json } from '../schema/json.ts';
import type { Registration } from '../steps/register.ts';
import { hasRun, hasVersion } from './embedded-store.ts';
import type { Project } from './project.ts';
import { trackingTarget } from './tracking-target.ts';

export function registerCheck(project: Project): (result: Json) => Promise<Reason | undefined> {
  return async (result) => {
    const registration = (result as { readonly facts?: { readonly registration?: Registration } }).facts?.registration;
    if (registration === undefined) return { kind: 'output-missing', output: 'registration.json' };
    const target = trackingTarget(project);
    if (!(await hasRun(project.paths, target.trackingUri, registration.runId))) {
      return { kind: 'output-missing', output: 'run', detail: `run ${registration.runId} is not in ${target.trackingUri}` };
    }
    if (
      registration.version !== undefined &&
      !(await hasVersion(project.paths, target.registryUri, registration.modelName, registration.version))
    ) {
      return {
        kind: 'output-missing',
        output: 'registered_model_version',
        detail: `${registration.modelName} version ${registration.version} is not in ${target.registryUri}`,
      };
    }
    return undefined;
  };
}
