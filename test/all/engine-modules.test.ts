/** What a command loads that has nothing to do: no library of data, models, cards or drawing, and no compiler. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bareEnvironment, command, REPOSITORY, RecipeRig } from '../support/recipe-rig.ts';
import { housesCsv, regressionProject } from '../support/small-projects.ts';

const HOOK = pathToFileURL(join(REPOSITORY, 'test/support/list-modules.mjs')).href;

let rig: RecipeRig;
beforeAll(async () => {
  rig = new RecipeRig({ ...regressionProject(), 'data/houses.csv': housesCsv(60), 'steps/numbers.json': '{ "trees": 2 }\n' });
  expect((await rig.run(['run'])).exitCode).toBe(0);
});
afterAll(() => rig.remove());

/** Packages and own modules, as `package:name` and paths below `dist`. */
async function loadedBy(program: string, args: readonly string[]): Promise<readonly string[]> {
  const env = { ...bareEnvironment(), MLRECIPE_MODULES: join(rig.root, 'modules') };
  rig.write('modules', '');
  const { exitCode, stderr } = await command(process.execPath, ['--import', HOOK, join(REPOSITORY, program), ...args], {
    cwd: rig.root,
    env,
  });
  expect(exitCode, stderr).toBe(0);
  const lines = decodeURI(rig.read('modules'))
    .split('\n')
    .filter((line) => line.includes('/'));
  const names = lines.map((line) => {
    const inPackage = /node_modules\/((?:@[^/]+\/)?[^/]+)(?!.*node_modules\/)/.exec(line)?.[1];
    return inPackage === undefined ? line.slice(line.indexOf('/dist/') + 1) : `package:${inPackage}`;
  });
  return [...new Set(names)];
}

/** Not libsql: whether the registered version is still there is asked of the tracking store. */
const HEAVY = /^package:(@duckdb|esbuild|@esbuild|listr2|d3-|handlebars|@tensorflow|danfojs)/;

test.each([['run'], ['plan'], ['status'], ['validate']])('`recipe %s` with nothing to do loads no heavy package', async (name) => {
  const loaded = await loadedBy('bin/recipe.js', [name]);
  expect(loaded.length).toBeGreaterThan(1);
  expect(loaded.filter((module) => HEAVY.test(module))).toEqual([]);
});

test.each([['run'], ['plan'], ['status']])('`recipe %s` with nothing to do loads no step, model, table or card of ours', async (name) => {
  // The modules before they are bundled: the bundle is made of the same ones.
  const loaded = await loadedBy('dist/cli/main.js', [name]);
  expect(loaded.filter((module) => module.startsWith('dist/engine/')).length).toBeGreaterThan(5);
  expect(loaded.filter((module) => /^dist\/(ml|cards|data|models|worker)\//.test(module))).toEqual([]);
  expect(loaded.filter((module) => HEAVY.test(module))).toEqual([]);
});

/** What a check has no use for, whatever it has to do: data, the tracking database, what draws, what checks schemas at run time. */
const NEVER = /^package:(@duckdb|libsql|@libsql|listr2|d3-|handlebars|@tensorflow|danfojs|ajv|typescript)/;

test('`recipe validate` loads no data engine and no database, and a compiler only for step files that it does not know', async () => {
  const warm = await loadedBy('bin/recipe.js', ['validate']);
  expect(warm.filter((module) => NEVER.test(module) || HEAVY.test(module))).toEqual([]);
  rmSync(join(rig.root, '.recipe/build'), { recursive: true });
  const cold = await loadedBy('bin/recipe.js', ['validate']);
  expect(cold.filter((module) => NEVER.test(module))).toEqual([]);
  expect(cold).toContain('package:esbuild');
  expect(await loadedBy('bin/recipe.js', ['validate'])).not.toContain('package:esbuild');
});

test('`recipe validate` loads no step, model, table, card or worker of ours, and no HTTP', async () => {
  const loaded = await loadedBy('dist/cli/main.js', ['validate']);
  expect(loaded.filter((module) => module.startsWith('dist/recipe/')).length).toBeGreaterThan(20);
  expect(loaded.filter((module) => /^dist\/(ml|cards|data|models|worker|tracking)\//.test(module))).toEqual([]);
  expect(loaded).not.toContain('dist/app/servers.js');
});
