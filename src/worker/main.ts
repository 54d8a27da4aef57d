/**
 * The entry of a worker process. Started by `executors/local-pool.ts` with an IPC channel; does
 * nothing useful without one.
 */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dataLimits } from '../data/data-limits.ts';
import { drawCard, loadRenderers } from './card-files.ts';
import { watchParent } from './parent-watch.ts';
import { serve } from './serve.ts';
import { WORKER_STEPS } from './steps.ts';

watchParent();
serve({
  steps: WORKER_STEPS,
  openData: async (temporaryFolder) => (await import('../data/duckdb.ts')).openDuckDb({ temporaryFolder, ...dataLimits(process.env) }),
  drawCard,
  loadRenderers,
  internals: [dirname(dirname(fileURLToPath(import.meta.url)))],
});
