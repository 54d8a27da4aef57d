/** The store and the stat cache of a project, and the locks of whoever changes what they show. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock, FileDigests, StepLocks } from '../engine/ports.ts';
import { type FileStore, openFileStore } from '../store/file-store.ts';
import type { LayeredStore } from '../store/layered-store.ts';
import { nodeFileSystem } from '../store/node-file-system.ts';
import { systemProcesses } from '../store/processes.ts';
import { openStatCache } from '../store/stat-cache.ts';
import { openStepLocks } from '../store/step-lock.ts';
import type { Project } from './project.ts';

export interface Workspace {
  readonly store: FileStore;
  readonly digests: FileDigests;
}

/** The store as the engine sees it: with the shared cache behind it, when the recipe names one. */
export async function withSharedCache(
  project: Project,
  { store }: Workspace,
  onWarning: (message: string) => void,
): Promise<LayeredStore | undefined> {
  if (project.loaded.recipe.cache === undefined) return undefined;
  const { openSharedCache } = await import('./shared-cache.ts');
  return openSharedCache(project, store, onWarning);
}

export interface WorkspaceOptions {
  readonly onWarning?: (message: string) => void;
  /** Trust no stat record. */
  readonly paranoid?: boolean;
}

export function openWorkspace(project: Project, { onWarning = () => undefined, paranoid = false }: WorkspaceOptions = {}): Workspace {
  const { paths } = project;
  return {
    store: openFileStore({ root: paths.store, outputs: paths.outputs, fs: nodeFileSystem, clock, onWarning }),
    digests: openStatCache({ file: join(paths.store, 'stat-cache'), fs: nodeFileSystem, clock, paranoid }),
  };
}

/** How a step is waited for: which one, and who works on it. */
export type OnWaiting = (step: string, holder: string) => void;

/**
 * Several commands may work in a folder: they wait for each other step by step, and are told for
 * whom. The folder carries a `.gitignore` of its own from the first time that something is written.
 */
export function lockSteps(project: Project, { store }: Workspace, purpose: string, onWaiting: OnWaiting = () => undefined): StepLocks {
  const { paths } = project;
  const ignore = join(paths.dot, '.gitignore');
  if (!existsSync(ignore)) {
    mkdirSync(paths.dot, { recursive: true });
    writeFileSync(ignore, '*\n');
  }
  return openStepLocks({
    store,
    processes: systemProcesses(),
    purpose,
    onWait: (task, { pid, host, since, purpose: doing }) =>
      onWaiting(task, `\`${doing}\` of process ${pid} on ${host}, since ${new Date(since).toISOString()}`),
  });
}

const clock: Clock = { now: () => Date.now() };
