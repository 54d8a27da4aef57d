/** The store and the stat cache of a project, and the `.gitignore` that keeps `.recipe/` out of version control. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FileDigests } from '../engine/ports.ts';
import { type FileStore, openFileStore } from '../store/file-store.ts';
import { nodeFileSystem } from '../store/node-file-system.ts';
import { openStatCache } from '../store/stat-cache.ts';
import type { Project } from './project.ts';

export interface Workspace {
  readonly store: FileStore;
  readonly digests: FileDigests;
}

export function openWorkspace(project: Project, onWarning: (message: string) => void = () => undefined): Workspace {
  const { paths } = project;
  const ignore = join(paths.dot, '.gitignore');
  if (!existsSync(ignore)) {
    mkdirSync(paths.dot, { recursive: true });
    writeFileSync(ignore, '*\n');
  }
  const fs = nodeFileSystem();
  const clock = { now: () => Date.now() };
  return {
    store: openFileStore({ root: paths.store, outputs: paths.outputs, fs, clock, onWarning }),
    digests: openStatCache({ file: join(paths.store, 'stat-cache'), fs, clock }),
  };
}
