/**
 * The model that scores new data: the one that the recipe names, else the latest registered version,
 * else that of the last run. Its files are looked up and never run.
 */
import { existsSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Diagnostic, failed, ok, type Result } from '../diagnostics/diagnostic.ts';
import type { TaskName } from '../engine/task.ts';
import { nodeFileSystem } from '../store/node-file-system.ts';
import type { OpenTracking } from '../tracking/open.ts';
import type { ModelStage, ModelVersion, TrackingStore } from '../tracking/ports.ts';
import type { Project } from './project.ts';
import { trackingFailure } from './tracking-failure.ts';
import { isServer, trackingAddress } from './tracking-target.ts';
import { openWorkspace } from './workspace.ts';

export interface ScoringModel {
  /** How to call it: `models:/houses/3`, `the model of the last run`. */
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
}

export async function scoringModel(project: Project): Promise<Result<ScoringModel>> {
  const uri = project.loaded.recipe.steps.predict?.model_uri;
  try {
    const found = uri === undefined ? await presentModel(project) : await namedModel(project, uri);
    if (!found.ok || existsSync(join(found.value.folder, 'model.json'))) return found;
    return failed([noModel(project, `${found.value.name} is no model of mlrecipe: ${found.value.folder} has no \`model.json\``)]);
  } catch (error) {
    if ((error as Error).name !== 'TrackingError') throw error;
    return failed([trackingFailure(error, project)]);
  }
}

async function presentModel(project: Project): Promise<Result<ScoringModel>> {
  const name = project.loaded.recipe.steps.register.model_name;
  const registered = await withTracking(project, async (open) => {
    const version = await open.registry.findLatest(name);
    return version === undefined ? undefined : versionModel(project, open, version);
  });
  if (registered !== undefined) return registered;
  const { store } = openWorkspace(project);
  const trained = store.current('train' as TaskName);
  if (trained !== undefined && store.isInPlace(trained))
    return ok({ name: 'the model of the last run', folder: join(store.folder('train' as TaskName), 'model') });
  return failed([
    noModel(project, `there is no model to score with: no version of \`${name}\` is registered, and none was trained here`, RUN_FIRST),
  ]);
}

const RUN_FIRST = 'run `npx mlrecipe run` first, or name a model in `steps.predict.model_uri`';

async function namedModel(project: Project, uri: string): Promise<Result<ScoringModel>> {
  const models = /^models:\/+([^/@]+)(?:\/([^/@]+)|@([^/@]+))$/u.exec(uri);
  if (models !== null) {
    const [, name = '', version, alias] = models;
    return (
      (await withTracking(project, async (open) => {
        const found = await findVersion(open, name, version, alias);
        if (found !== undefined) return versionModel(project, open, found);
        const latest = await open.registry.findLatest(name);
        const hint = latest === undefined ? 'no version of it is registered' : `the latest is \`models:/${name}/${latest.version}\``;
        return failed<ScoringModel>([noModel(project, `there is no model \`${uri}\` in the registry`, hint)]);
      })) ?? failed([noModel(project, `there is no model \`${uri}\`: nothing is registered yet`, RUN_FIRST)])
    );
  }
  const run = /^runs:\/+([^/]+)\/(.+)$/u.exec(uri);
  if (run !== null) {
    const [, runId = '', path = ''] = run;
    return (
      (await withTracking(project, async ({ tracking }) => {
        if ((await tracking.findRun(runId)) === undefined)
          return failed<ScoringModel>([noModel(project, `there is no run \`${runId}\``, 'the model of a run is `runs:/ID/model`')]);
        return ok({ name: uri, folder: await filesOf(project, tracking, runId, path) });
      })) ?? failed([noModel(project, `there is no model \`${uri}\`: no run is recorded yet`, RUN_FIRST)])
    );
  }
  if (/^[a-z][a-z0-9+.-]+:/iu.test(uri) && !uri.startsWith('file:') && !/^[a-z]:[\\/]/iu.test(uri)) {
    const hint = 'write `models:/NAME/VERSION`, `models:/NAME/latest`, `models:/NAME@ALIAS`, `runs:/RUN/model` or a folder';
    return failed([{ ...noModel(project, `\`${uri}\` names no model`, hint), code: 'bad-value' }]);
  }
  const folder = uri.startsWith('file:') ? fileURLToPath(uri) : resolve(project.paths.root, uri);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    return failed([noModel(project, `there is no folder \`${uri}\` with a model`, 'a path is relative to the folder of recipe.yaml')]);
  return ok({ name: uri, folder });
}

const STAGES: Readonly<Record<string, ModelStage>> = { none: 'None', staging: 'Staging', production: 'Production', archived: 'Archived' };

async function findVersion(
  { registry }: OpenTracking,
  name: string,
  version: string | undefined,
  alias: string | undefined,
): Promise<ModelVersion | undefined> {
  if (alias !== undefined) return registry.findAlias(name, alias);
  if (version === undefined || version.toLowerCase() === 'latest') return registry.findLatest(name);
  const stage = STAGES[version.toLowerCase()];
  return stage === undefined ? registry.findVersion(name, version) : registry.findLatest(name, stage);
}

async function versionModel(
  project: Project,
  { tracking }: OpenTracking,
  { name, version, source }: ModelVersion,
): Promise<Result<ScoringModel>> {
  const called = `models:/${name}/${version}`;
  const run = /^runs:\/+([^/]+)\/(.+)$/u.exec(source);
  if (run !== null) {
    const [, runId = '', path = ''] = run;
    return ok({ name: called, folder: await filesOf(project, tracking, runId, path) });
  }
  if (/^[a-z][a-z0-9+.-]+:/iu.test(source) && !source.startsWith('file:'))
    return failed([
      noModel(
        project,
        `the files of \`${called}\` are at \`${source}\`, which cannot be read yet`,
        'register the model with this version of mlrecipe',
      ),
    ]);
  return ok({ name: called, folder: source.startsWith('file:') ? fileURLToPath(source) : resolve(project.paths.root, source) });
}

/** Where the files of a model are; those on a server are fetched once, since what a run has logged does not change. */
async function filesOf({ paths }: Project, tracking: TrackingStore, runId: string, path: string): Promise<string> {
  const copy = join(paths.dot, 'tmp', 'models', `${runId}-${path}`.replace(/[^\w-]/gu, '_'));
  if (existsSync(copy)) return copy;
  const draft = `${copy}.${process.pid}.tmp`;
  try {
    const found = await tracking.fetchArtifacts(runId, path, draft);
    if (found !== draft) return found;
    // Another command may have been faster, with the same files.
    if (!existsSync(copy) && existsSync(draft)) nodeFileSystem.rename(draft, copy);
    return copy;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** `undefined` when there is no store yet: looking must not make one. */
async function withTracking<T>(project: Project, look: (open: OpenTracking) => Promise<T>): Promise<T | undefined> {
  const { paths, env } = project;
  const address = trackingAddress(project);
  const isThere = (uri: string): boolean => {
    const path = /^sqlite:\/\/\/(.*)$/u.exec(uri)?.[1];
    return isServer(uri) || (path !== undefined && existsSync(resolve(paths.root, path)));
  };
  if (!isThere(address.registryUri) || !isThere(address.trackingUri)) return undefined;
  const { openTracking } = await import('../tracking/open.ts');
  const open = await openTracking({ root: paths.root, env, ...address });
  try {
    return await look(open);
  } finally {
    await open.close();
  }
}

function noModel({ loaded }: Project, message: string, hint?: string): Diagnostic {
  const span = loaded.locate(['steps', 'predict', 'model_uri'], 'value');
  return { code: 'no-model', severity: 'error', message, ...(span !== undefined && { span }), ...(hint !== undefined && { hint }) };
}
