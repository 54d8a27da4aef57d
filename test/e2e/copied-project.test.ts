/** A project that was copied with its database, by the real command: where the artifacts go is told, and can be put right. */
import { cpSync, readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RecipeRig } from '../support/recipe-rig.ts';
import { REGRESSION_RECIPE, regressionProject } from '../support/small-projects.ts';

let original: RecipeRig;
let copy: RecipeRig;
beforeEach(() => {
  // Without a name, the experiment is called as the folder, and a copy under another name has its own.
  original = new RecipeRig({ ...regressionProject(), 'recipe.yaml': `${REGRESSION_RECIPE}experiment:\n  name: houses\n` });
  copy = new RecipeRig();
});
afterEach(() => {
  original.remove();
  copy.remove();
});

const runsIn = (rig: RecipeRig): number => (rig.has('mlartifacts/1') ? readdirSync(join(rig.root, 'mlartifacts/1')).length : 0);

test('artifacts that would go on to the old place are told with both paths, until the experiment has a new name', async () => {
  expect((await original.run(['run', '--step', 'ingest'])).stderr).not.toContain('artifacts-elsewhere');
  const before = runsIn(original);
  expect(before).toBeGreaterThan(0);
  cpSync(original.root, copy.root, { recursive: true });

  // Nothing is recorded, so nothing is told.
  expect((await copy.run(['run', '--step', 'ingest'])).stderr).not.toContain('artifacts-elsewhere');

  const second = await copy.run(['run', '--step', 'split']);
  expect([second.exitCode, runsIn(original) > before]).toEqual([0, true]);
  expect(second.stderr).toContain('warning[artifacts-elsewhere]');
  for (const path of [join(realpathSync(copy.root), 'mlflow.db'), join(realpathSync(original.root), 'mlartifacts', '1')])
    expect(second.stderr).toContain(path);
  expect(second.stderr).toContain('give `experiment.name` a new name');

  const { events, exitCode } = await copy.events(['--step', 'transform']);
  expect(exitCode).toBe(0);
  expect(events.filter(({ type }) => type === 'warning')).toMatchObject([{ code: 'artifacts-elsewhere', severity: 'warning' }]);
  const written = runsIn(original);

  const named = await copy.run(['run', '--step', 'transform', '--force', 'transform', '--set', 'experiment.name=houses-2']);
  expect([named.exitCode, named.stderr.includes('artifacts-elsewhere')]).toEqual([0, false]);
  expect(runsIn(original)).toBe(written);
  expect(copy.has('mlartifacts/2')).toBe(true);

  const meant = await copy.run([
    'run',
    '--step',
    'transform',
    '--force',
    'transform',
    '--set',
    `experiment.artifact_location=${original.root}`,
  ]);
  expect([meant.exitCode, meant.stderr.includes('artifacts-elsewhere')]).toEqual([0, false]);
  expect(runsIn(original)).toBeGreaterThan(written);
});
