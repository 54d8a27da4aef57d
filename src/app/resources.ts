/** What the steps of a recipe may use of this machine. */
import { availableParallelism, totalmem } from 'node:os';
import type { Project } from './project.ts';

/** More than a few rarely help: each step uses several threads of its own. */
const MOST_WORKERS = 4;
/** The rest is for the system and for the command itself. */
const SHARE_OF_MEMORY = 0.9;

/** How many steps may run at the same time. */
export function workersOf({ loaded }: Project): number {
  return loaded.recipe.resources.workers ?? Math.min(MOST_WORKERS, availableParallelism());
}

/** How much the process of one step may hold, in bytes. */
export function memoryLimit({ loaded }: Project): number {
  return loaded.recipe.resources.memory_bytes ?? Math.floor(SHARE_OF_MEMORY * machineMemory());
}

/** What a container allows, where there is one. Node says 0, or an absurd number, for no limit. */
function machineMemory(): number {
  const allowed = process.constrainedMemory();
  return allowed > 0 && allowed < totalmem() ? allowed : totalmem();
}
