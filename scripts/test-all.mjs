// npm run test:all: everything that `npm test` runs, the browser tests of the cards, the packed package in a
// folder of its own, the examples, and the optional packages. `-- --long` multiplies the counts of properties by ten,
// `-- --rest` leaves out what `npm test` has just run.
// Nothing is skipped in silence: what is missing on this machine fails.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const env = {
  ...process.env,
  ...(process.argv.includes('--long') && { TEST_RUNS_FACTOR: '10' }),
  ...(process.argv.includes('--rest') && { TEST_ALL_REST: '1' }),
};
const vitest = join(root, 'node_modules/vitest/vitest.mjs');

const { status } = spawnSync(process.execPath, [vitest, 'run', '--config', 'vitest.all.config.ts'], { cwd: root, env, stdio: 'inherit' });
process.exitCode = status ?? 1;
