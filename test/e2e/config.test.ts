// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the recipe's own form
/** `recipe config`: every value with its origin, reloadable, and the difference of two profiles. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RecipeRig } from '../support/recipe-rig.ts';
import { regressionProject } from '../support/small-projects.ts';

let rig: RecipeRig;
beforeAll(() => {
  rig = new RecipeRig({
    ...regressionProject(),
    'profiles/base.yaml': 'experiment:\n  name: houses\n  tags: {team: "blue: #1"}\n',
    'profiles/local.yaml': 'extends: base\nsteps: {train: {seed: 3}}\n',
    'profiles/cloud.yaml': 'extends: base\nexperiment: {tracking_uri: "${env:SERVER}"}\nsteps: {ingest: {location: "${env:DATA}"}}\n',
  });
});
afterAll(() => rig.remove());

test('each value has its origin', async () => {
  const { exitCode, stdout } = await rig.run(['config', '--set', 'steps.split.seed=9']);
  expect(exitCode).toBe(0);
  const originOf = (line: string) => new RegExp(`^ *(?:- )?${line} +# (.*)$`, 'm').exec(stdout)?.[1];
  expect(originOf('location: data/houses\\.csv')).toBe('recipe.yaml:5');
  expect(originOf('name: houses')).toBe('profiles/base.yaml:2');
  expect(originOf('team: "blue: #1"')).toBe('profiles/base.yaml:3');
  expect(originOf('seed: 3')).toBe('profiles/local.yaml:2');
  expect(originOf('seed: 9')).toBe('--set');
  expect(originOf('split_ratios: \\[0\\.75, 0\\.125, 0\\.125\\]')).toBe('default');
  expect(originOf('metric: root_mean_squared_error')).toBe('recipe.yaml:11');
});

test('what is printed is a recipe that says the same', async () => {
  const first = JSON.parse((await rig.run(['config', '--json'])).stdout) as { values: { path: string[]; value: unknown }[] };
  const { stdout } = await rig.run(['config']);
  const copy = new RecipeRig({ ...regressionProject(), 'recipe.yaml': stdout });
  try {
    const second = JSON.parse((await copy.run(['config', '--json'])).stdout) as typeof first;
    const plain = (document: typeof first) => document.values.map(({ path, value }) => [path, value]);
    // The folder gives the model its name.
    expect(plain(second)).toEqual(plain(first));
  } finally {
    copy.remove();
  }
});

test('two profiles are compared without their data and variables', async () => {
  const { exitCode, stdout, stderr } = await rig.run(['config', '--diff', 'local', 'cloud']);
  expect(exitCode, stderr).toBe(0);
  expect(stdout).toContain('steps.train.seed\n  local  3  # profiles/local.yaml:2\n  cloud  0  # default\n');
  expect(stdout).toContain(
    'experiment.tracking_uri\n  local  sqlite:///mlflow.db  # default\n  cloud  "${env:SERVER}"  # profiles/cloud.yaml:2\n',
  );
  expect(stdout).not.toContain('tags');
  expect(stderr).toContain('warning[undefined-environment-variable]');
  const same = await rig.run(['config', '--diff', 'local', 'local']);
  expect(same.stdout).toBe('local and local say the same\n');
});

test('a variable of `--env-file` is used and not told', async () => {
  rig.write('.env', 'export SERVER="sqlite:///other.db" # a comment\nDATA=data/houses.csv\n');
  const { exitCode, stdout } = await rig.run(['config', '--profile', 'cloud', '--env-file', '.env']);
  expect(exitCode).toBe(0);
  expect(stdout).toContain('tracking_uri: "${env:SERVER}"');
  expect(stdout).not.toContain('other.db');
  expect((await rig.run(['run', '--profile', 'cloud', '--env-file', '.env', '--quiet'])).exitCode).toBe(0);
  expect(rig.has('other.db')).toBe(true);
  const lost = await rig.run(['plan', '--env-file', '.emv']);
  // Some versions of Node read this flag before the command does, wherever it stands, and say it in their way.
  expect([2, 9]).toContain(lost.exitCode);
  expect(lost.stderr).toContain('.emv');
});
