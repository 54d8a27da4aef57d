/** The limits of the data engine, from the environment of the worker to the session. */
import { expect, test } from 'vitest';
import { dataLimits } from '../../../src/data/data-limits.ts';
import { openDuckDb } from '../../../src/data/duckdb.ts';
import { workerEnvironment } from '../../../src/executors/worker-environment.ts';

test('what the command says reaches the session of the worker', async () => {
  const env = workerEnvironment({ RECIPE_THREADS: '3', RECIPE_MEMORY_LIMIT: '512000000', PRIVATE: 'x' });
  expect(env).not.toHaveProperty('PRIVATE');
  const engine = await openDuckDb(dataLimits(env));
  try {
    expect(await engine.query(`SELECT current_setting('threads') AS threads, current_setting('memory_limit') AS memory`)).toEqual([
      { threads: 3, memory: '488.2 MiB' },
    ]);
  } finally {
    await engine.close();
  }
});

test('nothing said leaves the engine its own', () => {
  expect(dataLimits({})).toEqual({});
  expect(dataLimits({ RECIPE_THREADS: 'many', RECIPE_MEMORY_LIMIT: '' })).toEqual({});
});
