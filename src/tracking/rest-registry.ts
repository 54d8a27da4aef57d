/** The registry half of a remote MLflow server. */
import { LIMITS, requireAlias, requireLength, requireModelName, requireTags } from './limits.ts';
import type { ModelRegistry, ModelStage, ModelVersion } from './ports.ts';
import type { RestClient } from './rest-client.ts';
import { isCode, pairs } from './rest-tracking.ts';
import { list, modelVersion, object } from './wire.ts';

export class RestRegistry implements ModelRegistry {
  readonly uri: string;
  readonly #client: RestClient;

  constructor(client: RestClient) {
    this.#client = client;
    this.uri = client.uri;
  }

  async createVersion(request: Parameters<ModelRegistry['createVersion']>[0]): Promise<ModelVersion> {
    const { name, source, runId, description, tags } = request;
    requireModelName(name);
    requireTags(tags, LIMITS.registryTagValue);
    requireLength('the description', description ?? '', LIMITS.description);
    try {
      await this.#client.send('POST', 'registered-models/create', { name });
    } catch (error) {
      if (!isCode(error, 'RESOURCE_ALREADY_EXISTS')) throw error;
    }
    const body = { name, source, run_id: runId, tags: pairs(tags), ...(description !== undefined && { description }) };
    const answer = await this.#client.send('POST', 'model-versions/create', body, { once: true });
    return modelVersion(object(answer['model_version']));
  }

  async findVersion(name: string, version: string): Promise<ModelVersion | undefined> {
    // A version that is no number is a mistake to the server and simply absent to us.
    return /^\d+$/.test(version) ? this.#find('model-versions/get', { name, version }) : undefined;
  }

  async findLatest(name: string, stage?: ModelStage): Promise<ModelVersion | undefined> {
    try {
      const answer = await this.#client.send('POST', 'registered-models/get-latest-versions', {
        name,
        ...(stage !== undefined && { stages: [stage] }),
      });
      // One a stage.
      const versions = list(answer['model_versions']).map(modelVersion);
      return versions.sort((a, b) => Number(b.version) - Number(a.version))[0];
    } catch (error) {
      if (isCode(error, 'RESOURCE_DOES_NOT_EXIST')) return undefined;
      throw error;
    }
  }

  async setAlias(name: string, alias: string, version: string): Promise<void> {
    requireModelName(name);
    requireAlias(alias);
    await this.#client.send('POST', 'registered-models/alias', { name, alias, version });
  }

  findAlias(name: string, alias: string): Promise<ModelVersion | undefined> {
    return this.#find('registered-models/alias', { name, alias });
  }

  async setStage(name: string, version: string, stage: ModelStage, options: { readonly archiveOthers?: boolean } = {}): Promise<void> {
    const archive = options.archiveOthers === true && (stage === 'Staging' || stage === 'Production');
    await this.#client.send('POST', 'model-versions/transition-stage', { name, version, stage, archive_existing_versions: archive });
  }

  async close(): Promise<void> {
    this.#client.close();
  }

  async #find(endpoint: string, query: Readonly<Record<string, string>>): Promise<ModelVersion | undefined> {
    try {
      return modelVersion(object((await this.#client.get(endpoint, query))['model_version']));
    } catch (error) {
      // An unknown alias is an INVALID_PARAMETER_VALUE to MLflow.
      const isAbsent = isCode(error, 'RESOURCE_DOES_NOT_EXIST') || (endpoint.endsWith('alias') && isCode(error, 'INVALID_PARAMETER_VALUE'));
      if (isAbsent) return undefined;
      throw error;
    }
  }
}
