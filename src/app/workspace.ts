/** The store and the stat cache of a project, and the lock of whoever changes them. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock, FileDigests } from '../engine/ports.ts';
import { type FileStore, openFileStore } from '../store/file-store.ts';
import { nodeFileSystem } from '../store/node-file-system.ts';
import { systemProcesses } from '../store/processes.ts';
import { openStatCache } from '../store/stat-cache.ts';
import { acquireWorkspaceLock, type WorkspaceLock } from '../store/workspace-lock.ts';
import type { Project } from './project.ts';

export interface Workspace {
  readonly store: FileStore;
  readonly digests: FileDigests;
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

/**
 * One command at a time runs in a folder; a second waits and is told for whom. The folder carries a
 * `.gitignore` of its own from the first time that something is written.
 */
export function lockWorkspace(
  project: Project,
  options: { readonly signal?: AbortSignal; readonly onWaiting?: (holder: string) => void },
): Promise<WorkspaceLock> {
  const { paths } = project;
  const ignore = join(paths.dot, '.gitignore');
  if (!existsSync(ignore)) {
    mkdirSync(paths.dot, { recursive: true });
    writeFileSync(ignore, '*\n');
  }
  return acquireWorkspaceLock({
    file: join(paths.store, 'lock'),
    fs: nodeFileSystem,
    clock,
    processes: systemProcesses(),
    purpose: 'recipe run',
    signal: options.signal ?? new AbortController().signal,
    onWait: ({ pid, host, since }) => options.onWaiting?.(`process ${pid} on ${host}, since ${new Date(since).toISOString()}`),
  });
}

const clock: Clock = { now: () => Date.now() };
