/**
 * Asks whether the run and the version that `register` recorded are still in the store of this
 * profile. Only an embedded store is asked: a no-op never waits for a server.
 */
import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { Reason } from '../engine/task.ts';
import type { Json } from '../schema/json.ts';
import type { Registration } from '../steps/register.ts';
import { hasRun, hasVersion } from './embedded-store.ts';
import type { Project } from './project.ts';
import { trackingFailure } from './tracking-failure.ts';
import { trackingTarget } from './tracking-target.ts';

/** Rejects with a `DiagnosticError` when the store is there and cannot be read. */
export function registerCheck(project: Project): (result: Json) => Promise<Reason | undefined> {
  return async (result) => {
    try {
      return await check(project, result);
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'TrackingError') throw error;
      throw new DiagnosticError(trackingFailure(error, project));
    }
  };
}

async function check(project: Project, result: Json): Promise<Reason | undefined> {
  const registration = (result as { readonly facts?: { readonly registration?: Registration } }).facts?.registration;
  if (registration === undefined) return { kind: 'output-missing', output: 'registration.json' };
  const target = trackingTarget(project);
  const { runId, modelName, version, artifactUri } = registration;
  if (!(await hasRun(project.paths, target.trackingUri, runId))) {
    return { kind: 'output-missing', output: 'run', detail: `run ${runId} is not in ${target.trackingUri}` };
  }
  if (version !== undefined && !(await hasVersion(project.paths, target.registryUri, modelName, version))) {
    return {
      kind: 'output-missing',
      output: 'registered_model_version',
      detail: `${modelName} version ${version} is not in ${target.registryUri}`,
    };
  }
  if (artifactUri !== undefined && isAbsolute(artifactUri) && !existsSync(artifactUri)) {
    return { kind: 'output-missing', output: 'model', detail: `the files of ${modelName} version ${version} are gone` };
  }
  return undefined;
}
