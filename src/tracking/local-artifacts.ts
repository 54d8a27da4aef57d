/**
 * Copy files into the artifact folder of a run on this machine. Links are never followed out of
 * a folder: what a model folder holds must be in it.
 */
import { chmodSync, constants, copyFileSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { refuse, requireArtifactPath } from './limits.ts';
import { TrackingError } from './ports.ts';
import { joinUri } from './uri.ts';

/** Relative paths with forward slashes of all files in a folder, in code-unit order. */
export function listFiles(folder: string): readonly string[] {
  const found: string[] = [];
  const visit = (relative: string): void => {
    for (const entry of readdirSync(join(folder, relative), { withFileTypes: true })) {
      const path = relative === '' ? entry.name : `${relative}/${entry.name}`;
      if (entry.isDirectory()) visit(path);
      else if (entry.isFile()) found.push(path);
      else refuse(`\`${path}\` in the folder ${folder} is neither a file nor a folder, so it cannot be logged`);
    }
  };
  visit('');
  return found.sort();
}

/** Each file of a folder with the path it gets among the artifacts. */
export function artifactsOf(folder: string, path: string): readonly { readonly file: string; readonly path: string }[] {
  requireArtifactPath(path);
  requireFile(folder, 'folder');
  return listFiles(folder).map((relative) => ({ file: join(folder, relative), path: path === '' ? relative : joinUri(path, relative) }));
}

export function requireFile(path: string, kind: 'file' | 'folder'): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!(kind === 'file' ? stat?.isFile() : stat?.isDirectory())) refuse(`there is no ${kind} ${path} to log as an artifact`);
}

export function copyArtifact(artifactFolder: string, file: string, path: string): void {
  requireArtifactPath(path);
  if (path === '') refuse(`the artifact made of ${file} needs a path`);
  requireFile(file, 'file');
  const target = join(artifactFolder, ...path.split('/'));
  try {
    mkdirSync(dirname(target), { recursive: true });
    // Copying keeps the mode, and files of the cache are read-only: writing over one would fail.
    rmSync(target, { force: true });
    copyFileSync(file, target, constants.COPYFILE_FICLONE);
    chmodSync(target, 0o644);
  } catch (error) {
    throw new TrackingError('INTERNAL_ERROR', `cannot copy ${file} to the artifacts at ${target}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
