/** The files whose change may make a result stale: recipe, profiles, step files with what they import, data. */
import { readdirSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import type { WatchedFile } from './file-watch.ts';
import type { Project } from './project.ts';
import { ingest, stepSettings } from './step-settings.ts';

/** Also of a project that cannot be read just now: then without its data. */
export function watchedFiles(root: string, project: Project | undefined, imported: readonly string[]): readonly WatchedFile[] {
  const labels = new Set(['recipe.yaml', 'package.json', ...filesBelow(root, 'profiles'), ...filesBelow(root, 'steps'), ...imported]);
  const files = new Map([...labels].map((label) => [label, join(root, label)]));
  if (project === undefined) return listed(files);
  for (const label of project.loaded.files.keys()) if (!label.startsWith('--')) files.set(label, resolve(root, label));
  for (const { name } of project.steps) {
    for (const input of stepSettings(project, name).files) if (input.kind === 'file') files.set(input.label, input.path);
  }
  const scoring = project.loaded.recipe.steps.ingest_scoring;
  if (scoring !== undefined)
    for (const input of ingest(project, scoring, 'ingest_scoring').files) if (input.kind === 'file') files.set(input.label, input.path);
  return listed(files);
}

function listed(files: ReadonlyMap<string, string>): readonly WatchedFile[] {
  return [...files].map(([label, path]) => ({ label, path }));
}

function filesBelow(root: string, folder: string): readonly string[] {
  try {
    return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'));
  } catch {
    return [];
  }
}
