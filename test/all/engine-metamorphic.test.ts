/**
 * The real command on a small recipe: what cannot change a result is a hit, and each thing that a
 * step declares is a miss of that step, for the reason that a person would give.
 */
import { renameSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PlannedStep } from '../../src/app/events.ts';
import type { Reason } from '../../src/engine/task.ts';
import { bareEnvironment, command, REPOSITORY, RecipeRig } from '../support/recipe-rig.ts';
import { housesCsv, regressionProject } from '../support/small-projects.ts';

const STEPS = ['ingest', 'split', 'transform', 'train', 'evaluate', 'register'];

const RECIPE = `recipe: regression/v1
target_col: price
steps:
  ingest:
    location: data/houses.csv
  split:
    split_ratios: [0.6, 0.2, 0.2]
    seed: 1
  transform:
    impute: median
  train:
    using: custom
    estimator_method: estimator_fn
    seed: 2
  evaluate:
    validation_criteria:
      - metric: root_mean_squared_error
        threshold: 500000
experiment:
  name: "{{EXPERIMENT|default('houses')}}"
`;

const FILES: Readonly<Record<string, string>> = {
  ...regressionProject(),
  'recipe.yaml': RECIPE,
  'profiles/local.yaml': 'EXPERIMENT: houses\n',
  'profiles/laptop.yaml': '# The same under another name.\nEXPERIMENT: houses\n',
  'data/houses.csv': housesCsv(80),
  'steps/numbers.json': '{ "trees": 3 }\n',
};

let rig: RecipeRig;
beforeAll(async () => {
  rig = new RecipeRig(FILES);
  const { exitCode, stderr } = await rig.run(['run', '--profile', 'local']);
  expect(stderr).not.toContain('error');
  expect(exitCode).toBe(0);
});
afterAll(() => rig.remove());

async function plan(
  args: readonly string[] = ['--profile', 'local'],
  env: Readonly<Record<string, string>> = {},
  root = rig.root,
): Promise<readonly PlannedStep[]> {
  const { stdout, stderr } = await command(process.execPath, [join(REPOSITORY, 'bin/recipe.js'), 'plan', '--json', ...args], {
    cwd: root,
    env: { ...bareEnvironment(), ...env },
  });
  if (stdout === '') throw new Error(stderr);
  return (JSON.parse(stdout) as { steps: readonly PlannedStep[] }).steps;
}

/** Plan with some files changed, and change them back. `undefined` puts nothing in the place of a text. */
async function planWith(edits: Readonly<Record<string, (text: string) => string>>): Promise<readonly PlannedStep[]> {
  const before = Object.keys(edits).map((path) => [path, rig.read(path)] as const);
  try {
    for (const [path, edit] of Object.entries(edits)) {
      const text = rig.read(path);
      const edited = edit(text);
      if (edited === text) throw new Error(`the edit of ${path} changes nothing`);
      rig.write(path, edited);
    }
    return await plan();
  } finally {
    for (const [path, text] of before) rig.write(path, text);
  }
}

const allFresh = STEPS.map((name) => `${name} fresh`);
const states = (steps: readonly PlannedStep[]): readonly string[] => steps.map(({ name, state }) => `${name} ${state}`);
const replace = (from: string, to: string) => (text: string) => text.replace(from, to);

describe('is a hit', () => {
  test.each<[string, Readonly<Record<string, (text: string) => string>>]>([
    [
      'another order of keys',
      { 'recipe.yaml': replace('    split_ratios: [0.6, 0.2, 0.2]\n    seed: 1\n', '    seed: 1\n    split_ratios: [0.6, 0.2, 0.2]\n') },
    ],
    ['another order of sections', { 'recipe.yaml': (text) => `target_col: price\n${text.replace('target_col: price\n', '')}` }],
    [
      'comments and white space in the recipe',
      { 'recipe.yaml': (text) => `# Houses.\n\n${text.replace('seed: 1', 'seed:   1   # why not')}` },
    ],
    ['line ends of Windows in the recipe', { 'recipe.yaml': (text) => text.replaceAll('\n', '\r\n') }],
    ['a value written in another way', { 'recipe.yaml': replace('[0.6, 0.2, 0.2]', '[0.60, 2e-1, "0.2"]'.replace('"0.2"', '.2')) }],
    ['a default written out', { 'recipe.yaml': replace('    impute: median\n', '    impute: median\n    encode: auto\n') }],
    ['comments and types in code', { 'steps/train.ts': (text) => `/* New. */\ntype Unused = string;\n${text}` }],
    ['white space and line ends in code', { 'steps/settings.ts': (text) => text.replaceAll('\n', '\r\n\r\n') }],
    ['white space in an imported JSON file', { 'steps/numbers.json': () => '{\n  "trees":   3\n}\n' }],
  ])('%s', async (_what, edits) => {
    expect(states(await planWith(edits))).toEqual(allFresh);
  });

  test.each<[string, readonly string[], Readonly<Record<string, string>>]>([
    ['a profile of another name with the same values', ['--profile', 'laptop'], {}],
    ['no profile, where defaults say the same', [], {}],
    ['another locale', ['--profile', 'local'], { LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' }],
    ['another time zone', ['--profile', 'local'], { TZ: 'Pacific/Chatham' }],
    ['a variable that nobody declared', ['--profile', 'local'], { SOME_VARIABLE: 'new', USER: 'somebody else' }],
  ])('%s', async (_what, args, env) => {
    expect(states(await plan(args, env))).toEqual(allFresh);
  });

  test('data of another age', async () => {
    utimesSync(join(rig.root, 'data/houses.csv'), 1_000_000_000, 1_000_000_000);
    expect(states(await plan())).toEqual(allFresh);
  });

  test('a moved checkout', async () => {
    const elsewhere = `${rig.root} moved`;
    renameSync(rig.root, elsewhere);
    try {
      const moved = await plan(['--profile', 'local'], {}, elsewhere);
      // Where the tracking store lies is what `register` depends on, and it has moved too.
      expect(states(moved).slice(0, 5)).toEqual(allFresh.slice(0, 5));
    } finally {
      renameSync(elsewhere, rig.root);
    }
  });
});

describe('is a miss, and says why', () => {
  test.each<[string, Readonly<Record<string, (text: string) => string>>, string, readonly Reason[]]>([
    [
      'a cell of the data',
      { 'data/houses.csv': replace('H5,', 'H6,') },
      'ingest',
      [{ kind: 'input-changed', changes: [{ path: 'data/houses.csv' }] }],
    ],
    [
      'the target',
      { 'recipe.yaml': replace('target_col: price', 'target_col: area') },
      'ingest',
      [{ kind: 'params-changed', changes: [{ path: 'target', old: 'price', new: 'area' }] }],
    ],
    [
      'the ratios',
      { 'recipe.yaml': replace('[0.6, 0.2, 0.2]', '[0.5, 0.3, 0.2]') },
      'split',
      [{ kind: 'params-changed', changes: [{ path: 'ratios', old: [0.6, 0.2, 0.2], new: [0.5, 0.3, 0.2] }] }],
    ],
    [
      'the way to fill gaps',
      { 'recipe.yaml': replace('impute: median', 'impute: none') },
      'transform',
      [{ kind: 'params-changed', changes: [{ path: 'impute', old: 'median', new: 'none' }] }],
    ],
    [
      'the seed of the training',
      { 'recipe.yaml': replace('seed: 2', 'seed: 3') },
      'train',
      [{ kind: 'params-changed', changes: [{ path: 'seed', old: 2, new: 3 }] }],
    ],
    [
      'a literal in code',
      { 'steps/train.ts': replace('0.1', '0.2') },
      'train',
      [{ kind: 'code-changed', changes: [{ path: 'steps/train.ts' }] }],
    ],
    [
      'a number in JSON two imports deep',
      { 'steps/numbers.json': replace('3', '4') },
      'train',
      [{ kind: 'code-changed', changes: [{ path: 'steps/train.ts' }] }],
    ],
    [
      'a threshold',
      { 'recipe.yaml': replace('threshold: 500000', 'threshold: 400000') },
      'evaluate',
      [{ kind: 'params-changed', changes: [{ path: 'validation_criteria.0.threshold', old: 500_000, new: 400_000 }] }],
    ],
    [
      'the experiment',
      { 'profiles/local.yaml': replace('houses', 'villas') },
      'register',
      [{ kind: 'params-changed', changes: [{ path: 'experiment', old: 'houses', new: 'villas' }] }],
    ],
  ])('%s', async (_what, edits, step, reasons) => {
    const steps = await planWith(edits);
    const first = steps.find(({ state }) => state !== 'fresh');
    expect(first).toMatchObject({ name: step, state: 'run', reasons });
    // Nothing before it is asked to run.
    expect(states(steps.slice(0, STEPS.indexOf(step)))).toEqual(allFresh.slice(0, STEPS.indexOf(step)));
  });
});

test('after all these edits were undone, everything is known', async () => {
  expect(states(await plan())).toEqual(allFresh);
});
