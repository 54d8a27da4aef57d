/** What the steps of a recipe may use of this machine. */
import { totalmem } from 'node:os';
import { resolve } from 'node:path';
import { allowedCores } from './allowed-cores.ts';
import type { Project } from './project.ts';

/** More than a few rarely help: each step uses several threads of its own. */
const MOST_WORKERS = 4;
/** The rest is for the system and for the command itself. */
const SHARE_OF_MEMORY = 0.9;
/** Of what the process may hold: the rest is for models, JavaScript and the library itself. */
const SHARE_OF_ENGINE = 0.6;

/** How many steps may run at the same time. */
export function workersOf({ loaded }: Project): number {
  return loaded.recipe.resources.workers ?? Math.min(MOST_WORKERS, allowedCores());
}

/** How much the process of one step may hold, in bytes. */
export function memoryLimit({ loaded }: Project): number {
  return loaded.recipe.resources.memory_bytes ?? Math.floor(SHARE_OF_MEMORY * machineMemory());
}

/** How much the data engine may fill before it writes to disk, in bytes; `undefined` leaves it to the engine. */
export function engineMemory({ loaded }: Pick<Project, 'loaded'>): number | undefined {
  const { memory_bytes: memory, memory_limit_bytes: limit } = loaded.recipe.resources;
  return limit ?? (memory === undefined ? undefined : Math.floor(SHARE_OF_ENGINE * memory));
}

/**
 * What the processes of steps are told in their environment: how many threads they may use, and how much the
 * data engine may hold. Results do not depend on it, so no key knows it.
 */
export function stepEnvironment({ loaded, paths, env }: Project): Readonly<Record<string, string>> {
  const { threads, temporary_folder: folder } = loaded.recipe.resources;
  const wanted = threads ?? env['RECIPE_THREADS'] ?? allowedCores();
  const bytes = engineMemory({ loaded });
  return {
    RECIPE_THREADS: String(wanted),
    ...(bytes !== undefined && { RECIPE_MEMORY_LIMIT: String(bytes) }),
    ...(folder !== undefined && { RECIPE_TEMPORARY_FOLDER: resolve(paths.root, folder) }),
  };
}

/** What a container allows, where there is one. Node says 0, or an absurd number, for no limit. */
function machineMemory(): number {
  const allowed = process.constrainedMemory();
  return allowed > 0 && allowed < totalmem() ? allowed : totalmem();
}
