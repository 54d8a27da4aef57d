/** `recipe eject`: what defaults decided stands in recipe.yaml, what stood there stays, and the model is the same. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { RecipeRig, SAMPLES } from '../support/recipe-rig.ts';

let rig: RecipeRig;
afterEach(() => rig.remove());

const PENGUINS = `# Penguins.
recipe: classification/v1 # kind
target_col: species
steps:
  ingest:
    location: data/penguins.csv
  # The split.
  split: {seed: {{SEED|default(4)}}} # drawn once
  evaluate:

  train:
    using: gradient_boosting
# The end.
`;

const modelDigest = () =>
  createHash('sha256')
    .update(readFileSync(join(rig.root, '.recipe/outputs/train/model/model.json')))
    .digest('hex');

test('the whole recipe, with the line ends of Windows', async () => {
  const text = PENGUINS.replaceAll('\n', '\r\n');
  rig = new RecipeRig({ 'recipe.yaml': text });
  rig.copy(join(SAMPLES, 'penguins.csv'), 'data/penguins.csv');
  expect((await rig.run(['run', '--quiet'])).exitCode).toBe(0);
  const before = modelDigest();
  const { exitCode, stdout, stderr } = await rig.run(['eject']);
  expect(exitCode, stderr).toBe(0);
  expect(stdout).toMatch(/^recipe\.yaml: \d+ keys added; the model stays the same\n$/);
  const ejected = rig.read('recipe.yaml');
  // Every line is there, in its order, but for keys that were put into braces.
  let at = 0;
  for (const line of text.split(/\r?\n/).filter((each) => each.trim() !== '')) {
    const found = ejected.indexOf(line.replace(/\}\} # drawn once$/, '}').replace(/\}$/, ''), at);
    expect(found, `${line}\n${ejected}`).toBeGreaterThanOrEqual(at);
    at = found;
  }
  expect(ejected.includes('\r\n')).toBe(text.includes('\r\n'));
  expect(ejected.replaceAll('\r\n', '\n')).toContain('\n  body_mass_g: {type: integer, role: feature}\n');
  expect(ejected).toContain('{seed: {{SEED|default(4)}}, using: split_ratios, split_ratios: [0.75, 0.125, 0.125]}');
  expect(ejected).toContain('learning_rate: 0.05');
  expect(ejected.replaceAll('\r\n', '\n')).toContain('\n    using: operations\n    operations:\n      - ordinal: [island, sex]\n');
  expect((await rig.run(['run', '--quiet'])).exitCode).toBe(0);
  expect(modelDigest()).toBe(before);
  expect((await rig.run(['eject'])).stdout).toBe('recipe.yaml says everything already\n');
});

test('one step, without writing, and a name that is no step', async () => {
  rig = new RecipeRig({ 'recipe.yaml': PENGUINS });
  rig.copy(join(SAMPLES, 'penguins.csv'), 'data/penguins.csv');
  const { stdout } = await rig.run(['eject', 'train', '--dry-run']);
  expect(stdout).toContain('max_leaves: 31');
  expect(stdout).not.toContain('null_values');
  expect(rig.read('recipe.yaml')).toBe(PENGUINS);
  const wrong = await rig.run(['eject', 'trian']);
  expect(wrong.exitCode).toBe(2);
  expect(wrong.stderr).toContain('did you mean `train`?');
  const early = await rig.run(['eject', 'ingest']);
  expect(early.stderr).toContain('`ingest` has not run');
});

test('a column that looks like an id is dropped by an operation, or left to `auto`; what the recipe says of columns stays', async () => {
  const rows = Array.from({ length: 200 }, (_, row) => `${1000 + row},${row % 7},0${row % 5},${(row * 37) % 101}`);
  rig = new RecipeRig({
    'recipe.yaml':
      'recipe: regression/v1\ntarget_col: y\ncolumns:\n  "z*": {type: category}\n  a:\n    reason: kept\nsteps: {ingest: {location: d.csv}}\n',
    'd.csv': `row_id,a,zip,y\n${rows.join('\n')}\n`,
  });
  expect((await rig.run(['run', '--quiet'])).exitCode).toBe(0);
  const before = modelDigest();
  const written = rig.read('recipe.yaml');
  rig.edit('recipe.yaml', '{location: d.csv}', '{location: d.csv}, transform: {encode: ordinal}');
  const { stderr } = await rig.run(['eject', '--dry-run']);
  expect(stderr).toContain('the operations of transform: `encode` is said already; remove it, then eject again');
  expect(stderr).toContain('the role of `row_id`: transform leaves it out by itself');
  rig.write('recipe.yaml', written);
  expect((await rig.run(['eject'])).stderr).toBe('');
  const ejected = rig.read('recipe.yaml');
  expect(ejected).toContain('transform: {using: operations, operations: [{drop: [row_id]}, {ordinal: [zip]}]}');
  expect(ejected).toContain('  a:\n    reason: kept\n    type: integer\n    role: feature\n');
  expect(ejected).toContain('  zip: {role: feature}\n');
  expect((await rig.run(['run', '--quiet'])).exitCode).toBe(0);
  expect(modelDigest()).toBe(before);
});
