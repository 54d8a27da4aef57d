/** The files of a new project, from the scaffolds of the package: the shared ones, and over them those of a template. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Task } from '../../recipe/metric-names.ts';
import { folderFiles } from '../folder-files.ts';
import { packageRoot } from '../package-root.ts';

export interface ProjectFile {
  /** Relative to the project, with forward slashes. */
  readonly path: string;
  readonly content: string;
}

/** `sample`: a project with a made-up table. `table`: one for a table of the user, without recipe and data. */
export function scaffoldFiles(task: Task, kind: 'sample' | 'table'): readonly ProjectFile[] {
  const templates = join(packageRoot(), 'dist', 'templates');
  const layers = [
    join(templates, 'scaffold', 'project'),
    join(templates, 'scaffold', kind),
    ...(kind === 'sample' ? [join(templates, task, 'scaffold')] : []),
  ];
  const files = new Map<string, string>();
  for (const layer of layers) {
    // npm leaves .gitignore out of packages, so the scaffold carries it under another name.
    for (const path of folderFiles(layer)) files.set(path.replace('_gitignore', '.gitignore'), readFileSync(join(layer, path), 'utf8'));
  }
  return [...files].map(([path, content]) => ({ path, content })).sort(byPath);
}

export function byPath(a: ProjectFile, b: ProjectFile): number {
  return a.path < b.path ? -1 : 1;
}
