/** Where things of a project lie. Everything of ours is under `.recipe/`. */
import { join } from 'node:path';

export interface ProjectPaths {
  readonly root: string;
  readonly dot: string;
  readonly store: string;
  readonly outputs: string;
  readonly build: string;
  readonly logs: string;
}

export function projectPaths(root: string): ProjectPaths {
  const dot = join(root, '.recipe');
  return { root, dot, store: join(dot, 'store'), outputs: join(dot, 'outputs'), build: join(dot, 'build'), logs: join(dot, 'logs') };
}
