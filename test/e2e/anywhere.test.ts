/** Where a project lies and how its lines end make no difference, by the real command. */
import { mkdirSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bareEnvironment, command, REPOSITORY, RecipeRig } from '../support/recipe-rig.ts';
import { regressionProject } from '../support/small-projects.ts';

let rig: RecipeRig;
beforeEach(() => {
  rig = new RecipeRig(regressionProject());
});
afterEach(() => rig.remove());

test('a checkout with CRLF has the keys of one with LF, and mistakes keep their places', async () => {
  const first = await rig.events(['--step', 'evaluate']);
  expect(first.exitCode).toBe(0);
  for (const [path, text] of Object.entries(regressionProject())) {
    // The data are other bytes then, and other bytes are another input.
    if (!path.startsWith('data/')) rig.write(path, text.replaceAll(/\r?\n/g, '\r\n'));
  }
  expect((await rig.events(['--step', 'evaluate'])).finished).toMatchObject({ exitCode: 0, executed: [] });

  rig.edit('recipe.yaml', 'target_col', 'traget_col');
  const { exitCode, stderr } = await rig.run(['run']);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/--> recipe\.yaml:\d+:1\n/);
  expect(stderr).toContain('^^^^^^^^^^');
  expect(stderr).not.toContain('\r');
});

test('a folder with spaces, umlauts, an emoji and what a shell would take for itself', async () => {
  const place = join(rig.root, "Häuser & Gärten 🏡 (it's 100 %) #1");
  mkdirSync(place);
  for (const [path, text] of Object.entries(regressionProject())) rig.write(join(basename(place), path), text);
  const run = (args: readonly string[]) =>
    command(process.execPath, [join(REPOSITORY, 'bin/recipe.js'), ...args], { cwd: place, env: bareEnvironment() });
  const first = await run(['run']);
  expect([first.exitCode, first.stderr.includes('error')]).toEqual([0, false]);
  expect((await run(['plan', '--check'])).exitCode).toBe(0);
  expect((await run(['get-artifact', 'model'])).stdout).toContain(join('outputs', 'train', 'model'));

  // Somewhere else under another name: what was computed is still there.
  const moved = join(dirname(place), 'elsewhere');
  renameSync(place, moved);
  const { stdout } = await command(process.execPath, [join(REPOSITORY, 'bin/recipe.js'), 'plan', '--step', 'evaluate'], {
    cwd: moved,
    env: bareEnvironment(),
  });
  expect(stdout.match(/fresh/g)).toHaveLength(5);
});
